package restore

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/clock"
)

// RDS has the calls of Amazon RDS that restoring takes.
type RDS interface {
	DescribeDBInstances(
		context.Context, *rds.DescribeDBInstancesInput, ...func(*rds.Options),
	) (*rds.DescribeDBInstancesOutput, error)
	DescribeDBSnapshots(
		context.Context, *rds.DescribeDBSnapshotsInput, ...func(*rds.Options),
	) (*rds.DescribeDBSnapshotsOutput, error)
	ModifyDBInstance(
		context.Context, *rds.ModifyDBInstanceInput, ...func(*rds.Options),
	) (*rds.ModifyDBInstanceOutput, error)
	RestoreDBInstanceFromDBSnapshot(
		context.Context, *rds.RestoreDBInstanceFromDBSnapshotInput, ...func(*rds.Options),
	) (*rds.RestoreDBInstanceFromDBSnapshotOutput, error)
	RestoreDBInstanceToPointInTime(
		context.Context, *rds.RestoreDBInstanceToPointInTimeInput, ...func(*rds.Options),
	) (*rds.RestoreDBInstanceToPointInTimeOutput, error)
}

// Changes are the actions that clients of these procedures need besides those that look.
var Changes = []string{
	"rds:ModifyDBInstance", "rds:RestoreDBInstanceFromDBSnapshot", "rds:RestoreDBInstanceToPointInTime",
}

// Procedure holds what copying and adopting an instance have in common.
type Procedure struct {
	RDS      RDS
	Clock    clock.Clock
	Progress io.Writer
	// DryRun says what would be done, and does nothing.
	DryRun bool
	// Timeout of one wait for RDS.
	Timeout time.Duration
}

// DefaultTimeout of a wait: restoring a large instance takes hours. What RDS has begun goes on without the command.
const DefaultTimeout = 4 * time.Hour

// interval between two looks at an instance.
const interval = 15 * time.Second

// available is the status of an instance that takes changes:
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.DBInstance.Status.html
const available = "available"

// TimeoutError says that RDS had not finished when the time was up.
type TimeoutError struct{ error }

// RefusedError says that a procedure does not fit to what there is.
type RefusedError struct{ error }

func refusef(format string, values ...any) error { return RefusedError{fmt.Errorf(format, values...)} }

// named returns the instance with a name, or nil.
func (p *Procedure) named(ctx context.Context, name string) (*types.DBInstance, error) {
	out, err := p.RDS.DescribeDBInstances(ctx, &rds.DescribeDBInstancesInput{DBInstanceIdentifier: aws.String(name)})
	switch {
	case awsapi.Code(err) == notFound:
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("look at the instance %s: %w", name, err)
	case len(out.DBInstances) == 0:
		return nil, nil
	}
	return &out.DBInstances[0], nil
}

// withID returns the instance with a DbiResourceId, whatever its name, or nil.
func (p *Procedure) withID(ctx context.Context, id string) (*types.DBInstance, error) {
	pages := rds.NewDescribeDBInstancesPaginator(p.RDS, &rds.DescribeDBInstancesInput{
		Filters: []types.Filter{{Name: aws.String("dbi-resource-id"), Values: []string{id}}},
	})
	all, err := awsapi.All(ctx, pages,
		func(page *rds.DescribeDBInstancesOutput) []types.DBInstance { return page.DBInstances })
	if err != nil {
		return nil, fmt.Errorf("look at the instance %s: %w", id, err)
	}
	for i := range all {
		if aws.ToString(all[i].DbiResourceId) == id {
			return &all[i], nil
		}
	}
	return nil, nil
}

// await waits until the instance with a name is as wanted and available.
func (p *Procedure) await(
	ctx context.Context, name string, wanted func(*types.DBInstance) bool,
) (*types.DBInstance, error) {
	began, said := p.Clock.Now(), ""
	for {
		one, err := p.named(ctx, name)
		if err != nil && !awsapi.Passing(err) {
			return nil, err
		}
		status := "not there yet"
		if one != nil {
			status = aws.ToString(one.DBInstanceStatus)
			if status == available && wanted(one) {
				return one, nil
			}
			if status == "failed" || status == "storage-full" || status == "incompatible-restore" ||
				status == "incompatible-parameters" || status == "inaccessible-encryption-credentials" {
				return nil, refusef("%s is %s: RDS's events say why", name, status)
			}
		}
		if now := p.Clock.Now().Sub(began); now >= p.Timeout {
			return nil, TimeoutError{fmt.Errorf("%s is %s after %s: RDS goes on; call this again later", name, status, now)}
		}
		if status != said {
			fmt.Fprintf(p.Progress, "%s is %s\n", name, status)
			said = status
		}
		if err := p.Clock.Sleep(ctx, interval); err != nil {
			return nil, err
		}
	}
}

// notFound is the error code of a name that no instance has (the SDK's types.DBInstanceNotFoundFault).
const notFound = "DBInstanceNotFound"

func anyway(*types.DBInstance) bool { return true }

// step announces a change, and makes it unless nothing should be changed.
func (p *Procedure) step(text string, do func() error) error {
	if p.DryRun {
		fmt.Fprintln(p.Progress, "would "+text)
		return nil
	}
	fmt.Fprintln(p.Progress, text)
	return do()
}
