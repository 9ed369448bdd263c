package components

import (
	"regexp"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	roleType       = "aws:iam/role:Role"
	rolePolicyType = "aws:iam/rolePolicy:RolePolicy"
)

func TestOnlyTasksOfThisAccountTakeOnTheRoleOfATask(t *testing.T) {
	args := testServiceArgs()
	rec := previewed(t, serviceProgram(&args))
	trust := func(role string) []map[string]any {
		return rec.one(t, roleType, role).policy(t, "assumeRolePolicy").Statement
	}
	want := map[string]any{
		"Effect": "Allow", "Principal": map[string]any{"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole",
	}
	assert.Equal(t, []map[string]any{want}, trust("aws-webapp-prod-visitor-book-execution"),
		"nobody knows what ECS sends when it starts a task")
	want["Condition"] = map[string]any{
		"StringEquals": map[string]any{"aws:SourceAccount": "123456789012"},
		"ArnLike":      map[string]any{"aws:SourceArn": "arn:aws:ecs:us-east-1:123456789012:*"},
	}
	assert.Equal(t, []map[string]any{want}, trust("aws-webapp-prod-visitor-book-task"))
}

// The test reads them at preview: nothing in these policies waits for another resource.
func TestPoliciesAreExactAndKnownAtPreview(t *testing.T) {
	args := testServiceArgs()
	rec := previewed(t, serviceProgram(&args))
	execGroup := "arn:aws:logs:us-east-1:123456789012:log-group:/ecs-exec/aws-webapp-prod-web"
	for name, want := range map[string][]map[string]any{
		"visitor-book-execution-start": {
			{
				"Sid": "PullImage", "Effect": "Allow",
				"Action":   []any{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"},
				"Resource": "arn:aws:ecr:us-east-1:123456789012:repository/visitor-book",
			},
			{"Sid": "RegistryLogin", "Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"},
			{
				"Sid": "WriteLog", "Effect": "Allow",
				"Action":   []any{"logs:CreateLogStream", "logs:PutLogEvents"},
				"Resource": "arn:aws:logs:us-east-1:123456789012:log-group:/ecs/visitor-book:*",
			},
		},
		"visitor-book-execution-secrets": {
			{
				"Sid": "ReadSecrets", "Effect": "Allow", "Action": "secretsmanager:GetSecretValue",
				"Resource": []any{"arn:aws:secretsmanager:us-east-1:123456789012:secret:signing-AbCdEf"},
			},
			{
				"Sid": "ReadParameters", "Effect": "Allow", "Action": "ssm:GetParameters",
				"Resource": []any{"arn:aws:ssm:us-east-1:123456789012:parameter/web/api-token"},
			},
		},
		"visitor-book-task-exec": {
			{
				"Sid": "OpenSessions", "Effect": "Allow",
				"Action": []any{
					"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
					"ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
				},
				"Resource": "*",
			},
			{
				"Sid": "FindLogGroup", "Effect": "Allow", "Action": "logs:DescribeLogGroups",
				"Resource": "arn:aws:logs:us-east-1:123456789012:log-group:*",
			},
			{
				"Sid": "LogSessions", "Effect": "Allow",
				"Action":   []any{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"},
				"Resource": []any{execGroup, execGroup + ":*"},
			},
		},
		"visitor-book-task-bucket": {
			{
				"Sid": "ListBucket", "Effect": "Allow", "Action": []any{"s3:GetBucketLocation", "s3:ListBucket"},
				"Resource": "arn:aws:s3:::app-bucket",
			},
			{
				"Sid": "UseObjects", "Effect": "Allow",
				"Action":   []any{"s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"},
				"Resource": "arn:aws:s3:::app-bucket/*",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, want, rec.rights(t, name).policy(t, "policy").Statement)
		})
	}
}

func TestKeysAreUsedThroughTheirServicesAlone(t *testing.T) {
	args := testServiceArgs()
	rec := deployed(t, serviceProgram(&args))
	via := func(hosts ...any) map[string]any {
		return map[string]any{"StringEquals": map[string]any{"kms:ViaService": hosts}}
	}
	for name, want := range map[string][]map[string]any{
		"visitor-book-execution-decrypt": {
			{
				"Sid": "ReadDatabaseSecret", "Effect": "Allow", "Action": "secretsmanager:GetSecretValue",
				"Resource": databaseSecret,
			},
			{
				"Sid": "DecryptSecrets", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": dataKey,
				"Condition": via("secretsmanager.us-east-1.amazonaws.com", "ssm.us-east-1.amazonaws.com"),
			},
		},
		"visitor-book-task-exec-key": {
			{"Sid": "DecryptSessions", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": logsKey},
		},
		"visitor-book-task-bucket-key": {
			{
				"Sid": "UseBucketKey", "Effect": "Allow", "Action": []any{"kms:Decrypt", "kms:GenerateDataKey"},
				"Resource":  dataKey,
				"Condition": via("s3.us-east-1.amazonaws.com"),
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, want, rec.rights(t, name).policy(t, "policy").Statement)
		})
	}
}

func TestPoliciesBelongToTheirRole(t *testing.T) {
	args := testServiceArgs()
	rec := deployed(t, serviceProgram(&args))
	for policy, role := range map[string]string{
		"visitor-book-execution-start": "visitor-book-execution", "visitor-book-execution-secrets": "visitor-book-execution",
		"visitor-book-execution-decrypt": "visitor-book-execution", "visitor-book-task-exec": "visitor-book-task",
		"visitor-book-task-exec-key": "visitor-book-task", "visitor-book-task-bucket": "visitor-book-task",
		"visitor-book-task-bucket-key": "visitor-book-task",
	} {
		assert.Equal(t, testScope.NamesBegin()+role+"-1234567", rec.rights(t, policy).inputs["role"], policy)
	}
}

func TestServiceGetsNoRightThatItDoesNotNeed(t *testing.T) {
	args := testPlainArgs()
	rec := deployed(t, serviceProgram(&args))
	assert.Len(t, rec.ofType(rolePolicyType), 1)
	assert.Equal(t, []map[string]any{{
		"Sid": "WriteLog", "Effect": "Allow",
		"Action":   []any{"logs:CreateLogStream", "logs:PutLogEvents"},
		"Resource": "arn:aws:logs:us-east-1:123456789012:log-group:/ecs/visitor-book:*",
	}}, rec.rights(t, "visitor-book-execution-start").policy(t, "policy").Statement, "a public registry needs no rights")
}

func TestReadingABucketDoesNotWriteIt(t *testing.T) {
	args := testServiceArgs()
	args.Bucket.Write = false
	rec := deployed(t, serviceProgram(&args))
	assert.Equal(t, []any{"s3:GetObject"},
		rec.rights(t, "visitor-book-task-bucket").policy(t, "policy").sid(t, "UseObjects")["Action"])
	assert.Equal(t, []any{"kms:Decrypt"},
		rec.rights(t, "visitor-book-task-bucket-key").policy(t, "policy").sid(t, "UseBucketKey")["Action"])
}

func TestSecretsAloneNeedTheKey(t *testing.T) {
	args := testServiceArgs()
	args.Database = nil
	decrypt := deployed(t, serviceProgram(&args)).rights(t, "visitor-book-execution-decrypt")
	statements := decrypt.policy(t, "policy").Statement
	assert.Len(t, statements, 1)
	assert.Equal(t, "DecryptSecrets", statements[0]["Sid"])
}

// Permissions are only removed once the tasks that need them are gone: a changed policy is a
// new resource, and Pulumi deletes the old one last.
func TestChangedRightsAreAnotherPolicy(t *testing.T) {
	before := testServiceArgs()
	old := deployed(t, serviceProgram(&before))
	for name, change := range map[string]struct {
		policy string
		change func(*ServiceArgs)
	}{
		"registry": {"visitor-book-execution-start", func(a *ServiceArgs) {
			a.Container.Image = "public.ecr.aws/nginx/nginx:1"
		}},
		"secret": {"visitor-book-execution-secrets", func(a *ServiceArgs) {
			a.Container.Secrets = map[string]string{"KEY": "arn:aws:ssm:us-east-1:123456789012:parameter/key"}
		}},
		"database":   {"visitor-book-execution-decrypt", func(a *ServiceArgs) { a.Database = nil }},
		"bucket":     {"visitor-book-task-bucket", func(a *ServiceArgs) { a.Bucket.Write = false }},
		"bucket key": {"visitor-book-task-bucket-key", func(a *ServiceArgs) { a.Bucket.Write = false }},
	} {
		t.Run(name, func(t *testing.T) {
			args := testServiceArgs()
			change.change(&args)
			now := deployed(t, serviceProgram(&args)).rights(t, change.policy)
			assert.NotEqual(t, old.rights(t, change.policy).name, now.name)
		})
	}
	other := testServiceArgs()
	other.Container.Port = 9000
	assert.Equal(t, old.names(rolePolicyType), deployed(t, serviceProgram(&other)).names(rolePolicyType))
}

// rights returns the policy of a service's role; its name ends in a digest of its statements.
func (r *recorder) rights(t *testing.T, name string) *recorded {
	t.Helper()
	digested := regexp.MustCompile("^" + name + "-[0-9a-f]{8}$")
	for _, found := range r.ofType(rolePolicyType) {
		if digested.MatchString(found.name) {
			return found
		}
	}
	require.Failf(t, "no such policy", "%s is not among %q", name, r.names(rolePolicyType))
	return nil
}

// A secret whose key the role may not use keeps the task from starting.
func TestSecretsOfOtherKeysCanBeDecrypted(t *testing.T) {
	const key = "arn:aws:kms:us-east-1:999999999999:key/12345678-1234-1234-1234-123456789012"
	args := testServiceArgs()
	args.Container.SecretKeyARNs = []string{key}
	rec := deployed(t, serviceProgram(&args))
	policy := rec.rights(t, "visitor-book-execution-decrypt").policy(t, "policy")
	statement := policy.sid(t, "DecryptSecretsOfOtherKeys")
	assert.Equal(t, []any{key}, statement["Resource"])
	assert.Equal(t, "kms:Decrypt", statement["Action"])
	assert.Equal(t, map[string]any{"StringEquals": map[string]any{"kms:ViaService": []any{
		"secretsmanager.us-east-1.amazonaws.com", "ssm.us-east-1.amazonaws.com",
	}}}, statement["Condition"])
}

func TestRepositoryOfAnImage(t *testing.T) {
	const account = "123456789012"
	const usual = account + ".dkr.ecr.us-east-1.amazonaws.com"
	arn := func(region, name string) string {
		return "arn:aws:ecr:" + region + ":" + account + ":repository/" + name
	}
	repository := arn("us-east-1", "visitor-book")
	digest := "sha256:" + strings.Repeat("0a1b", 16)
	tests := map[string]string{
		usual + "/visitor-book:1.0.0":                                            repository,
		usual + "/visitor-book@" + digest:                                        repository,
		usual + "/visitor-book:1.0.0@" + digest:                                  repository,
		usual + "/visitor-book":                                                  repository,
		account + ".dkr.ecr.eu-west-1.amazonaws.com/team/web_app/book.er:1":      arn("eu-west-1", "team/web_app/book.er"),
		account + ".dkr.ecr-fips.us-gov-west-1.amazonaws.com/visitor-book:1":     arn("us-gov-west-1", "visitor-book"),
		account + ".dkr-ecr.us-east-1.on.aws/visitor-book:1":                     repository,
		account + ".dkr.ecr.cn-north-1.amazonaws.com.cn/visitor-book:1":          arn("cn-north-1", "visitor-book"),
		"public.ecr.aws/nginx/nginx:1":                                           "",
		"docker.io/library/postgres:16":                                          "",
		"nginx":                                                                  "",
		"evil.example/" + usual + "/visitor-book:1":                              "",
		account + ".dkr.ecr.us-east-1.amazonaws.com.evil.example/visitor-book:1": "",
		"12345.dkr.ecr.us-east-1.amazonaws.com/visitor-book:1":                   "",
		account + ".dkr.ecr.us-east-1.amazonaws.com/*:1":                         "",
		usual + "/visitor-book:1\",\"Resource\":\"*\"":                           "",
	}
	for image, want := range tests {
		t.Run(image, func(t *testing.T) {
			found, ok := ecrRepositoryARN("aws", image)
			assert.Equal(t, want, found)
			assert.Equal(t, want != "", ok)
		})
	}
}

// Tasks that still serve with roles of other names keep them, and all their permissions, until the next
// update.
func TestRunningTasksKeepTheRolesOfTheirNames(t *testing.T) {
	args := testBlueGreenArgs()
	args.Previous = &ServicePrevious{Roles: true}
	rec := deployed(t, serviceProgram(&args))
	assert.Equal(t, []string{
		"aws-webapp-prod-visitor-book-deployment", "aws-webapp-prod-visitor-book-execution",
		"aws-webapp-prod-visitor-book-task", "visitor-book-execution", "visitor-book-task",
	}, rec.names(roleType))
	byRole := map[any][]string{}
	for _, policy := range rec.ofType(rolePolicyType) {
		byRole[policy.inputs["role"]] = append(byRole[policy.inputs["role"]], policy.inputs["policy"].(string))
	}
	for _, role := range []string{"visitor-book-execution", "visitor-book-task"} {
		assert.NotEmpty(t, byRole[role+"-1234567"])
		assert.ElementsMatch(t, byRole[testScope.NamesBegin()+role+"-1234567"], byRole[role+"-1234567"], role)
	}
	start := rec.one(t, rolePolicyType, "visitor-book-deployment-traffic").policy(t, "policy").sid(t, "StartTasks")
	assert.Len(t, start["Resource"], 4, "a rotation deploys the old version once more")
	task := rec.one(t, "aws:ecs/taskDefinition:TaskDefinition", "visitor-book")
	assert.Equal(t, arnOf(roleType, "aws-webapp-prod-visitor-book-task"), task.inputs["taskRoleArn"])
}

// Sids have letters and digits alone, and are unique.
func TestPermissionsSayWhyInTheirSids(t *testing.T) {
	send := []string{"sqs:SendMessage"}
	one := ServicePermission{Actions: send, Resources: []string{"*"}, Reason: "it writes to all queues: 1/2, für uns"}
	plain := ServicePermission{Actions: send, Resources: []string{"arn:aws:sqs:us-east-1:123456789012:orders"}}
	made := permissionStatements([]ServicePermission{one, plain, one})
	assert.Equal(t, []statement{
		{Sid: "BecauseItWritesToAllQueues12FRUns1", Effect: "Allow", Action: one.Actions, Resource: one.Resources},
		{Effect: "Allow", Action: plain.Actions, Resource: plain.Resources},
		{Sid: "BecauseItWritesToAllQueues12FRUns3", Effect: "Allow", Action: one.Actions, Resource: one.Resources},
	}, made)
}

// The digest in a policy's name moves with what a policy allows, but not with resources that are known later.
func TestDigestOfAPolicy(t *testing.T) {
	reads := statement{Sid: "Reads", Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*"}
	later, none, writes := reads, reads, reads
	later.Resource, none.Resource, writes.Action = pulumi.String("arn").ToStringOutput(), nil, "s3:PutObject"
	digest := digestOf([]statement{reads})
	assert.Regexp(t, "^[0-9a-f]{8}$", digest)
	assert.NotEqual(t, digest, digestOf([]statement{writes}))
	assert.NotEqual(t, digest, digestOf([]statement{none}))
	assert.Equal(t, digestOf([]statement{none}), digestOf([]statement{later}))
}
