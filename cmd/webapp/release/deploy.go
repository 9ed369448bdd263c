package release

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"aws-webapp/cmd/webapp/process"
	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/awsdata/images"
	"aws-webapp/internal/cli"
	"aws-webapp/internal/config"
	"aws-webapp/internal/policyargs"
	"aws-webapp/internal/release"
)

// deployStep deploys an image to a stack, and is done when its tasks serve.
type deployStep struct {
	stack, service, image, role, root string
	timeout                           time.Duration
	release, overrideAlarms           bool
}

func newDeploy() *cobra.Command {
	s := &deployStep{}
	cmd := step("deploy", "Deploy an image to a stack, and release every service of it",
		"--stack prod --service visitor-book --image image.json --role ARN", s.run)
	cmd.Long = `Put the image into this build's copy of the stack file, run preflight and pulumi up with
the policies, and release every service, as rollout does. This is what the pipeline
does with a new image; to deploy what a commit changes, use webapp deploy.

` + verdicts
	flags := cmd.Flags()
	cli.StackFlag(cmd, &s.stack, "stack to deploy to")
	flags.StringVar(&s.service, "service", "", "service that runs the image")
	flags.StringVar(&s.image, "image", "", "file that webapp release image wrote")
	flags.StringVar(&s.role, "role", "", "ARN of the role to deploy as (default the caller's own)")
	cli.RootFlag(cmd, &s.root)
	flags.DurationVar(&s.timeout, "timeout", release.DefaultTimeout, timeoutUsage)
	flags.BoolVar(&s.overrideAlarms, "override-alarms", false, overrideUsage)
	flags.BoolVar(&s.release, "release", false, "tag the image as released when it serves, so that it outlives builds")
	cli.Require(cmd, "stack", "service", "image")
	return cmd
}

// rollOut releases. Tests put theirs in its place.
var rollOut = func(ctx context.Context, o release.Rollout) error { return o.Run(ctx) }

func (s *deployStep) run(t *tools) error {
	t.programs.Dir = s.root
	deployed, err := readImage(s.image)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "release-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // a temporary folder of a build
	as, err := s.assume(t, folder)
	if err != nil {
		return err
	}
	for _, do := range []func(*tools) error{
		func(t *tools) error { return setImage(t, s.root, s.stack, s.service, deployed.reference(), true) },
		func(t *tools) error { return t.run("go", "run", "./cmd/lambdazip") },
		func(t *tools) error { return t.run(cli.Self, "preflight", "--stack", s.stack) },
		func(t *tools) error {
			args := []string{"pulumi", "up", "--yes", "--non-interactive", "--parallel", "32", "--stack", s.stack}
			args = append(append(args, policyargs.Of(s.root, s.stack)...), "--message", "Deploy "+deployed.Commit)
			return t.run(args...)
		},
		func(t *tools) error { return s.arrive(t, deployed) },
	} {
		if err := do(as); err != nil {
			return err
		}
	}
	if !s.release {
		return nil
	}
	return tagRelease(t, deployed)
}

// assume lets the commands act as the role. A profile renews its credentials, which chained
// roles have for an hour at most, and puts none into the environment.
func (s *deployStep) assume(t *tools, folder string) (*tools, error) {
	if s.role == "" {
		return t, nil
	}
	file := filepath.Join(folder, "aws-config")
	profile := fmt.Sprintf("[profile release]\nrole_arn = %s\ncredential_source = EcsContainer\n"+
		"role_session_name = release-%s\n", s.role, s.stack)
	if err := os.WriteFile(file, []byte(profile), 0o600); err != nil {
		return nil, err
	}
	as := *t
	as.as = awsapi.Profile{Name: "release", File: file}
	as.programs.Env = append(slices.Clone(t.programs.Env),
		"AWS_CONFIG_FILE="+file, "AWS_PROFILE=release", "AWS_SDK_LOAD_CONFIG=1")
	return &as, nil
}

// setImage puts the image of a service or job into the copy of the stack file that this build has, and with together
// also that of all others whose image is from the same repository: they are one application under several commands.
func setImage(t *tools, root, stack, name, reference string, together bool) error {
	cfg, err := config.LoadFile(filepath.Join(root, "Pulumi.yaml"), filepath.Join(root, "Pulumi."+stack+".yaml"))
	if err != nil {
		return err
	}
	units := cfg.Units()
	at := slices.IndexFunc(units, func(u config.Unit) bool { return u.Name == name })
	if at < 0 {
		return noServiceError{name, stack}
	}
	for i, unit := range units {
		if i != at && (!together || !sameRepository(unit.Image, units[at].Image)) {
			continue
		}
		// A path without a namespace is one of the project that Pulumi.yaml names.
		if err := t.run("pulumi", "config", "set", "--stack", stack, "--path", unit.Key+".image",
			"--type", "string", reference); err != nil {
			return err
		}
	}
	return nil
}

func sameRepository(one, other string) bool {
	first, err := images.Parse(one)
	second, otherErr := images.Parse(other)
	return err == nil && otherErr == nil && first.Registry == second.Registry && first.Repository == second.Repository
}

// noServiceError is a service that a stack file does not have.
type noServiceError struct{ service, stack string }

func (e noServiceError) Error() string {
	return fmt.Sprintf("found no service or job %q in Pulumi.%s.yaml: name an entry of services or jobs",
		e.service, e.stack)
}

// stackOutputs are what a release asks of the stack's.
type stackOutputs struct {
	Services map[string]struct {
		Image string `json:"image"`
	} `json:"services"`
	Jobs map[string]struct {
		Image string `json:"image"`
	} `json:"jobs"`
}

// arrive releases every service of the stack: the update may have changed others, too.
func (s *deployStep) arrive(t *tools, deployed image) error {
	text, err := process.StackOutputs(t.ctx, t.programs, s.stack)
	if err != nil {
		return err
	}
	var found stackOutputs
	if err := json.Unmarshal(text, &found); err != nil {
		return fmt.Errorf("read the outputs of %s: %w", s.stack, err)
	}
	service, known := found.Services[s.service]
	if !known {
		return fmt.Errorf("found no service %q in the outputs of %s: deploy the stack first", s.service, s.stack)
	}
	if service.Image != deployed.reference() {
		return fmt.Errorf("found the image %s of %s in the outputs of %s, expected %s: another update ran in between; "+
			"run this one again", service.Image, s.service, s.stack, deployed.reference())
	}
	return Verdict(rollOut(t.ctx, release.Rollout{
		Outputs: text, As: t.as, OverrideAlarms: s.overrideAlarms, Timeout: s.timeout, Progress: t.log,
	}))
}
