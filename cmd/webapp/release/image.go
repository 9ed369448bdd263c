package release

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"aws-webapp/cmd/webapp/process"
	"aws-webapp/internal/cli"
)

// buildTagPrefix begins the tags of builds; releases have another.
const buildTagPrefix = "build-"

// imageStep builds the image of a commit and pushes it.
type imageStep struct {
	repository, context, commit, platform, out string
	exported, dirty                            bool
	// named says that --commit was given, if only the value of a variable that is not set.
	named func() bool
}

func newImage() *cobra.Command {
	s := &imageStep{}
	cmd := step("image", "Build the image of a commit, push it, and write down its digest",
		"--repository $REPOSITORY_URL --commit $(git rev-parse HEAD)", s.run)
	cmd.Long = `Build the image of a commit, push it, and write down its digest. An image has the tag
build-<commit>, which names it for good: a commit that was built before, and whose image is there,
is not built again.

The commit is checked out beside the folder, which stays as it is; submodules are left out. Without
--commit it is the last one, and changes of the folder that no commit has are refused.`
	flags := cmd.Flags()
	s.named = func() bool { return flags.Changed("commit") }
	flags.StringVar(&s.repository, "repository", "", "URL of the ECR repository")
	flags.StringVar(&s.context, "context", "app", "folder with the Dockerfile, from here")
	flags.StringVar(&s.commit, "commit", "", "commit that is built, whatever is checked out; default the last one")
	flags.BoolVar(&s.exported, "exported", false, "the folder is what the commit has, and in no Git repository")
	flags.BoolVar(&s.dirty, "dirty", false, "without --commit, build changes that no commit has, too")
	flags.StringVar(&s.platform, "platform", "linux/amd64", "platform of the image")
	flags.StringVar(&s.out, "out", "image.json", "file for the image's digest")
	cli.Require(cmd, "repository")
	return cmd
}

var commitPattern = regexp.MustCompile(`^[0-9a-f]{7,64}$`)

func (s *imageStep) run(t *tools) error {
	to, err := parseRepository(s.repository)
	if err != nil {
		return err
	}
	of, err := s.source(t)
	if err != nil {
		return err
	}
	built := image{Repository: to.url, Tag: of.tag, Commit: of.commit}
	// A tag cannot be moved: a commit that was built before is not built again.
	built.Digest, err = digestOf(t, to, built.Tag)
	if err != nil {
		return err
	}
	if built.Digest == "" {
		if err := of.checkOut(t, func(folder string) error { return s.push(t, to, built, folder) }); err != nil {
			return err
		}
		if built.Digest, err = digestOf(t, to, built.Tag); err != nil {
			return err
		}
	}
	if err := built.validate(); err != nil {
		return err
	}
	fmt.Fprintln(t.out, "image:", built.reference())
	return built.write(s.out)
}

func (s *imageStep) push(t *tools, to repository, built image, folder string) error {
	// The password goes from one command to the other, past arguments, files and logs.
	password, err := t.ask("aws", "ecr", "get-login-password", "--region", to.region)
	if err != nil {
		return err
	}
	if err := t.login(password, to.host); err != nil {
		return err
	}
	target := to.url + ":" + built.Tag
	if err := t.run("docker", "build", "--pull", "--platform", s.platform,
		"--label", "org.opencontainers.image.revision="+strings.TrimPrefix(built.Tag, buildTagPrefix), "--tag", target,
		folder); err != nil {
		return err
	}
	return t.run("docker", "push", target)
}

// digestOf returns the digest of a tag, "" if there is none. It asks the registry, as ECS will.
func digestOf(t *tools, in repository, tag string) (string, error) {
	var messages bytes.Buffer
	digest, err := process.Ask(t.ctx, t.programs, process.Command{
		Args: []string{
			"aws", "ecr", "describe-images", "--registry-id", in.account, "--region", in.region, "--repository-name", in.name,
			"--image-ids", "imageTag=" + tag, "--query", "imageDetails[0].imageDigest", "--output", "text",
		},
		Err: &messages,
	})
	if err != nil && strings.Contains(messages.String(), "ImageNotFoundException") {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, strings.TrimSpace(messages.String()))
	}
	return digest, nil
}
