package stack_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// protectedInProd lists what Pulumi refuses to delete there. VPC and subnets belong to another
// provider's component; the network's own tests check them.
var protectedInProd = map[string][]string{
	"prod": {
		"aws:backup/vault:Vault::backup", "aws:lb/loadBalancer:LoadBalancer::web", "aws:rds/instance:Instance::database",
		"aws:s3/bucketV2:BucketV2::audit", "aws:s3/bucketV2:BucketV2::storage-application",
	},
	"delivery": {"aws:kms/key:Key::keys-state", "aws:s3/bucketV2:BucketV2::state"},
	"staging":  nil,
}

func TestWhatHoldsDataIsProtectedInProd(t *testing.T) {
	for name, want := range protectedInProd {
		var found []string
		for _, r := range graphOf(t, name).resources {
			if r.request.GetProtect() {
				found = append(found, r.key())
			}
		}
		slices.Sort(found)
		assert.Equal(t, want, found, name)
	}
}

// patience lists timeouts longer than the provider's defaults: for a database with a final snapshot, a
// domain that moves its data, and network interfaces that Lambda keeps.
var patience = map[string]string{
	"aws:rds/instance:Instance":                             `{"create":"60m","update":"80m","delete":"60m"}`,
	"aws:elasticache/replicationGroup:ReplicationGroup":     `{"create":"90m","update":"90m","delete":"60m"}`,
	"aws:opensearch/domain:Domain":                          `{"create":"2h","update":"6h","delete":"2h"}`,
	"aws:ec2/securityGroup:SecurityGroup::deployment-test":  `{"delete":"60m"}`,
	"aws:ec2/securityGroup:SecurityGroup::search-functions": `{"delete":"60m"}`,
}

func TestSlowResourcesHaveTheirTime(t *testing.T) {
	for beginning, want := range patience {
		judged := 0
		for _, r := range slices.Concat(graphOf(t, "prod").resources, graphOf(t, "staging with a cache").resources) {
			if r.typ == beginning || r.key() == beginning {
				judged++
				assert.Contains(t, options(r), "customTimeouts = "+want, r.key())
			}
		}
		assert.NotZero(t, judged, beginning)
	}
}

// leftToOthers lists the inputs of a resource that others than the program change: CodeDeploy,
// Application Auto Scaling, schedules, and RDS.
var leftToOthers = map[string]map[string]string{
	"prod": {
		"aws:ecs/service:Service::visitor-book": "[desiredCount taskDefinition loadBalancers networkConfiguration " +
			"platformVersion capacityProviderStrategies]",
		"aws:lb/listenerRule:ListenerRule::visitor-book":      "[actions]",
		"aws:lb/listenerRule:ListenerRule::visitor-book-test": "[actions]",
		"aws:lb/targetGroup:TargetGroup::visitor-book":        "[port]",
		"aws:lb/targetGroup:TargetGroup::visitor-book-green":  "[port]",
		"aws:rds/instance:Instance::database":                 "[engineLifecycleSupport engineVersion]",
	},
	"staging with everything": {
		"aws:appautoscaling/target:Target::visitor-book": "[minCapacity maxCapacity]",
	},
}

func TestWhatOthersChangeIsLeftToThem(t *testing.T) {
	for name, want := range leftToOthers {
		found := map[string]string{}
		for _, r := range graphOf(t, name).resources {
			if ignored := r.request.GetIgnoreChanges(); len(ignored) > 0 {
				found[r.key()] = fmt.Sprint(ignored)
			}
		}
		for key, inputs := range want {
			assert.Equal(t, inputs, found[key], key)
		}
		if name == "prod" {
			assert.Len(t, found, len(want), "%v", found)
		}
	}
}
