package components

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func operatorProgram(ctx *pulumi.Context) error {
	_, err := NewOperator(ctx, "operator", &OperatorArgs{
		Scope: testScope, Image: "public.ecr.aws/docker/library/postgres:17.5", Architecture: "X86_64", Minutes: 45,
		DataKeyARN: pulumi.String(testDataKeyARN),
		Database: ServiceDatabase{
			Host: pulumi.String("db.example"), Port: 5432, Name: "app", Username: "admin", SSLMode: "verify-full",
			SecretARN: pulumi.String("arn:secret"),
		},
		Exec: ServiceExec{LogGroupName: "/ecs-exec/app", KeyARN: pulumi.String(testLogKeyARN)},
		Logs: ServiceLogs{Prefix: "/ecs", RetentionDays: 30, KeyARN: pulumi.String(testLogKeyARN)},
	})
	return err
}

// It ends by itself, psql needs no arguments, and no service of ECS keeps one running.
func TestTheOperatorsTaskIsShortLivedAndForPsql(t *testing.T) {
	rec := deployed(t, operatorProgram)
	assert.Empty(t, rec.ofType("aws:ecs/service:Service"))
	definition := rec.one(t, "aws:ecs/taskDefinition:TaskDefinition", "operator")
	var containers []struct {
		EntryPoint, Command    []string
		User                   string
		ReadonlyRootFilesystem bool
		Environment            []variable
		Secrets                []secretVariable
	}
	require.NoError(t, json.Unmarshal([]byte(definition.inputs["containerDefinitions"].(string)), &containers))
	require.Len(t, containers, 1)
	one := containers[0]
	assert.Equal(t, []string{"sleep", "2700"}, append(one.EntryPoint, one.Command...))
	assert.Equal(t, "65534:65534", one.User)
	assert.True(t, one.ReadonlyRootFilesystem)
	assert.Equal(t, []variable{
		{"PGDATABASE", "app"}, {"PGHOST", "db.example"}, {"PGPORT", "5432"}, {"PGSSLMODE", "require"},
	}, one.Environment)
	assert.Equal(t, []secretVariable{
		{"PGPASSWORD", "arn:secret:password::"}, {"PGUSER", "arn:secret:username::"},
	}, one.Secrets)
}

// Its role opens sessions and logs them, and does nothing else.
func TestTheOperatorsRoleIsForSessionsAlone(t *testing.T) {
	rec := deployed(t, operatorProgram)
	var names []string
	for _, policy := range rec.ofType("aws:iam/rolePolicy:RolePolicy") {
		names = append(names, policy.name[:strings.LastIndexByte(policy.name, '-')])
	}
	assert.ElementsMatch(t, []string{
		"operator-execution-start", "operator-execution-decrypt", "operator-task-exec", "operator-task-exec-key",
	}, names)
	rec.keepsContract(t, operatorType, "operator", map[string]any{
		"taskFamily":        "aws-webapp-prod-operator",
		"taskDefinitionArn": arnOf("aws:ecs/taskDefinition:TaskDefinition", "operator"),
	})
}
