package main

import (
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/pack"
	"aws-webapp/policies/rules"
	"aws-webapp/policies/testgraph"
)

// siblings are types that hold the same, of another generation, for another holder, or for one or several.
var siblings = [][]string{
	{"aws:opensearch/domain:Domain", "aws:elasticsearch/domain:Domain"},
	{"aws:opensearch/domainPolicy:DomainPolicy", "aws:elasticsearch/domainPolicy:DomainPolicy"},
	{"aws:s3/bucketV2:BucketV2", "aws:s3/bucket:Bucket"},
	{"aws:rds/instance:Instance", "aws:rds/cluster:Cluster"},
	{"aws:rds/snapshot:Snapshot", "aws:rds/clusterSnapshot:ClusterSnapshot"},
	{
		"aws:ec2/securityGroupRule:SecurityGroupRule", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
		"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
	},
	{"aws:ec2/networkAcl:NetworkAcl", "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"},
	{"aws:ec2/subnet:Subnet", "aws:ec2/defaultSubnet:DefaultSubnet"},
	{"aws:ec2/vpc:Vpc", "aws:ec2/defaultVpc:DefaultVpc"},
	{"aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"},
	{
		"aws:iam/policy:Policy", "aws:iam/rolePolicy:RolePolicy", "aws:iam/userPolicy:UserPolicy",
		"aws:iam/groupPolicy:GroupPolicy",
	},
	{
		"aws:iam/policyAttachment:PolicyAttachment", "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
		"aws:iam/userPolicyAttachment:UserPolicyAttachment", "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
	},
	{
		"aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey", "aws:kms/externalKey:ExternalKey",
		"aws:kms/replicaExternalKey:ReplicaExternalKey", "aws:kms/keyPolicy:KeyPolicy",
	},
	{"aws:sns/topic:Topic", "aws:sns/topicPolicy:TopicPolicy"},
	{"aws:sqs/queue:Queue", "aws:sqs/queuePolicy:QueuePolicy"},
	{"aws:ec2/instance:Instance", "aws:ec2/launchTemplate:LaunchTemplate"},
	{"aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/compositeAlarm:CompositeAlarm"},
}

// otherwise lists the siblings that a control leaves out because AWS has no such setting there, or whose properties
// differ so much that the fault of one is none of the other.
var otherwise = map[string][]string{
	"account-settings-present":    {"aws:ec2/defaultVpc:DefaultVpc"},
	"app-tier-egress-through-nat": {"aws:ec2/defaultSubnet:DefaultSubnet"},
	"db-tier-no-internet-route":   {"aws:ec2/defaultSubnet:DefaultSubnet"},
	"iam-no-escalation-in-sum": {
		"aws:iam/policy:Policy", "aws:iam/userPolicy:UserPolicy", "aws:iam/groupPolicy:GroupPolicy",
	},
	"log-search-present":                {"aws:ec2/defaultVpc:DefaultVpc"},
	"rds-admin-user-name":               {"aws:rds/instance:Instance", "aws:rds/cluster:Cluster"},
	"rds-enhanced-monitoring":           {"aws:rds/cluster:Cluster"},
	"rds-minor-upgrades":                {"aws:rds/cluster:Cluster"},
	"rds-multi-az":                      {"aws:rds/cluster:Cluster"},
	"rds-not-public":                    {"aws:rds/cluster:Cluster"},
	"rds-performance-insights":          {"aws:rds/cluster:Cluster"},
	"kms-key-enabled":                   {"aws:kms/keyPolicy:KeyPolicy"},
	"kms-key-rotation":                  siblings[12][1:],
	"sg-descriptions":                   {"aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"},
	"sg-flow-matrix":                    {"aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"},
	"sg-no-all-port-egress":             {"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"},
	"required-tags":                     {"aws:kms/keyPolicy:KeyPolicy"},
	"sg-no-all-protocol-ingress":        {"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"},
	"sg-no-risky-port-from-world":       {"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"},
	"sg-world-only-to-alb":              {"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"},
	"sg-rules-not-mixed":                {"aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"},
	"sg-used":                           {"aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"},
	"sns-customer-key":                  {"aws:sns/topicPolicy:TopicPolicy"},
	"sqs-customer-key":                  {"aws:sqs/queuePolicy:QueuePolicy"},
	"sqs-encrypted":                     {"aws:sqs/queuePolicy:QueuePolicy"},
	"vpc-default-security-group-closed": {"aws:ec2/securityGroup:SecurityGroup"},
	"vpc-endpoints-present":             {"aws:ec2/defaultVpc:DefaultVpc"},
	"vpc-protected":                     {"aws:ec2/defaultVpc:DefaultVpc", "aws:ec2/defaultSubnet:DefaultSubnet"},
}

