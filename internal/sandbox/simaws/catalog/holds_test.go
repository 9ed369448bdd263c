package catalog_test

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/catalog"
)

// lets lists the references to resources that AWS lets go all the same, with the reason.
var lets = map[string]string{
	resourcetypes.CertificateValidation + " certificateArn": "it only waits; AWS does not know it",

	resourcetypes.DefaultSecurityGroup + " vpcId": inside,
	resourcetypes.FlowLog + " vpcId":              "it ends with the VPC",
	resourcetypes.TargetGroup + " vpcId":          "a target group outlives its VPC",

	resourcetypes.RouteTableAssociation + " subnetId": inside,
	resourcetypes.DBSubnetGroup + " subnetIds[]":      "only network interfaces hold a subnet",

	resourcetypes.IngressRule + " securityGroupId": inside,
	resourcetypes.EgressRule + " securityGroupId":  inside,

	resourcetypes.Route + " routeTableId":          inside,
	resourcetypes.VPCEndpoint + " routeTableIds[]": "AWS takes its routes out of the table",

	resourcetypes.DeploymentGroup + " ecsService.clusterName":                                   byName,
	"aws:ecs/clusterCapacityProviders:ClusterCapacityProviders" + " clusterName":                inside,
	resourcetypes.DeploymentGroup + " loadBalancerInfo.targetGroupPairInfo.targetGroups[].name": byName,

	resourcetypes.WebACLLogging + " resourceArn": inside,

	resourcetypes.Schedule + " target.arn":                                                 onlyNamed,
	resourcetypes.Schedule + " target.ecsParameters.networkConfiguration.subnets[]":        onlyNamed,
	resourcetypes.Schedule + " target.ecsParameters.networkConfiguration.securityGroups[]": onlyNamed,

	resourcetypes.FileSystemAccessPoint + " fileSystemId":                           inside,
	resourcetypes.FileSystemPolicy + " fileSystemId":                                inside,
	resourcetypes.BackupSelection + " resources[]":                                  "AWS Backup looks for it each day",
	resourcetypes.TaskDefinition + " volumes[].efsVolumeConfiguration.fileSystemId": "a revision that nothing runs",

	resourcetypes.RolePolicy + " role": "the provider deletes a role's inline policies first",
}

const (
	inside = "a part of what it names"
	byName = "CodeDeploy keeps a name"
	// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets.html
	onlyNamed = "Scheduler looks at its target when it calls it"
)

// TestWhatHolds: a resource that AWS refuses to delete while it is in use is in use by all that name it. A role by its
// ARN is not: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage_delete.html
func TestWhatHolds(t *testing.T) {
	rest, held := maps.Clone(lets), map[string]bool{}
	for token, typ := range catalog.All() {
		for _, ref := range typ.Refs {
			where := token + " " + ref.Path
			asRole := ref.To == resourcetypes.Role && len(ref.By) == 1 && ref.By[0] == "arn"
			refuses := catalog.All()[ref.To].InUse != ""
			assert.Equal(t, refuses && !asRole && lets[where] == "", ref.Holds, "%s %s", where, ref.To)
			held[ref.To] = held[ref.To] || ref.Holds
			delete(rest, where)
		}
	}
	for token, typ := range catalog.All() {
		assert.Equal(t, held[token], typ.InUse != "", "%s: nothing is held, or AWS's words are missing", token)
	}
	assert.Empty(t, rest, "references that are gone")
}
