package simaws_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/simaws"
)

// TestServicesWhoseSecretsCannotBeRead: ECS reads a container's secrets with the
// execution role before it starts a task.
func TestServicesWhoseSecretsCannotBeRead(t *testing.T) {
	const (
		secretOf    = "aws:secretsmanager/secret:Secret"
		parameterOf = "aws:ssm/parameter:Parameter"
		read        = `{"Effect":"Allow","Action":"secretsmanager:GetSecretValue","Resource":"*"}`
		readParam   = `{"Effect":"Allow","Action":"ssm:GetParameters","Resource":"*"}`
		anyKey      = `{"Effect":"Allow","Action":"kms:Decrypt","Resource":"*"}`
		viaOther    = `{"Sid":"Via","Effect":"Allow","Action":"kms:Decrypt","Resource":"*","Condition":{"StringEquals":` +
			`{"kms:ViaService":"ssm.us-east-1.amazonaws.com"}}}`
		noKey = `{"Effect":"Allow","Action":"kms:Decrypt","Resource":"arn:aws:kms:us-east-1:123456789012:key/other"}`
	)
	ofSecret := props{"kmsKeyId": "${k.arn}", "name": "s"}
	ofParameter := props{"keyId": "${k.arn}", "type": "SecureString", "name": "s"}
	for name, c := range map[string]struct {
		token  string
		stored props
		value  string
		rights string
		want   string
	}{
		"readable":                 {secretOf, ofSecret, "${s.arn}:password::", read + "," + anyKey, ""},
		"not readable":             {secretOf, ofSecret, "${s.arn}", anyKey, "secretsmanager:GetSecretValue is refused"},
		"another key":              {secretOf, ofSecret, "${s.arn}:password::", read + "," + noKey, "kms:Decrypt is refused"},
		"another service":          {secretOf, ofSecret, "${s.arn}", read + "," + viaOther, "for another kms:ViaService"},
		"AWS's own key":            {secretOf, props{"name": "s"}, "${s.arn}", read, ""},
		"a parameter":              {parameterOf, ofParameter, "${s.arn}", readParam + "," + viaOther, ""},
		"a parameter, another key": {parameterOf, ofParameter, "${s.arn}", readParam + "," + noKey, "kms:Decrypt is refused"},
		"from outside": {
			secretOf, ofSecret, "arn:aws:secretsmanager:us-east-1:123456789012:secret:other-Ab", read + "," + noKey, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := start(t, simaws.Options{}, props{"allowedAccountIds": []any{"123456789012"}})
			for _, s := range []step{
				{key, "k", props{"policy": `{"Statement":[` + keyOfAccount + `]}`}},
				{c.token, "s", c.stored},
				{role, "r", props{"assumeRolePolicy": trust("ecs-tasks.amazonaws.com")}},
				{"aws:iam/rolePolicy:RolePolicy", "p", props{"role": "${r.name}", "policy": `{"Statement":[` + c.rights + `]}`}},
				{task, "t", props{
					"family": "web", "executionRoleArn": "${r.arn}",
					"containerDefinitions": `[{"name":"web","image":"nginx","secrets":[{"name":"A","valueFrom":"` + c.value + `"}]}]`,
				}},
				{cluster, "c", props{"name": "c"}},
			} {
				require.NoError(t, e.try(s.token, s.name, s.inputs), s.name)
			}
			err := e.try(service, "x", props{"name": "x", "cluster": "${c.arn}", "taskDefinition": "${t.arn}"})
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, "ResourceInitializationError: unable to pull secrets")
			assert.ErrorContains(t, err, c.want)
		})
	}
}
