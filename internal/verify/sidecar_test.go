package verify

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/stretchr/testify/assert"
)

// A sidecar may take the requests for the container whose image is verified.
func TestTargetGroupsOfAContainer(t *testing.T) {
	group := func(arn, container string) ecstypes.LoadBalancer {
		return ecstypes.LoadBalancer{TargetGroupArn: aws.String(arn), ContainerName: aws.String(container)}
	}
	classic := ecstypes.LoadBalancer{LoadBalancerName: aws.String("classic"), ContainerName: aws.String("web")}
	own, other := group("arn:own", "web"), group("arn:other", "nginx")
	assert.Equal(t, []string{"arn:own"}, groupsOf([]ecstypes.LoadBalancer{other, own, classic}, "web"))
	assert.Equal(t, []string{"arn:other"}, groupsOf([]ecstypes.LoadBalancer{other, classic}, "web"))
	assert.Empty(t, groupsOf([]ecstypes.LoadBalancer{classic}, "web"))
}
