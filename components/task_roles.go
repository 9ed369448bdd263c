package components

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const tasksPrincipal = "ecs-tasks.amazonaws.com"

// createExecutionRole makes the role with which ECS starts tasks. Its policies are split: a
// preview shows those in full that do not wait for another resource.
func (t *Task) createExecutionRole(ctx *pulumi.Context, name string) error {
	// The guide shows conditions for the role of a task, and none for the one that starts it:
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
	rights := func(version *Task) []policyPart {
		return []policyPart{
			{"start", version.startStatements()},
			{"secrets", secretStatements(version.args.secrets())},
			{"decrypt", version.decryptStatements()},
		}
	}
	role, err := t.createRole(ctx, name+"-execution", "Lets ECS start tasks of "+t.Name+".", nil, rights)
	if err != nil {
		return err
	}
	t.ExecutionRoleARN = role.Arn
	return nil
}

// versions returns this version of the service and, if given, the one that still runs.
func (t *Task) versions() []*Task {
	was := t.args.Previous
	if was == nil {
		return []*Task{t}
	}
	before := &Task{Name: t.Name, LogGroupName: t.LogGroupName, args: t.args}
	before.args.Container.Secrets = map[string]string{}
	for _, arn := range was.Secrets {
		before.args.Container.Secrets[arn] = arn
	}
	if was.Image != "" {
		before.args.Container.Image = was.Image
	}
	before.args.Sidecars = nil
	for _, image := range was.SidecarImages {
		before.args.Sidecars = append(before.args.Sidecars, TaskSidecar{Image: image})
	}
	before.args.Database, before.args.Bucket, before.args.Uses = was.Database, was.Bucket, was.Uses
	return []*Task{t, before}
}

// createTaskRole makes the role of the application itself.
func (t *Task) createTaskRole(ctx *pulumi.Context, name string) error {
	rights := func(version *Task) []policyPart {
		parts := []policyPart{
			{"exec", version.execStatements()},
			{"exec-key", version.execKeyStatements()},
			{"bucket", version.bucketStatements()},
			{"bucket-key", version.bucketKeyStatements()},
		}
		parts = append(parts, policyPart{"permissions", permissionStatements(version.args.Permissions)})
		for _, use := range version.args.Uses {
			parts = append(parts, policyPart{use.Name, use.rights})
		}
		return parts
	}
	role, err := t.createRole(ctx, name+"-task", "Rights of the application "+t.Name+".",
		t.args.Scope.fromSource(t.args.Scope.ARN("ecs", "*")), rights)
	if err != nil {
		return err
	}
	t.TaskRoleARN = role.Arn
	return nil
}

// createRole makes a role for ECS, optionally under conditions, with the policies that each version
// needs. Tasks whose roles have other names keep those roles, with the same permissions: AWS ends a
// role's credentials when the role is deleted.
func (t *Task) createRole(ctx *pulumi.Context, name, description string, when conditions,
	rights func(version *Task) []policyPart,
) (*iam.Role, error) {
	names := map[string]string{name: t.args.Scope.roleNamed(name)}
	if t.args.Previous != nil && t.args.Previous.Roles {
		names[name+"-kept"] = autoNamed(NameIAMRole, name)
	}
	roles := map[string]*iam.Role{}
	for _, policies := range slices.Sorted(maps.Keys(names)) {
		role, err := iam.NewRole(ctx, names[policies], &iam.RoleArgs{
			Description:      pulumi.String(description),
			AssumeRolePolicy: assumedBy(tasksPrincipal, when),
			Tags:             named(name),
		}, pulumi.Parent(t.parent))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", names[policies], err)
		}
		roles[policies] = role
		t.roleARNs = append(t.roleARNs, role.Arn)
		for _, version := range t.versions() {
			for _, part := range rights(version) {
				if err := t.attach(ctx, policies+"-"+part.name, role, part.statements...); err != nil {
					return nil, err
				}
			}
		}
	}
	return roles[name], nil
}

// attach gives a role a policy, if there are statements. The ECS service waits for it: tasks
// have their permissions from the start, and keep them until the service is gone.
//
// The policy's name contains a digest of its statements. A change creates another policy before
// the service changes, and deletes the old one after all tasks are replaced. Until then old
// tasks still start, for autoscaling and for a rollback.
func (t *Task) attach(ctx *pulumi.Context, name string, role *iam.Role, statements ...statement) error {
	if len(statements) == 0 {
		return nil
	}
	name += "-" + digestOf(statements)
	if t.attached[name] {
		return nil // the version before has the same
	}
	if t.attached == nil {
		t.attached = map[string]bool{}
	}
	t.attached[name] = true
	policy, err := iam.NewRolePolicy(ctx, name, &iam.RolePolicyArgs{
		Role:   role.Name,
		Policy: policyDocument(statements...),
	}, pulumi.Parent(t.parent))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	t.prerequisites = append(t.prerequisites, policy)
	return nil
}

// digestOf returns a digest of statements, as far as they are known without other resources.
func digestOf(statements []statement) string {
	known := make([]statement, len(statements))
	for i, s := range statements {
		if _, unknown := s.Resource.(pulumi.Input); unknown {
			s.Resource = nil
		}
		if _, unknown := s.Condition.(pulumi.Input); unknown {
			s.Condition = nil
		}
		known[i] = s
	}
	text, err := encodeJSON(known)
	if err != nil {
		return "" // policyDocument will say so
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:4])
}
