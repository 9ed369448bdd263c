package live

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/outcome"
	"aws-webapp/internal/stackstate"
)

// Stray is something that the stack has not made.
type Stray struct {
	// ID names it in a call of undo: of a rule or subscription AWS's own id, else what it belongs to, a slash and its
	// name.
	ID string `json:"id"`
	// What it is, and of what.
	What string `json:"what"`
	// Detail says what it allows, or where it leads.
	Detail string `json:"detail"`
	// Undo is the command that takes it away.
	Undo string `json:"undo"`

	undo func(context.Context) error
}

// Changes lists the IAM actions with which [Looker.Undo] changes something.
var Changes = []string{
	"ec2:DeleteRoute", "ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress", "iam:DeleteRolePolicy",
	"iam:DetachRolePolicy", "lambda:RemovePermission", "sns:Unsubscribe",
}

// Looker compares an account with a state. It changes nothing but in [Looker.Undo].
type Looker struct {
	ec2    *ec2.Client
	sns    *sns.Client
	lambda *lambda.Client
	iam    *iam.Client
	state  *stackstate.State
	suffix string
}

// New makes a looker.
func New(cfg aws.Config, state *stackstate.State) *Looker {
	return &Looker{
		ec2: ec2.NewFromConfig(cfg), sns: sns.NewFromConfig(cfg),
		lambda: lambda.NewFromConfig(cfg), iam: iam.NewFromConfig(cfg),
		state: state, suffix: " --region " + cfg.Region,
	}
}

// Find compares a stack with its account: export is the text of pulumi stack export. Like Strays it may return both
// what it has found and an error.
func Find(ctx context.Context, export []byte) ([]Stray, error) {
	looker, err := open(ctx, export)
	if err != nil {
		return nil, err
	}
	return looker.Strays(ctx)
}

// OpenToUndo makes a looker for a stack that may also undo. Export is the text of pulumi stack export.
func OpenToUndo(ctx context.Context, export []byte) (*Looker, error) {
	return open(ctx, export, Changes...)
}

func open(ctx context.Context, export []byte, changes ...string) (*Looker, error) {
	state, err := stackstate.Read(export)
	if err != nil {
		return nil, err
	}
	if len(state.Resources) == 0 {
		return nil, errors.New("found no resources in the state: the stack has not been deployed")
	}
	cfg, err := awsapi.OpenToChange(ctx, state.Region(), awsapi.Profile{}, changes...)
	if err != nil {
		return nil, err
	}
	return New(cfg, state), nil
}

// Finding sums up what [Find] has returned, for whoever looks at a stack as a whole. Where something could not be
// looked at, nothing is known, unless the rest has additions.
func Finding(stack string, found []Stray, unseen error) outcome.Finding {
	one := outcome.Finding{Check: "added by hand", Status: outcome.OK, Found: "nothing"}
	if unseen != nil {
		one.Status, one.Found, one.Note = outcome.Unchecked, "not all could be looked at", awsapi.Reason(unseen)
	}
	if len(found) == 0 {
		return one
	}
	names := make([]string, len(found))
	for i, stray := range found {
		names[i] = stray.What
	}
	one.Status, one.Found, one.Needed = outcome.Failed, strings.Join(names, ", "), "nothing that the stack has not made"
	one.Fix = "webapp live --stack " + stack + " names what undoes each"
	return one
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

// Undo takes away what was found. What is gone meanwhile is no error.
func (l *Looker) Undo(ctx context.Context, one Stray) error {
	// EC2 answers with status 400 and codes such as InvalidRoute.NotFound:
	// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
	if err := one.undo(ctx); err != nil && !gone(err) && !strings.HasSuffix(awsapi.Code(err), ".NotFound") {
		return fmt.Errorf("undo %s: %w", one.What, err)
	}
	return nil
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
