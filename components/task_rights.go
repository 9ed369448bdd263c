package components

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// imagePullActions lists the actions that pulling an image needs, besides logging in.
var imagePullActions = []string{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}

// startStatements lets ECS pull the image and write the log.
func (t *Task) startStatements() []statement {
	writeLog := allow([]string{"logs:CreateLogStream", "logs:PutLogEvents"},
		t.args.Scope.LogGroupARN(t.LogGroupName)+":*")
	writeLog.Sid = "WriteLog"
	var repositories []string
	for _, image := range t.args.images() {
		repository, ok := ecrRepositoryARN(t.args.Scope.Partition, image)
		if ok && !slices.Contains(repositories, repository) {
			repositories = append(repositories, repository)
		}
	}
	if len(repositories) == 0 {
		return []statement{writeLog}
	}
	pull := allow(imagePullActions, oneOrAll(repositories))
	pull.Sid = "PullImage"
	// A registry login has no resource: AWS only accepts * here.
	login := allow("ecr:GetAuthorizationToken", "*")
	login.Sid = "RegistryLogin"
	return []statement{pull, login, writeLog}
}

// oneOrAll is how policies are usually written: a list of one is the one.
func oneOrAll(resources []string) any {
	if len(resources) == 1 {
		return resources[0]
	}
	return resources
}

// secretStatements lets ECS read the configured secrets.
func secretStatements(secrets []string) []statement {
	read := map[string][]string{}
	for _, secret := range secrets {
		service, arn := secretResource(secret)
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
func (t *Task) decryptStatements() []statement {
	if t.args.Database == nil && len(t.args.secrets()) == 0 {
		return nil
	}
	var statements []statement
	if t.args.Database != nil {
		statements = append(statements, statement{
			Sid: "ReadDatabaseSecret", Effect: "Allow", Action: "secretsmanager:GetSecretValue",
			Resource: t.args.Database.SecretARN,
		})
	}
	statements = append(statements, statement{
		Sid: "DecryptSecrets", Effect: "Allow", Action: "kms:Decrypt", Resource: t.args.DataKeyARN,
		Condition: t.viaServices("secretsmanager", "ssm"),
	})
	// A secret whose key the role may not use keeps the task from starting (aws/aws-cdk#17156).
	if keys := t.args.Container.SecretKeyARNs; len(keys) > 0 {
		statements = append(statements, statement{
			Sid: "DecryptSecretsOfOtherKeys", Effect: "Allow", Action: "kms:Decrypt", Resource: keys,
			Condition: t.viaServices("secretsmanager", "ssm"),
		})
	}
	return statements
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
func (t *Task) execStatements() []statement {
	if t.args.Exec == nil {
		return nil
	}
	scope := t.args.Scope
	group := scope.LogGroupARN(t.args.Exec.LogGroupName)
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

func (t *Task) execKeyStatements() []statement {
	if t.args.Exec == nil {
		return nil
	}
	return []statement{{Sid: "DecryptSessions", Effect: "Allow", Action: "kms:Decrypt", Resource: t.args.Exec.KeyARN}}
}

func (t *Task) bucketStatements() []statement {
	if t.args.Bucket == nil {
		return nil
	}
	bucket := t.args.Scope.BucketARN(t.args.Bucket.Name)
	objects := []string{"s3:GetObject"}
	if t.args.Bucket.Write {
		objects = []string{"s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"}
	}
	return []statement{
		{Sid: "ListBucket", Effect: "Allow", Action: []string{"s3:GetBucketLocation", "s3:ListBucket"}, Resource: bucket},
		{Sid: "UseObjects", Effect: "Allow", Action: objects, Resource: bucket + "/*"},
	}
}

func (t *Task) bucketKeyStatements() []statement {
	if t.args.Bucket == nil {
		return nil
	}
	actions := []string{"kms:Decrypt"}
	if t.args.Bucket.Write {
		actions = append(actions, "kms:GenerateDataKey")
	}
	return []statement{{
		Sid: "UseBucketKey", Effect: "Allow", Action: actions, Resource: t.args.DataKeyARN,
		Condition: t.viaServices("s3"),
	}}
}

// viaServices limits the use of a key to requests through the given services.
func (t *Task) viaServices(services ...string) conditions {
	hosts := make([]string, len(services))
	for i, service := range services {
		hosts[i] = t.args.Scope.endpointHost(service)
	}
	return conditions{"StringEquals": {"kms:ViaService": hosts}}
}
