package components

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const tasksPrincipal = "ecs-tasks.amazonaws.com"

// imagePullActions lists the actions that pulling an image needs, besides logging in.
var imagePullActions = []string{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}

// createExecutionRole makes the role with which ECS starts tasks. Its policies are split: a
// preview shows those in full that do not wait for another resource.
func (s *Service) createExecutionRole(ctx *pulumi.Context, name string) error {
	// The guide shows conditions for the role of a task, and none for the one that starts it:
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
	rights := func(version *Service) []policyPart {
		return []policyPart{
			{"start", version.startStatements()},
			{"secrets", secretStatements(version.args.Container.Secrets)},
			{"decrypt", version.decryptStatements()},
		}
	}
	role, err := s.createRole(ctx, name+"-execution", "Lets ECS start tasks of "+s.Name+".", nil, rights)
	if err != nil {
		return err
	}
	s.ExecutionRoleARN = role.Arn
	return nil
}

// versions returns this version of the service and, if given, the one that still runs.
func (s *Service) versions() []*Service {
	was := s.args.Previous
	if was == nil {
		return []*Service{s}
	}
	before := &Service{Name: s.Name, LogGroupName: s.LogGroupName, args: s.args}
	before.args.Container.Secrets = map[string]string{}
	for _, arn := range was.Secrets {
		before.args.Container.Secrets[arn] = arn
	}
	if was.Image != "" {
		before.args.Container.Image = was.Image
	}
	before.args.Database, before.args.Bucket, before.args.Uses = was.Database, was.Bucket, was.Uses
	return []*Service{s, before}
}

// startStatements lets ECS pull the image and write the log.
func (s *Service) startStatements() []statement {
	writeLog := allow([]string{"logs:CreateLogStream", "logs:PutLogEvents"},
		s.args.Scope.LogGroupARN(s.LogGroupName)+":*")
	writeLog.Sid = "WriteLog"
	repository, ok := ecrRepositoryARN(s.args.Scope.Partition, s.args.Container.Image)
	if !ok {
		return []statement{writeLog}
	}
	pull := allow(imagePullActions, repository)
	pull.Sid = "PullImage"
	// A registry login has no resource: AWS only accepts * here.
	login := allow("ecr:GetAuthorizationToken", "*")
	login.Sid = "RegistryLogin"
	return []statement{pull, login, writeLog}
}

// secretStatements lets ECS read the configured secrets.
func secretStatements(secrets map[string]string) []statement {
	read := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(secrets)) {
		service, arn := secretResource(secrets[name])
		if !slices.Contains(read[service], arn) {
			read[service] = append(read[service], arn)
		}
	}
	var statements []statement
	for _, grant := range []struct{ service, sid, action string }{
		{"secretsmanager", "ReadSecrets", "secretsmanager:GetSecretValue"},
		{"ssm", "ReadParameters", "ssm:GetParameters"},
	} {
		if arns := read[grant.service]; len(arns) > 0 {
			statements = append(statements, statement{Sid: grant.sid, Effect: "Allow", Action: grant.action, Resource: arns})
		}
	}
	return statements
}

// secretResource returns the service and the ARN as IAM knows it, without the key, stage and
// version that a task definition may append.
func secretResource(arn string) (service, resource string) {
	parts := strings.Split(arn, ":")
	const secretARNParts = 7
	if len(parts) > secretARNParts {
		parts = parts[:secretARNParts]
	}
	return parts[2], strings.Join(parts, ":")
}

// decryptStatements lets ECS read the database's secret, and decrypt all secrets, but only
// through the services that keep them.
func (s *Service) decryptStatements() []statement {
	if s.args.Database == nil && len(s.args.Container.Secrets) == 0 {
		return nil
	}
	var statements []statement
	if s.args.Database != nil {
		statements = append(statements, statement{
			Sid: "ReadDatabaseSecret", Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: s.args.Database.SecretARN,
		})
	}
	statements = append(statements, statement{
		Sid: "DecryptSecrets", Effect: "Allow", Action: "kms:Decrypt", Resource: s.args.DataKeyARN,
		Condition: s.viaServices("secretsmanager", "ssm"),
	})
	// A secret whose key the role may not use keeps the task from starting (aws/aws-cdk#17156).
	if keys := s.args.Container.SecretKeyARNs; len(keys) > 0 {
		statements = append(statements, statement{
			Sid: "DecryptSecretsOfOtherKeys", Effect: "Allow", Action: "kms:Decrypt", Resource: keys,
			Condition: s.viaServices("secretsmanager", "ssm"),
		})
	}
	return statements
}

// createTaskRole makes the role of the application itself.
func (s *Service) createTaskRole(ctx *pulumi.Context, name string) error {
	rights := func(version *Service) []policyPart {
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
	role, err := s.createRole(ctx, name+"-task", "Rights of the application "+s.Name+".",
		s.args.Scope.fromSource(s.args.Scope.ARN("ecs", "*")), rights)
	if err != nil {
		return err
	}
	s.TaskRoleARN = role.Arn
	return nil
}

// reasoned begins the Sid of a statement that says why it has wildcards. The policy pack looks for it.
const reasoned = "Because"

// permissionStatements allows what a service's permissions list. A Sid is unique in a policy, and has no other
// characters than letters and digits:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
func permissionStatements(permissions []ServicePermission) []statement {
	statements := make([]statement, len(permissions))
	for i, p := range permissions {
		statements[i] = allow(p.Actions, p.Resources)
		words := strings.FieldsFunc(p.Reason, func(r rune) bool {
			return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r)
		})
		if len(words) == 0 {
			continue
		}
		for j, word := range words {
			words[j] = strings.ToUpper(word[:1]) + word[1:]
		}
		statements[i].Sid = reasoned + strings.Join(words, "") + strconv.Itoa(i+1)
	}
	return statements
}