// A control that judges a type judges its siblings: a fault of one that becomes one of the other is found there.
func TestSiblingsAreJudgedAlike(t *testing.T) {
	t.Parallel()
	faults := map[string][]mutant{}
	for _, m := range mutants() {
		faults[m.control] = append(faults[m.control], m)
	}
	for _, c := range rules.All() {
		for _, family := range siblings {
			if !slices.ContainsFunc(family, func(one string) bool { return slices.Contains(c.Types, one) }) {
				continue
			}
			found := foundIn(t, c, family, faults[c.Name])
			for _, one := range family {
				if !slices.Contains(otherwise[c.Name], one) && len(found) > 0 {
					assert.True(t, found[one], "%s finds nothing in %s, but in %v", c.Name, one, found)
				}
			}
		}
	}
}

// foundIn returns the types of a family in which a control finds one of its faults, where it is or moved there.
func foundIn(t *testing.T, c *control.Control, family []string, faults []mutant) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for _, m := range faults {
		s := baseline(testgraph.Deployed)
		m.mutate(s)
		urns := foundAlone(t, c, s)
		bad := slices.DeleteFunc(slices.Clone(s.Resources), func(r *graph.Resource) bool {
			return !urns[r.URN] || !slices.Contains(family, r.Type)
		})
		for _, r := range bad {
			found[r.Type] = true
		}
		for _, one := range family {
			if len(bad) == 0 || found[one] {
				continue
			}
			was := *bad[0]
			become(bad[0], one)
			found[one] = foundAlone(t, c, s)[was.URN]
			*bad[0] = was
		}
	}
	return found
}

// become makes a resource one of another type, with the same properties under the names that they have there.
func become(r *graph.Resource, typeToken string) {
	if typeToken == oldRule {
		kind := map[string]string{ingressRule: "ingress", egressRule: "egress"}[r.Type]
		renamed := resource.PropertyMap{"type": resource.NewStringProperty(kind)}
		for key, value := range r.Inputs {
			switch key {
			case "ipProtocol":
				renamed["protocol"] = value
			case "cidrIpv4":
				renamed["cidrBlocks"] = resource.NewArrayProperty([]resource.PropertyValue{value})
			case "cidrIpv6":
				renamed["ipv6CidrBlocks"] = resource.NewArrayProperty([]resource.PropertyValue{value})
			default:
				renamed[key] = value
			}
		}
		r.Inputs, r.Outputs = renamed, renamed
	}
	r.Type = typeToken
}

// foundAlone returns the URNs in which a control, without others, finds a fault.
func foundAlone(t *testing.T, c *control.Control, s *testgraph.Stack) map[string]bool {
	t.Helper()
	p, err := pack.New(pack.Options{Controls: append([]*control.Control{c}, pack.Integrity()...)})
	require.NoError(t, err)
	p.ConfigureStack(pack.Stack{Name: prodStack.Name, Project: prodStack.Project, Config: prodStack.Config})
	found := map[string]bool{}
	note := func(judgements []pack.Judgement) {
		for _, j := range judgements {
			found[j.URN] = found[j.URN] || j.Violation()
			assert.True(t, slices.Contains(ofTheWhole, c.Name) || saysWhich(s, j.Reasons), "%s names no resource: %s",
				c.Name, j.Reasons)
		}
	}
	var all []*graph.Resource
	for _, r := range s.Resources {
		inputs, outputs := *r, *r
		inputs.Outputs, outputs.Inputs = nil, nil
		all = append(all, &outputs)
		if r.Inputs == nil {
			continue
		}
		note(p.JudgeResource(&inputs))
	}
	whole, err := p.JudgeStack(all)
	require.NoError(t, err)
	note(whole)
	return found
}
