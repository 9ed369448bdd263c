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
	repository, source, commit, platform, out string
}

func newImage() *cobra.Command {
	s := &imageStep{}
	cmd := step("image", "Build the image of a commit, push it, and write down its digest",
		"--repository $REPOSITORY_URL --commit $(git rev-parse HEAD)", s.run)
	flags := cmd.Flags()
	flags.StringVar(&s.repository, "repository", "", "URL of the ECR repository")
	flags.StringVar(&s.source, "context", "app", "folder with the Dockerfile")
	flags.StringVar(&s.commit, "commit", "", "commit that is built")
	flags.StringVar(&s.platform, "platform", "linux/amd64", "platform of the image")
	flags.StringVar(&s.out, "out", "image.json", "file for the image's digest")
	cli.Require(cmd, "repository", "commit")
	return cmd
}

var commitPattern = regexp.MustCompile(`^[0-9a-f]{7,64}$`)

func (s *imageStep) run(t *tools) error {
	to, err := parseRepository(s.repository)
	if err != nil {
		return err
	}
	if !commitPattern.MatchString(s.commit) {
		return fmt.Errorf("found the commit %q, allowed are 7 to 64 hex digits: pass git's", s.commit)
	}
	built := image{Repository: to.url, Tag: buildTagPrefix + s.commit, Commit: s.commit}
	// A tag cannot be moved: a commit that was built before is not built again.
	built.Digest, err = digestOf(t, to, built.Tag)
	if err != nil {
		return err
	}
	if built.Digest == "" {
		if err := s.push(t, to, built.Tag); err != nil {
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

func (s *imageStep) push(t *tools, to repository, tag string) error {
	// The password goes from one command to the other, past arguments, files and logs.
	password, err := t.ask("aws", "ecr", "get-login-password", "--region", to.region)
	if err != nil {
		return err
	}
	if err := t.login(password, to.host); err != nil {
		return err
	}
	target := to.url + ":" + tag
	if err := t.run("docker", "build", "--pull", "--platform", s.platform,
		"--label", "org.opencontainers.image.revision="+s.commit, "--tag", target, s.source); err != nil {
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