// execStatements lets the agent of ECS Exec open sessions and log them.
func (s *Service) execStatements() []statement {
	if s.args.Exec == nil {
		return nil
	}
	scope := s.args.Scope
	group := scope.LogGroupARN(s.args.Exec.LogGroupName)
	return []statement{
		{
			Sid: "OpenSessions", Effect: "Allow",
			Action: []string{
				"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
				"ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
			},
			// Channels have no resource: AWS only accepts * here.
			Resource: "*",
		},
		{
			// The agent looks for its group among all log groups.
			Sid: "FindLogGroup", Effect: "Allow", Action: "logs:DescribeLogGroups", Resource: scope.LogGroupARN("*"),
		},
		{
			Sid: "LogSessions", Effect: "Allow",
			Action:   []string{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"},
			Resource: []string{group, group + ":*"},
		},
	}
}

func (s *Service) execKeyStatements() []statement {
	if s.args.Exec == nil {
		return nil
	}
	return []statement{{Sid: "DecryptSessions", Effect: "Allow", Action: "kms:Decrypt", Resource: s.args.Exec.KeyARN}}
}

func (s *Service) bucketStatements() []statement {
	if s.args.Bucket == nil {
		return nil
	}
	bucket := s.args.Scope.BucketARN(s.args.Bucket.Name)
	objects := []string{"s3:GetObject"}
	if s.args.Bucket.Write {
		objects = []string{"s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"}
	}
	return []statement{
		{Sid: "ListBucket", Effect: "Allow", Action: []string{"s3:GetBucketLocation", "s3:ListBucket"}, Resource: bucket},
		{Sid: "UseObjects", Effect: "Allow", Action: objects, Resource: bucket + "/*"},
	}
}

func (s *Service) bucketKeyStatements() []statement {
	if s.args.Bucket == nil {
		return nil
	}
	actions := []string{"kms:Decrypt"}
	if s.args.Bucket.Write {
		actions = append(actions, "kms:GenerateDataKey")
	}
	return []statement{{
		Sid: "UseBucketKey", Effect: "Allow", Action: actions, Resource: s.args.DataKeyARN,
		Condition: s.viaServices("s3"),
	}}
}

// viaServices limits the use of a key to requests through the given services.
func (s *Service) viaServices(services ...string) conditions {
	hosts := make([]string, len(services))
	for i, service := range services {
		hosts[i] = fmt.Sprintf("%s.%s.amazonaws.com", service, s.args.Scope.Region)
	}
	return conditions{"StringEquals": {"kms:ViaService": hosts}}
}

// createRole makes a role for ECS, optionally under conditions, with the policies that each version
// needs. Tasks whose roles have other names keep those roles, with the same permissions: AWS ends a
// role's credentials when the role is deleted.
func (s *Service) createRole(ctx *pulumi.Context, name, description string, when conditions,
	rights func(version *Service) []policyPart,
) (*iam.Role, error) {
	names := map[string]string{name: s.args.Scope.roleNamed(name)}
	if s.args.Previous != nil && s.args.Previous.Roles {
		names[name+"-kept"] = autoNamed(NameIAMRole, name)
	}
	roles := map[string]*iam.Role{}
	for _, policies := range slices.Sorted(maps.Keys(names)) {
		role, err := iam.NewRole(ctx, names[policies], &iam.RoleArgs{
			Description:      pulumi.String(description),
			AssumeRolePolicy: assumedBy(tasksPrincipal, when),
			Tags:             named(name),
		}, pulumi.Parent(s))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", names[policies], err)
		}
		roles[policies] = role
		s.roleARNs = append(s.roleARNs, role.Arn)
		for _, version := range s.versions() {
			for _, part := range rights(version) {
				if err := s.attach(ctx, policies+"-"+part.name, role, part.statements...); err != nil {
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
func (s *Service) attach(ctx *pulumi.Context, name string, role *iam.Role, statements ...statement) error {
	if len(statements) == 0 {
		return nil
	}
	name += "-" + digestOf(statements)
	if s.attached[name] {
		return nil // the version before has the same
	}
	if s.attached == nil {
		s.attached = map[string]bool{}
	}
	s.attached[name] = true
	policy, err := iam.NewRolePolicy(ctx, name, &iam.RolePolicyArgs{
		Role:   role.Name,
		Policy: policyDocument(statements...),
	}, pulumi.Parent(s))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	s.prerequisites = append(s.prerequisites, policy)
	return nil
}

// digestOf returns a digest of statements, as far as they are known without other resources.
func digestOf(statements []statement) string {
	known := make([]statement, len(statements))
	for i, s := range statements {
		if _, unknown := s.Resource.(pulumi.Input); unknown {
			s.Resource = nil
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
