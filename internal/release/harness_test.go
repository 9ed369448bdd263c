package release_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	scaling "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/release"
)

// registered is what a stack says of a service.
type registered struct {
	revision  int
	blueGreen bool
	// held is a rolling service that pulumi up leaves alone.
	held      bool
	after     []string
	migration []string
}

const appSpec = `{"version": 0.0, "Resources": [{"TargetService": {"Type": "AWS::ECS::Service", "Properties": {
	"TaskDefinition": "<TASK_DEFINITION>", "LoadBalancerInfo": {"ContainerName": %q, "ContainerPort": 8000},
	"PlatformVersion": "LATEST", "NetworkConfiguration": {"AwsvpcConfiguration": {
		"Subnets": ["subnet-2", "subnet-1"], "SecurityGroups": ["sg-1"], "AssignPublicIp": "DISABLED"
	}}
}}}]}`

// webAt is a stack that has registered a version of one blue/green service.
func webAt(t *testing.T, revision int) *release.Stack {
	t.Helper()
	return stackOf(t, map[string]registered{"web": {revision: revision, blueGreen: true}})
}

func stackOf(t *testing.T, services map[string]registered) *release.Stack {
	t.Helper()
	out := map[string]any{}
	for name, one := range services {
		service := map[string]any{
			"taskDefinitionArn": fmt.Sprintf("%s%s:%d", definitions, name, one.revision), "after": one.after,
			"alarms":    []string{name + "-5xx", name + "-failing"},
			"migration": map[string]any{"command": one.migration, "timeoutMinutes": 10},
		}
		if one.blueGreen {
			service["codeDeployApplication"], service["codeDeployGroup"] = name, name
		}
		if one.blueGreen || one.held {
			service["appSpec"] = fmt.Sprintf(appSpec, name)
		}
		out[name] = service
	}
	text, err := json.Marshal(map[string]any{"clusterName": "web", "services": out})
	require.NoError(t, err)
	stack, err := release.ReadOutputs(strings.NewReader(string(text)))
	require.NoError(t, err)
	return stack
}

// releases runs a release and returns what it says.
func (w *world) releases(ctx context.Context, t *testing.T, o release.Options) (string, error) {
	t.Helper()
	var said strings.Builder
	o.Clients, o.Clock, o.Progress = release.NewClients(w.WriteConfig("us-east-1")), w, &said
	if o.Timeout == 0 {
		o.Timeout = time.Hour
	}
	r, err := release.New(o)
	require.NoError(t, err)
	err = r.Run(ctx)
	return said.String(), err
}

// changes are the operations that changed something, in order.
func (w *world) changes() []string {
	var changes []string
	for _, call := range w.Calls() {
		switch in := call.Input.(type) {
		case *ecs.UpdateServiceInput:
			changes = append(changes, "update "+strings.TrimPrefix(*in.TaskDefinition, definitions))
		case *ecs.RunTaskInput:
			changes = append(changes, "migrate "+strings.TrimPrefix(*in.TaskDefinition, definitions))
		case *ecs.StopTaskInput:
			changes = append(changes, "stop "+*in.Task)
		case *codedeploy.CreateDeploymentInput:
			changes = append(changes, "deploy "+*in.DeploymentGroupName)
		case *codedeploy.ContinueDeploymentInput:
			changes = append(changes, "continue "+*in.DeploymentId)
		case *scaling.RegisterScalableTargetInput:
			changes = append(changes, fmt.Sprintf("suspended %v", *in.SuspendedState.DynamicScalingInSuspended))
		}
	}
	return changes
}
