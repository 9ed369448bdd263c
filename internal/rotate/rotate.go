package rotate

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	rdstypes "github.com/aws/aws-sdk-go-v2/service/rds/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/clock"
)

// Changes is the action that clients need besides those that look.
var Changes = []string{"secretsmanager:RotateSecret"}

const (
	// DefaultTimeout of both waits together: the rotation takes a minute or two, and the relay 15 minutes at most for
	// each of its attempts.
	DefaultTimeout = 30 * time.Minute
	interval       = 10 * time.Second
)

// Rotator changes a password.
type Rotator struct {
	Secrets  *secretsmanager.Client
	RDS      *rds.Client
	ECS      *ecs.Client
	Clock    clock.Clock
	Progress io.Writer
	// Secret is the ARN of the secret, which RDS manages.
	Secret string
	// Cluster, and Services of it.
	Cluster  string
	Services []string
	// DryRun says what would be done, and does nothing.
	DryRun  bool
	Timeout time.Duration
}

// New makes a rotator that waits as long as it does by default.
func New(cfg aws.Config, progress io.Writer) *Rotator {
	return &Rotator{
		Secrets: secretsmanager.NewFromConfig(cfg), RDS: rds.NewFromConfig(cfg), ECS: ecs.NewFromConfig(cfg),
		Clock: clock.System{}, Progress: progress, Timeout: DefaultTimeout,
	}
}

// RefusedError says why the password cannot be rotated now.
type RefusedError struct{ error }

// TimeoutError says what was still under way when the time was up.
type TimeoutError struct{ error }

func refusef(format string, values ...any) error { return RefusedError{fmt.Errorf(format, values...)} }

func (r *Rotator) say(format string, values ...any) { fmt.Fprintf(r.Progress, format+"\n", values...) }

// secret holds Secrets Manager's description of a secret.
type secret struct {
	// current is the version that is valid, pending one that is being made.
	current, pending string
	rotated          time.Time
}

func (r *Rotator) look(ctx context.Context) (*secret, error) {
	out, err := r.Secrets.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: aws.String(r.Secret)})
	if err != nil {
		return nil, fmt.Errorf("look at the secret: %w", err)
	}
	if out.DeletedDate != nil {
		return nil, refusef("the secret is going to be deleted: restore it first")
	}
	found := &secret{rotated: aws.ToTime(out.LastRotatedDate)}
	for version, stages := range out.VersionIdsToStages {
		switch {
		case slices.Contains(stages, "AWSCURRENT"):
			found.current = version
		case slices.Contains(stages, "AWSPENDING"):
			found.pending = version
		}
	}
	return found, nil
}

// Run changes the password, and returns when no task has the old one. A rotation that is under way, or whose tasks are
// not replaced yet, is followed instead of beginning another.
func (r *Rotator) Run(ctx context.Context) error {
	before, err := r.look(ctx)
	if err != nil {
		return err
	}
	users, err := r.users(ctx)
	if err != nil {
		return err
	}
	old := olderThan(users, before.rotated)
	r.say("last rotated %s; %s", when(before.rotated), tell(users))
	switch {
	case before.pending != "":
		r.say("a rotation is under way, or will be tried again: it is followed")
	case len(old) > 0:
		r.say("the last rotation has not reached all tasks yet: it is followed, and no other one begun")
		if r.DryRun {
			return nil
		}
		return r.replaced(ctx, r.Clock.Now(), before.rotated)
	default:
		if err := r.ready(ctx); err != nil {
			return err
		}
		if r.DryRun {
			r.say("would rotate the password, and wait for new tasks of these services")
			return nil
		}
		if _, err := r.Secrets.RotateSecret(ctx, &secretsmanager.RotateSecretInput{SecretId: &r.Secret}); err != nil {
			return fmt.Errorf("rotate the secret: %w", err)
		}
	}
	if r.DryRun {
		return nil
	}
	began := r.Clock.Now()
	var now *secret
	if err := r.until(ctx, began, func() (waiting string, err error) {
		if now, err = r.look(ctx); err != nil {
			return "", err
		}
		if now.pending != "" || now.current == before.current {
			return "the rotation is not over: if it fails, the alarm rotation-failed says so, and the old password stays", nil
		}
		return "", nil
	}); err != nil {
		return err
	}
	r.say("rotated %s: from now on the database refuses the old password", when(now.rotated))
	return r.replaced(ctx, began, now.rotated)
}

// replaced waits until every task that reads the secret is younger than the rotation.
func (r *Rotator) replaced(ctx context.Context, began, rotated time.Time) error {
	if err := r.until(ctx, began, func() (string, error) {
		users, err := r.users(ctx)
		if err != nil {
			return "", err
		}
		if old := olderThan(users, rotated); len(old) > 0 {
			return "tasks with the old password: " + strings.Join(old, ", ") +
				" (the relay's log says what it does; after rotation-errors: webapp replay rotation)", nil
		}
		r.say("every task that reads the secret has the new password: %s", tell(users))
		return "", nil
	}); err != nil {
		return err
	}
	return nil
}

// until looks again until there is nothing to wait for.
func (r *Rotator) until(ctx context.Context, began time.Time, look func() (waiting string, err error)) error {
	said := ""
	for {
		waiting, err := look()
		switch {
		case err != nil && !awsapi.Passing(err):
			return err
		case err != nil:
			waiting = "cannot look, trying again: " + awsapi.Reason(err)
		case waiting == "":
			return nil
		}
		if waiting != said {
			r.say("%s", waiting)
			said = waiting
		}
		if now := r.Clock.Now().Sub(began); now >= r.Timeout {
			return TimeoutError{fmt.Errorf("after %s: %s", now.Round(time.Second), waiting)}
		}
		if err := r.Clock.Sleep(ctx, interval); err != nil {
			return err
		}
	}
}

// ready refuses a database that cannot take a new password, and a release whose alarms the old tasks would set off.
func (r *Rotator) ready(ctx context.Context) error {
	all, err := awsapi.All(ctx, rds.NewDescribeDBInstancesPaginator(r.RDS, &rds.DescribeDBInstancesInput{}),
		func(page *rds.DescribeDBInstancesOutput) []rdstypes.DBInstance { return page.DBInstances })
	if err != nil {
		return fmt.Errorf("look for the database: %w", err)
	}
	at := slices.IndexFunc(all, func(one rdstypes.DBInstance) bool {
		return one.MasterUserSecret != nil && aws.ToString(one.MasterUserSecret.SecretArn) == r.Secret
	})
	if at < 0 {
		return refusef("no instance of RDS manages the secret %s: it cannot be rotated", r.Secret)
	}
	one := &all[at]
	name, status := aws.ToString(one.DBInstanceIdentifier), aws.ToString(one.DBInstanceStatus)
	if status != "available" {
		return refusef("%s is %s: wait until it is available", name, status)
	}
	// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_MasterUserSecret.html
	if status := aws.ToString(one.MasterUserSecret.SecretStatus); status != "active" {
		return refusef("the secret of %s is %s, not active: RDS's events say why", name, status)
	}
	return r.still(ctx)
}
