package task

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/spf13/cobra"

	"aws-webapp/cmd/webapp/outputs"
	"aws-webapp/cmd/webapp/runonce"
	"aws-webapp/internal/cli"
	"aws-webapp/internal/clock"
	"aws-webapp/internal/operator"
)

// plugin is AWS's program for sessions.
const plugin = "session-manager-plugin"

// New makes the command.
func New() *cobra.Command {
	return cli.Group(
		&cobra.Command{
			Use:     "task",
			Short:   "Get psql or a shell inside the network, or run a command of a service once",
			Example: "  webapp task psql --stack prod --reason 'INC-123 count the orders without a customer'",
		},
		command("psql", "Get psql, connected to the stack's database", "psql"),
		command("shell", "Get a shell beside the services, with psql and the database's variables", "/bin/sh"),
		runonce.New(runonce.Kind{
			Noun: "task", List: "tasks", Short: "Run a command of services[].tasks once, and wait for its end",
			Long: `It runs in the version of its service that the stack last deployed, with that service's roles,
subnets and security group.`,
			Example: "  webapp task run reindex --stack prod",
			None:    "list it in services[].tasks of the stack file, and deploy",
		}),
	)
}

func command(name, short, program string) *cobra.Command {
	source := &outputs.Source{}
	var reason string
	var dryRun bool
	cmd := &cobra.Command{
		Use: name, Short: short, Args: cli.Args(),
		Long: short + `.

It runs in a task of its own, in the services' subnets, with roles and a security group of its
own; no service is touched. The reason is a tag of the task and in the audit trail, and
everything that is typed and seen is in the log group of ECS Exec (output
operator.sessionLogGroup). The task is stopped at the end, and ends by itself after
operator.minutes. A task that was left running is taken again.

It takes operator.enabled in the stack file, and AWS's session-manager-plugin.

Exit codes: 1 if there was no session, 4 if Pulumi or AWS could not be asked.`,
		Example: "  webapp task " + name + " --stack prod --reason 'INC-123 count the orders without a customer'",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := operator.Check(reason); err != nil {
				return cli.Usage(err)
			}
			if _, err := exec.LookPath(plugin); err != nil && !dryRun {
				return fmt.Errorf("found no %s: install it from https://docs.aws.amazon.com/systems-manager/latest/userguide/"+
					"session-manager-working-with-install-plugin.html", plugin)
			}
			o, err := open(cmd, source)
			if err != nil {
				return err
			}
			o.Reason, o.DryRun = reason, dryRun
			err = o.Run(cmd.Context(), program)
			if errors.As(err, new(operator.RefusedError)) || errors.As(err, new(*exec.ExitError)) {
				return cli.Failed(err)
			}
			return outputs.Unanswered(err)
		},
	}
	source.Flags(cmd)
	cli.DryRunFlag(cmd, &dryRun)
	cmd.Flags().StringVar(&reason, "reason", "", "why, 8 characters or more, for whoever reads the audit trail")
	cli.Require(cmd, "reason")
	return cmd
}

func open(cmd *cobra.Command, source *outputs.Source) (*operator.Operator, error) {
	var stack struct {
		Cluster  string `json:"clusterName"`
		Operator struct {
			TaskDefinition string   `json:"taskDefinitionArn"`
			Subnets        []string `json:"subnetIds"`
			SecurityGroup  string   `json:"securityGroupId"`
		} `json:"operator"`
	}
	cfg, err := source.Open(cmd, &stack, operator.Changes...)
	if err != nil {
		return nil, err
	}
	if stack.Operator.TaskDefinition == "" {
		return nil, errors.New("the stack has no operator's task: set operator.enabled to true in its file, and deploy")
	}
	return &operator.Operator{
		ECS: ecs.NewFromConfig(cfg), STS: sts.NewFromConfig(cfg), Clock: clock.System{}, Progress: cmd.ErrOrStderr(),
		Stack: operator.Stack{
			Cluster: stack.Cluster, TaskDefinition: stack.Operator.TaskDefinition,
			SecurityGroup: stack.Operator.SecurityGroup, Subnets: stack.Operator.Subnets,
		},
		Attach: func(session operator.Session) error { return attach(cmd, cfg, session) },
	}, nil
}

// attach lends the terminal to the plugin, with the arguments that the AWS CLI gives it:
// https://github.com/aws/aws-cli/blob/v2/awscli/customizations/ecs/executecommand.py
// They hold the session's token, so that nothing shows them.
func attach(cmd *cobra.Command, cfg aws.Config, session operator.Session) error {
	answer, err := json.Marshal(map[string]*string{
		"sessionId": session.Session.SessionId, "streamUrl": session.Session.StreamUrl,
		"tokenValue": session.Session.TokenValue,
	})
	if err != nil {
		return err
	}
	target, err := json.Marshal(map[string]string{"Target": session.Target})
	if err != nil {
		return err
	}
	// The plugin sends Ctrl-C to the session; this process must not end from it.
	ignored := make(chan os.Signal, 1)
	signal.Notify(ignored, os.Interrupt)
	defer signal.Stop(ignored)
	//nolint:gosec // the program is AWS's, and the arguments are its own
	run := exec.Command(plugin, string(answer), cfg.Region, "StartSession", "", string(target),
		aws.ToString(cfg.BaseEndpoint))
	run.Stdin, run.Stdout, run.Stderr = cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr()
	if err := run.Run(); err != nil {
		return fmt.Errorf("%s: %w", plugin, err)
	}
	return nil
}
