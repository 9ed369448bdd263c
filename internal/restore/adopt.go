package restore

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"
)

// Pulumi has the calls of the Pulumi CLI that adopting takes.
type Pulumi interface {
	// Import replaces the stack's state.
	Import(ctx context.Context, state []byte) error
	// Refresh reads one resource again.
	Refresh(ctx context.Context, urn string) error
}

// away is the name of an instance that makes room: the same after every call, and another for each instance.
func away(one *types.DBInstance, identifier string) string {
	id := strings.TrimPrefix(aws.ToString(one.DbiResourceId), "db-")
	return identifier + "-" + strings.ToLower(id[:min(8, len(id))])
}

// Adopt makes an instance the one that the stack manages. The old one, if there is still one, keeps its data under
// another name; adopting it the same way takes everything back. Clients are refused from the first rename until a
// release of tasks that have the other password. Renaming restarts an instance and moves its address, so
// that nothing is written to the old one meanwhile:
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RenameInstance.html
//
// Renaming alone does not do it: Pulumi knows an instance by an id that a new name does not change, and would give the
// old one its name back.
func (p *Procedure) Adopt(ctx context.Context, state *State, name string, pulumi Pulumi) error {
	old, err := p.withID(ctx, state.ID)
	if err != nil {
		return err
	}
	chosen, err := p.chosen(ctx, state, name)
	if err != nil {
		return err
	}
	id := aws.ToString(chosen.DbiResourceId)
	if id == state.ID && aws.ToString(chosen.DBInstanceIdentifier) == state.Identifier {
		fmt.Fprintf(p.Progress, "the stack manages %s (%s)\n", state.Identifier, id)
		return p.refresh(ctx, state, pulumi)
	}
	if err := fits(old, chosen); err != nil {
		return err
	}
	if old != nil && id != state.ID && aws.ToString(old.DBInstanceIdentifier) == state.Identifier {
		if err := p.rename(ctx, old, away(old, state.Identifier)); err != nil {
			return err
		}
	}
	if aws.ToString(chosen.DBInstanceIdentifier) != state.Identifier {
		if err := p.rename(ctx, chosen, state.Identifier); err != nil {
			return err
		}
	}
	if id != state.ID {
		text := fmt.Sprintf("write %s instead of %s into the stack's state", id, state.ID)
		if err := p.step(text, func() error {
			changed, err := state.With(id)
			if err != nil {
				return err
			}
			return pulumi.Import(ctx, changed)
		}); err != nil {
			return err
		}
	}
	return p.refresh(ctx, state, pulumi)
}

func (p *Procedure) refresh(ctx context.Context, state *State, pulumi Pulumi) error {
	return p.step("refresh the database in the state", func() error { return pulumi.Refresh(ctx, state.URN) })
}

// chosen returns the instance to adopt. After an earlier call it may have the stack's name already.
func (p *Procedure) chosen(ctx context.Context, state *State, name string) (*types.DBInstance, error) {
	chosen, err := p.named(ctx, name)
	if err != nil || chosen != nil {
		return chosen, err
	}
	current, err := p.named(ctx, state.Identifier)
	if err != nil {
		return nil, err
	}
	if current == nil || aws.ToString(current.DbiResourceId) == state.ID && tagOf(current) == "" {
		return nil, refusef("RDS has no instance %s: restore one with webapp database restore", name)
	}
	return current, nil
}

// fits refuses an instance that the stack would have to replace: network and keys are for life.
func fits(old, chosen *types.DBInstance) error {
	name := aws.ToString(chosen.DBInstanceIdentifier)
	switch {
	case aws.ToString(chosen.DBInstanceStatus) != available:
		return refusef("%s is %s: wait until it is %s", name, aws.ToString(chosen.DBInstanceStatus), available)
	case chosen.MasterUserSecret == nil:
		return refusef("RDS does not manage the password of %s: webapp database restore with the same --name goes on where "+
			"it stopped", name)
	case old == nil:
		return nil
	case aws.ToString(old.KmsKeyId) != aws.ToString(chosen.KmsKeyId):
		return refusef("%s is encrypted with another key than the stack's instance: pulumi up would replace it", name)
	case subnetGroup(old) != subnetGroup(chosen):
		return refusef("%s is in the subnet group %s, the stack's instance in %s",
			name, subnetGroup(chosen), subnetGroup(old))
	}
	return nil
}

func subnetGroup(one *types.DBInstance) string {
	if one.DBSubnetGroup == nil {
		return ""
	}
	return aws.ToString(one.DBSubnetGroup.DBSubnetGroupName)
}

// rename gives an instance another name, and waits until it has it.
func (p *Procedure) rename(ctx context.Context, one *types.DBInstance, name string) error {
	id, from := aws.ToString(one.DbiResourceId), aws.ToString(one.DBInstanceIdentifier)
	taken, err := p.named(ctx, name)
	if err != nil {
		return err
	}
	if taken != nil && !p.DryRun {
		return refusef("cannot rename %s to %s: that name is taken by %s; rename or delete that one first",
			from, name, aws.ToString(taken.DbiResourceId))
	}
	return p.step(fmt.Sprintf("rename %s to %s", from, name), func() error {
		_, err := p.RDS.ModifyDBInstance(ctx, &rds.ModifyDBInstanceInput{
			DBInstanceIdentifier: aws.String(from), NewDBInstanceIdentifier: aws.String(name), ApplyImmediately: aws.Bool(true),
		})
		if err != nil {
			return fmt.Errorf("rename %s to %s: %w", from, name, err)
		}
		_, err = p.await(ctx, name, func(now *types.DBInstance) bool { return aws.ToString(now.DbiResourceId) == id })
		return err
	})
}
