package live

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"aws-webapp/internal/awsapi"
)

// Stray is something that the stack has not made.
type Stray struct {
	// What it is, and of what.
	What string `json:"what"`
	// Detail says what it allows, or where it leads.
	Detail string `json:"detail"`
	// Undo is the command that takes it away.
	Undo string `json:"undo"`
}

// Looker compares an account with a state. Its clients only read.
type Looker struct {
	ec2    *ec2.Client
	sns    *sns.Client
	lambda *lambda.Client
	iam    *iam.Client
	state  *State
	suffix string
}

// New makes a looker.
func New(cfg aws.Config, state *State) *Looker {
	return &Looker{
		ec2: ec2.NewFromConfig(cfg), sns: sns.NewFromConfig(cfg),
		lambda: lambda.NewFromConfig(cfg), iam: iam.NewFromConfig(cfg),
		state: state, suffix: " --region " + cfg.Region,
	}
}

// Find compares a stack with its account: export is the text of pulumi stack export. Like Strays it may return both
// what it has found and an error.
func Find(ctx context.Context, export []byte) ([]Stray, error) {
	state, err := ReadState(export)
	if err != nil {
		return nil, err
	}
	cfg, err := awsapi.Open(ctx, state.Region)
	if err != nil {
		return nil, err
	}
	return New(cfg, state).Strays(ctx)
}

// Export is the command whose output Find reads.
func Export(stack string) []string { return []string{"pulumi", "stack", "export", "--stack", stack} }

// Strays returns what was added by hand. The error says what could not be looked at; the rest is returned all the same.
func (l *Looker) Strays(ctx context.Context) ([]Stray, error) {
	var all []Stray
	var errs []error
	for _, look := range []func(context.Context) ([]Stray, error){
		l.rules, l.routes, l.subscriptions, l.statements, l.rolePolicies,
	} {
		found, err := look(ctx)
		all = append(all, found...)
		if err != nil {
			errs = append(errs, err)
		}
	}
	return all, errors.Join(errs...)
}

// command joins the words of a command. Words with something that the shell would read are quoted.
func (l *Looker) command(words ...string) string {
	for i, word := range words {
		if strings.ContainsAny(word, " *?$&;|<>()'\"\\") {
			words[i] = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
	}
	return "aws " + strings.Join(words, " ") + l.suffix
}

// batches splits names into requests of at most n.
func batches(names []string, n int) [][]string { return slices.Collect(slices.Chunk(names, n)) }

// gone says whether a resource is missing in the account: that is for a refresh to show.
func gone(err error) bool { return err != nil && awsapi.Missing(err) }
