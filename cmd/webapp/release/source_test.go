package release

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// clone is a repository with two commits, in which a test is.
type clone struct {
	t      *testing.T
	folder string
}

func (c clone) git(args ...string) string {
	c.t.Helper()
	call := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@example.com"}, args...)...)
	call.Dir = c.folder
	out, err := call.CombinedOutput()
	require.NoError(c.t, err, string(out))
	return strings.TrimSpace(string(out))
}

func (c clone) write(name, content string) {
	c.t.Helper()
	file := filepath.Join(c.folder, name)
	require.NoError(c.t, os.MkdirAll(filepath.Dir(file), 0o700))
	require.NoError(c.t, os.WriteFile(file, []byte(content), 0o600))
}

// newClone returns a clone and its commits, the older one first.
func newClone(t *testing.T) (c clone, older, newer string) {
	t.Helper()
	for _, name := range []string{"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"} {
		t.Setenv(name, "")
		require.NoError(t, os.Unsetenv(name)) // of a hook that runs the tests
	}
	c = clone{t, t.TempDir()}
	c.git("init", "--quiet")
	commit := func(app string) string {
		c.write("app/Dockerfile", app)
		c.git("add", ".")
		c.git("commit", "--quiet", "--message", app)
		return c.git("rev-parse", "HEAD")
	}
	older, newer = commit("FROM older"), commit("FROM newer")
	t.Chdir(c.folder)
	return c, older, newer
}

// builds records the Dockerfile that each image was built of, and what the clone had beside its commits meanwhile.
var builds = answer{
	begins: "docker build", script: `cp "${@: -1}/Dockerfile" "$log.built"; git status --porcelain > "$log.status"`,
}

func (w *world) built() string {
	w.t.Helper()
	text, err := os.ReadFile(w.file("calls.built"))
	if err != nil {
		return ""
	}
	return string(text)
}

func TestTheCommitIsBuiltWhateverIsCheckedOut(t *testing.T) {
	for name, row := range map[string]struct {
		change func(clone)
		in     string
		args   func(older string) []string
		built  string
		tag    func(older, newer string) string
	}{
		"an older commit": {
			nil, "", func(older string) []string { return []string{"--commit", older} }, "FROM older",
			func(older, _ string) string { return older },
		},
		"an older commit, abbreviated": {
			nil, "", func(older string) []string { return []string{"--commit", older[:9]} }, "FROM older",
			func(older, _ string) string { return older },
		},
		"an older commit beside changes": {
			func(c clone) { c.write("app/Dockerfile", "FROM changes") }, "",
			func(older string) []string { return []string{"--commit", older} }, "FROM older",
			func(older, _ string) string { return older },
		},
		"from a folder below": {
			nil, "app", func(older string) []string { return []string{"--commit", older, "--context", "."} }, "FROM older",
			func(older, _ string) string { return older },
		},
		"the last commit": {nil, "", nil, "FROM newer", func(_, newer string) string { return newer }},
		"the last commit beside changes elsewhere": {
			func(c clone) { c.write("docs.md", "x") }, "", nil, "FROM newer", func(_, newer string) string { return newer },
		},
		"changes, because they were asked for": {
			func(c clone) { c.write("app/Dockerfile", "FROM changes") }, "",
			func(string) []string { return []string{"--dirty"} }, "FROM changes",
			func(_, newer string) string { return newer + "-dirty-" },
		},
	} {
		t.Run(name, func(t *testing.T) {
			c, older, newer := newClone(t)
			w := newWorld(t, []string{"aws", "docker"}, untilPushed(`"$log"`), builds,
				answer{begins: loginPassword, says: registryPassword + "\n"})
			if row.change != nil {
				row.change(c)
			}
			t.Chdir(filepath.Join(c.folder, row.in))
			args := []string{"image", "--repository", testRepository, "--out", filepath.Join(t.TempDir(), "image.json")}
			if row.args != nil {
				args = append(args, row.args(older)...)
			}
			before := c.git("status", "--porcelain")
			_, err := call(t, args...)
			require.NoError(t, err)
			assert.Equal(t, row.built, w.built())
			pushed := ""
			for _, one := range w.calls() {
				if strings.HasPrefix(one, "docker push ") {
					pushed = one
				}
			}
			assert.Contains(t, pushed, ":build-"+row.tag(older, newer))
			assert.Contains(t, strings.Join(w.calls(), "\n"), "image.revision="+row.tag(older, newer))
			meanwhile, err := os.ReadFile(w.file("calls.status"))
			require.NoError(t, err)
			assert.Equal(t, before, strings.TrimSpace(string(meanwhile)), "people may work in the folder while it is built")
			assert.Equal(t, before, c.git("status", "--porcelain"), "the folder stays as it is")
			assert.Equal(t, newer, c.git("rev-parse", "HEAD"))
			assert.Len(t, strings.Split(c.git("worktree", "list"), "\n"), 1, "nothing is left behind")
		})
	}
}

func TestNothingIsBuiltOfWhatNobodyCanName(t *testing.T) {
	for name, row := range map[string]struct {
		change func(clone)
		args   []string
		want   string
	}{
		"changes": {
			func(c clone) { c.write("app/Dockerfile", "FROM changes") }, nil, "found changes in app that no commit has",
		},
		"a file that is in no commit": {
			func(c clone) { c.write("app/new", "") }, nil, "?? app/new",
		},
		"a commit of another clone": {
			nil, []string{"--commit", testCommit}, "which this clone does not have: fetch it",
		},
		"a folder elsewhere": {
			nil, []string{"--context", "/tmp"}, "", // git itself refuses it
		},
		"a folder above": {
			nil, []string{"--context", "../app"}, "",
		},
		"a folder that the commit lacks": {
			nil, []string{"--context", "web"}, "found no web in commit",
		},
		"a second working tree that cannot be made": {
			func(c clone) { c.write(".git/worktrees", "in the way") }, nil, "git worktree add",
		},
		"no repository": {
			func(c clone) { require.NoError(c.t, os.RemoveAll(filepath.Join(c.folder, ".git"))) }, nil,
			"found no Git repository",
		},
	} {
		t.Run(name, func(t *testing.T) {
			c, _, _ := newClone(t)
			w := newWorld(t, []string{"aws", "docker"}, untilPushed(`"$log"`), builds,
				answer{begins: loginPassword, says: registryPassword + "\n"})
			if row.change != nil {
				row.change(c)
			}
			_, err := call(t, append([]string{"image", "--repository", testRepository, "--out", "image.json"}, row.args...)...)
			require.ErrorContains(t, err, row.want)
			assert.Empty(t, w.built())
			assert.NoFileExists(t, "image.json")
		})
	}
}

// A build that fails leaves no second working tree.
func TestABuildThatFailsLeavesNothing(t *testing.T) {
	c, older, _ := newClone(t)
	newWorld(t, []string{"aws", "docker"}, untilPushed("/dev/null"), answer{begins: "docker build", script: "exit 1"},
		answer{begins: loginPassword, says: registryPassword + "\n"})
	_, err := call(t, "image", "--repository", testRepository, "--commit", older)
	require.ErrorContains(t, err, "docker build")
	assert.Len(t, strings.Split(c.git("worktree", "list"), "\n"), 1)
}
