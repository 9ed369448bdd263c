package components

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const agentKey = "arn:aws:secretsmanager:us-east-1:123456789012:secret:agent-AbCdEf"

// sidecarArgs are of a service behind nginx, with an agent that prepares a folder before both start.
func sidecarArgs() *ServiceArgs {
	args := testBlueGreenArgs()
	args.Container.Port, args.Container.Listener = 80, "nginx"
	args.Container.ScratchPaths = []string{"/srv/static"}
	args.Container.DependsOn = map[string]string{"setup": "SUCCESS"}
	args.Sidecars = []TaskSidecar{
		{
			Name: "nginx", Image: "123456789012.dkr.ecr.us-east-1.amazonaws.com/proxy:1", User: "101:101", Essential: true,
			TmpMiB: 32, ScratchPaths: []string{"/srv/static", "/var/cache/nginx"}, CPU: 128, MemoryMiB: 256,
			Check:     ServiceContainerCheck{[]string{"/check"}, 30, 5, 3, 60},
			DependsOn: map[string]string{"visitor-book": "START", "setup": "COMPLETE"},
		},
		{
			Name: "setup", Image: "public.ecr.aws/example/setup:1.0.0", User: "65532:65532", TmpMiB: 16,
			WritableRoot: "it writes its own settings", EntryPoint: []string{"/setup"}, Command: []string{"--once"},
			Environment: map[string]string{"B": "2", "A": "1"}, Secrets: map[string]string{"API_KEY": agentKey},
		},
	}
	return &args
}

func definitionsOf(t *testing.T, args *ServiceArgs) (map[string]containerDefinition, map[string]any) {
	t.Helper()
	inputs := deployed(t, serviceProgram(args)).one(t, taskDefinitionType, "visitor-book").inputs
	var list []containerDefinition
	require.NoError(t, json.Unmarshal([]byte(inputs["containerDefinitions"].(string)), &list))
	byName := map[string]containerDefinition{}
	for _, c := range list {
		byName[c.Name] = c
	}
	assert.Equal(t, "visitor-book", list[0].Name)
	require.Len(t, byName, 3)
	return byName, inputs
}

func TestSidecarsAreAsConfined(t *testing.T) {
	containers, inputs := definitionsOf(t, sidecarArgs())
	own, nginx, setup := containers["visitor-book"], containers["nginx"], containers["setup"]

	assert.True(t, nginx.ReadonlyRootFilesystem)
	assert.False(t, setup.ReadonlyRootFilesystem)
	assert.Equal(t, "it writes its own settings", inputs["tags"].(map[string]any)["webapp:writable-root-setup"])
	assert.NotContains(t, inputs["tags"], "webapp:writable-root")
	assert.Equal(t, "101:101", nginx.User)
	assert.Equal(t, []int{128, 256}, []int{nginx.CPU, nginx.Memory})
	assert.Equal(t, []bool{true, true, false}, []bool{own.Essential, nginx.Essential, setup.Essential})

	assert.Equal(t, own.LogConfiguration, nginx.LogConfiguration)
	assert.Equal(t, own.StopTimeout, nginx.StopTimeout)
	assert.False(t, nginx.LinuxParameters.InitProcessEnabled, "images with an init process of their own want to be PID 1")
	assert.Equal(t, []tmpfs{{"/tmp", 32, []string{"rw", "nosuid", "nodev", "noexec"}}}, nginx.LinuxParameters.Tmpfs)
	assert.Equal(t, []variable{{"A", "1"}, {"B", "2"}}, setup.Environment)
	assert.Equal(t, []secretVariable{{"API_KEY", agentKey}}, setup.Secrets)
	assert.Equal(t, []string{"CMD", "/check"}, nginx.HealthCheck.Command)
	assert.Equal(t, [][]string{{"/setup"}, {"--once"}}, [][]string{setup.EntryPoint, setup.Command})
}

func TestContainersShareFoldersByPath(t *testing.T) {
	containers, inputs := definitionsOf(t, sidecarArgs())
	shared := mountPoint{"scratch-srv-static", "/srv/static", false}
	assert.Contains(t, containers["visitor-book"].MountPoints, shared)
	assert.Equal(t, []mountPoint{shared, {"scratch-var-cache-nginx", "/var/cache/nginx", false}},
		containers["nginx"].MountPoints)
	count := 0
	for _, volume := range inputs["volumes"].([]any) {
		if volume.(map[string]any)["name"] == "scratch-srv-static" {
			count++
		}
	}
	assert.Equal(t, 1, count, "ECS refuses a volume that is there twice")
}

func TestContainersStartInOrder(t *testing.T) {
	containers, _ := definitionsOf(t, sidecarArgs())
	assert.Equal(t, []startsAfter{{"setup", "SUCCESS"}}, containers["visitor-book"].DependsOn)
	assert.Equal(t, []startsAfter{{"setup", "COMPLETE"}, {"visitor-book", "START"}}, containers["nginx"].DependsOn)
	assert.Empty(t, containers["setup"].DependsOn)
}

// Requests reach the listener, in whichever way a version comes: by the program, or by the AppSpec.
func TestRequestsGoToTheListener(t *testing.T) {
	containers, _ := definitionsOf(t, sidecarArgs())
	assert.Equal(t, []portMapping{{ContainerPort: 80, HostPort: 80, Protocol: "tcp"}}, containers["nginx"].PortMappings)
	assert.Empty(t, containers["visitor-book"].PortMappings)
	for name, c := range containers {
		assert.Equal(t, []systemControl{{"net.ipv4.ip_unprivileged_port_start", "80"}}, c.SystemControls,
			"%s: the value of the container that starts last holds for all", name)
	}

	rec := deployed(t, serviceProgram(sidecarArgs()))
	balancers := rec.one(t, serviceResource, "visitor-book").inputs["loadBalancers"].([]any)
	assert.Equal(t, "nginx", balancers[0].(map[string]any)["containerName"])
	assert.Contains(t, rec.one(t, serviceType, "visitor-book").outputs["appSpec"],
		`"LoadBalancerInfo":{"ContainerName":"nginx","ContainerPort":80}`)
}

// Without these rights, tasks do not start.
func TestRolesReadWhatSidecarsNeed(t *testing.T) {
	rec := deployed(t, serviceProgram(sidecarArgs()))
	assert.Equal(t, []any{
		"arn:aws:ecr:us-east-1:123456789012:repository/visitor-book",
		"arn:aws:ecr:us-east-1:123456789012:repository/proxy",
	}, rec.rights(t, "visitor-book-execution-start").policy(t, "policy").sid(t, "PullImage")["Resource"])
	read := rec.rights(t, "visitor-book-execution-secrets").policy(t, "policy").sid(t, "ReadSecrets")
	assert.Contains(t, read["Resource"], agentKey)
}

// Tasks of the version before start with the images that it had.
func TestImagesOfSidecarsStayReadable(t *testing.T) {
	args := testBlueGreenArgs()
	args.Previous = &ServicePrevious{SidecarImages: []string{"123456789012.dkr.ecr.us-east-1.amazonaws.com/proxy:1"}}
	rec := deployed(t, serviceProgram(&args))
	found := false
	for _, policy := range rec.ofType(rolePolicyType) {
		found = found || assert.ObjectsAreEqual([]any{
			"arn:aws:ecr:us-east-1:123456789012:repository/visitor-book",
			"arn:aws:ecr:us-east-1:123456789012:repository/proxy",
		}, policy.policy(t, "policy").Statement[0]["Resource"])
	}
	assert.True(t, found)
}
