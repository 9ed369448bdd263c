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
	own := testServiceArgs()
	own.Container.Port, own.HealthCheck.Port = 80, 8080
	own.Container.EntryPoint, own.Container.StopSeconds = []string{"/entry"}, 90
	own.Container.Check = ServiceContainerCheck{[]string{"/check"}, 30, 5, 3, 60}
	own.Container.ScratchPaths, own.Container.StorageGiB = []string{"/var/cache/app"}, 30
	own.Container.WritableRoot = "the image unpacks its plugins"
	own.Database.Variables = map[string]string{
		"DB_HOST": "host", "DB_PORT": "port", "DB_NAME": "name", "DB_USER": "user", "DB_PASSWORD": "password",
		"DB_TLS": "sslmode", "DB_URL": "url", "DB_LOGIN": "json",
	}
	for name, args := range map[string]*ServiceArgs{
		"rolling": &rolling, "blue-green": &blueGreen, "bare": &bare, "command": &arm, "own": &own,
		"sidecars": sidecarArgs(),
	} {
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
		"volumes": []any{
			map[string]any{"name": "exec-agent"},
			map[string]any{"name": "exec-log"},
			map[string]any{"name": "exec-state"},
		},
		"skipDestroy": true,
		"tags":        map[string]any{"Name": "aws-webapp-prod-visitor-book"},
	}, inputs)
}

// What a service says about its container reaches ECS, and nothing else of the task changes.
func TestContainerIsAsTheServiceSays(t *testing.T) {
	args := testServiceArgs()
	args.Container.Port, args.Container.StopSeconds = 80, 90
	args.Container.ScratchPaths, args.Container.StorageGiB = []string{"/var/cache/app.d"}, 21
	args.Container.WritableRoot = "the image unpacks its plugins"
	inputs := deployed(t, serviceProgram(&args)).one(t, taskDefinitionType, "visitor-book").inputs
	var containers []containerDefinition
	require.NoError(t, json.Unmarshal([]byte(inputs["containerDefinitions"].(string)), &containers))
	container := containers[0]
	assert.Equal(t, []systemControl{{"net.ipv4.ip_unprivileged_port_start", "80"}}, container.SystemControls)
	assert.Equal(t, 90, container.StopTimeout)
	assert.False(t, container.ReadonlyRootFilesystem)
	assert.Contains(t, container.MountPoints, mountPoint{"scratch-var-cache-app_d", "/var/cache/app.d", false})
	assert.Contains(t, inputs["volumes"], map[string]any{"name": "scratch-var-cache-app_d"})
	assert.Equal(t, map[string]any{"sizeInGib": 21.0}, inputs["ephemeralStorage"])
	assert.Equal(t, "the image unpacks its plugins", inputs["tags"].(map[string]any)["webapp:writable-root"])
}

// The lowest port decides, also that of the health check; from 1024 on nothing is set.
func TestLowPortsAreOpened(t *testing.T) {
	for _, test := range []struct {
		port, check int
		want        []systemControl
	}{
		{1024, 0, nil},
		{1023, 0, []systemControl{{"net.ipv4.ip_unprivileged_port_start", "1023"}}},
		{8000, 81, []systemControl{{"net.ipv4.ip_unprivileged_port_start", "81"}}},
		{80, 8000, []systemControl{{"net.ipv4.ip_unprivileged_port_start", "80"}}},
	} {
		task := Task{}
		task.args.Container.Port, task.args.Container.CheckPort = test.port, test.check
		assert.Equal(t, test.want, task.openLowPorts())
	}
}

func TestTaskDefinitionWithoutExecHasNoVolumes(t *testing.T) {
	args := testPlainArgs()
	assert.NotContains(t, deployed(t, serviceProgram(&args)).one(t, taskDefinitionType, "visitor-book").inputs, "volumes")
}

func TestContainerWithoutDatabaseIsKnownAtPreview(t *testing.T) {
	args := testServiceArgs()
	args.Database = nil
	preview := previewed(t, serviceProgram(&args)).one(t, taskDefinitionType,
		"visitor-book").inputs["containerDefinitions"]
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
	assert.Contains(t, containers,
		`{"name":"DATABASE_URL",`+
			`"value":"postgresql://visitorbook_owner@db.example.us-east-1.rds.amazonaws.com:5432/visitorbook?sslmode=verify-full"}`)
	assert.Contains(t, containers, `{"name":"PGPASSWORD","valueFrom":"`+databaseSecret+`:password::"}`)
	assert.NotContains(t, containers, "visitorbook_owner:")
}

func TestDatabaseAddressIsEscaped(t *testing.T) {
	db := ServiceDatabase{Port: 5432, Name: "visits & more", Username: "o/w@ner", SSLMode: "require"}
	definition := withDatabase(containerDefinition{}, db, "db.example", "arn")
	assert.Equal(t,
		[]variable{{"DATABASE_URL", "postgresql://o%2Fw%40ner@db.example:5432/visits%20&%20more?sslmode=require"}},
		definition.Environment)
}

func TestDatabaseUnderTheServicesOwnNames(t *testing.T) {
	db := ServiceDatabase{Port: 5432, Name: "visits", Username: "owner", SSLMode: "require", Variables: map[string]string{
		"DB_HOST": "host", "DB_PORT": "port", "DB_NAME": "name", "DB_TLS": "sslmode",
		"DB_USER": "user", "DB_PASS": "password", "LOGIN": "json",
	}}
	definition := withDatabase(containerDefinition{}, db, "db.example", "arn")
	assert.Equal(t, []variable{
		{"DB_HOST", "db.example"}, {"DB_NAME", "visits"}, {"DB_PORT", "5432"}, {"DB_TLS", "require"},
	}, definition.Environment)
	assert.Equal(t, []secretVariable{
		{"DB_PASS", "arn:password::"}, {"DB_USER", "arn:username::"}, {"LOGIN", "arn"},
	}, definition.Secrets)
}

// The arguments belong to the caller: a second service may share them.
func TestContainerLeavesTheCallersEnvironmentAlone(t *testing.T) {
	args := testServiceArgs()
	deployed(t, serviceProgram(&args))
	assert.Equal(t, map[string]string{"LOG_LEVEL": "info", "APP_NAME": "Visitor book"}, args.Container.Environment)
}
