package components

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/tests/golden"
)

const (
	taskDefinitionType = "aws:ecs/taskDefinition:TaskDefinition"
	serviceResource    = "aws:ecs/service:Service"
)

// TestContainerDefinitions shows what ECS is asked to run, variant by variant.
func TestContainerDefinitions(t *testing.T) {
	rolling, blueGreen, bare := testServiceArgs(), testBlueGreenArgs(), testPlainArgs()
	arm := testPlainArgs()
	arm.Container.Architecture = "ARM64"
	arm.Container.Command = []string{"serve", "--port", "8000"}
	arm.Container.CPU, arm.Container.MemoryMiB = 1024, 4096
	arm.Container.TmpMiB, arm.Container.TmpExec = 2048, true
	arm.Exec = testServiceArgs().Exec
	for name, args := range map[string]*ServiceArgs{"rolling": &rolling, "blue-green": &blueGreen, "bare": &bare, "command": &arm} {
		t.Run(name, func(t *testing.T) {
			definition := deployed(t, serviceProgram(args)).one(t, taskDefinitionType, "visitor-book")
			var got bytes.Buffer
			require.NoError(t, json.Indent(&got, []byte(definition.inputs["containerDefinitions"].(string)), "", "  "))
			got.WriteByte('\n')
			snapshot := filepath.Join("testdata", "containers", name+".json")
			golden.Equal(t, snapshot, got.String(), "go test ./components -run TestContainerDefinitions -update")
		})
	}
}

func TestTaskDefinitionSettings(t *testing.T) {
	args := testServiceArgs()
	inputs := deployed(t, serviceProgram(&args)).one(t, taskDefinitionType, "visitor-book").inputs
	delete(inputs, "containerDefinitions")
	assert.Equal(t, map[string]any{
		"family":                  "aws-webapp-prod-visitor-book",
		"requiresCompatibilities": []any{"FARGATE"},
		"networkMode":             "awsvpc",
		"cpu":                     "512",
		"memory":                  "1024",
		"runtimePlatform":         map[string]any{"operatingSystemFamily": "LINUX", "cpuArchitecture": "X86_64"},
		"executionRoleArn":        arnOf("aws:iam/role:Role", "aws-webapp-prod-visitor-book-execution"),
		"taskRoleArn":             arnOf("aws:iam/role:Role", "aws-webapp-prod-visitor-book-task"),
		"volumes":                 []any{map[string]any{"name": "exec-agent"}, map[string]any{"name": "exec-log"}, map[string]any{"name": "exec-state"}},
		"skipDestroy":             true,
		"tags":                    map[string]any{"Name": "aws-webapp-prod-visitor-book"},
	}, inputs)
}

func TestTaskDefinitionWithoutExecHasNoVolumes(t *testing.T) {
	args := testPlainArgs()
	assert.NotContains(t, deployed(t, serviceProgram(&args)).one(t, taskDefinitionType, "visitor-book").inputs, "volumes")
}

func TestContainerWithoutDatabaseIsKnownAtPreview(t *testing.T) {
	args := testServiceArgs()
	args.Database = nil
	preview := previewed(t, serviceProgram(&args)).one(t, taskDefinitionType, "visitor-book").inputs["containerDefinitions"]
	update := deployed(t, serviceProgram(&args)).one(t, taskDefinitionType, "visitor-book").inputs["containerDefinitions"]
	assert.NotEqual(t, unknown, preview)
	assert.Equal(t, update, preview)
}

func TestContainerWaitsForTheDatabaseAlone(t *testing.T) {
	args := testServiceArgs()
	args.Database.SecretARN = pulumi.UnsafeUnknownOutput(nil).ApplyT(func(any) string { return "" }).(pulumi.StringOutput)
	definition := previewed(t, serviceProgram(&args)).one(t, taskDefinitionType, "visitor-book")
	assert.Equal(t, unknown, definition.inputs["containerDefinitions"])
}

// Everybody who may describe a task definition can read a password in it.
func TestContainerHoldsNoPassword(t *testing.T) {
	args := testServiceArgs()
	definition := deployed(t, serviceProgram(&args)).one(t, taskDefinitionType, "visitor-book")
	containers := definition.inputs["containerDefinitions"].(string)
	assert.Contains(t, containers, `{"name":"DATABASE_URL","value":"postgresql://visitorbook_owner@db.example.us-east-1.rds.amazonaws.com:5432/visitorbook?sslmode=verify-full"}`)
	assert.Contains(t, containers, `{"name":"PGPASSWORD","valueFrom":"`+databaseSecret+`:password::"}`)
	assert.NotContains(t, containers, "visitorbook_owner:")
}

func TestDatabaseAddressIsEscaped(t *testing.T) {
	db := ServiceDatabase{Port: 5432, Name: "visits & more", Username: "o/w@ner", SSLMode: "require"}
	definition := withDatabase(containerDefinition{}, db, "db.example", "arn")
	assert.Equal(t, []variable{{"DATABASE_URL", "postgresql://o%2Fw%40ner@db.example:5432/visits%20&%20more?sslmode=require"}}, definition.Environment)
}

// The arguments belong to the caller: a second service may share them.
func TestContainerLeavesTheCallersEnvironmentAlone(t *testing.T) {
	args := testServiceArgs()
	deployed(t, serviceProgram(&args))
	assert.Equal(t, map[string]string{"LOG_LEVEL": "info", "APP_NAME": "Visitor book"}, args.Container.Environment)
}
