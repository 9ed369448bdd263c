package catalog_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/quotas"
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/catalog"
)

type object = map[string]any

// alone makes the inputs of one resource that takes this much of a quota.
type alone func(n int) object

// together makes the i-th of the resources that share a quota.
type together func(i int) object

func text(property string, more object) alone {
	return func(n int) object {
		inputs := object{property: strings.Repeat("x", n)}
		for name, v := range more {
			inputs[name] = v
		}
		return inputs
	}
}

func list(path string) alone {
	return func(n int) object {
		items := make([]any, n)
		for i := range items {
			items[i] = fmt.Sprint("item-", i)
		}
		var inputs any = items
		parts := strings.Split(path, ".")
		for i := len(parts) - 1; i >= 0; i-- {
			inputs = object{parts[i]: inputs}
		}
		return inputs.(object)
	}
}

func document(t *testing.T, property string, body any) object {
	t.Helper()
	encoded, err := json.Marshal(body)
	require.NoError(t, err)
	return object{property: string(encoded)}
}

func repeated[T any](n int, one T) []T {
	all := make([]T, n)
	for i := range all {
		all[i] = one
	}
	return all
}

func same(inputs object) together { return func(int) object { return inputs } }

// samples returns, for every quota that the simulation counts, resources that take a given
// amount of it.
func samples(t *testing.T) map[string]any {
	t.Helper()
	const listener = "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/web/1/2"
	queue := func(statement func(n int) any) alone {
		return func(n int) object { return document(t, "policy", object{"Statement": statement(n)}) }
	}
	page := func(widgets func(n int) any) alone {
		return func(n int) object { return document(t, "dashboardBody", object{"widgets": widgets(n)}) }
	}
	return map[string]any{
		quotas.RoleInlinePolicies.Name: same(object{"role": "r", "policy": "1 "}),
		quotas.ManagedPolicy.Name:      text("policy", nil),
		quotas.TrustPolicy.Name:        text("assumeRolePolicy", nil),
		quotas.RolePolicies.Name:       same(object{"role": "r"}),
		quotas.Roles.Name:              same(object{}),
		quotas.Policies.Name:           same(object{}),

		quotas.FunctionEnvironment.Name: alone(func(n int) object {
			value := `""` + strings.Repeat("x", n-len(`{"A":"\"\""}`))
			return object{"environment": object{"variables": object{"A": value}}}
		}),
		quotas.FunctionPolicy.Name: alone(func(n int) object {
			around := len(`{"Action":"","Condition":{},"Effect":"Allow","Principal":{"Service":""},` +
				`"Resource":"arn:aws:lambda:us-east-1:111122223333:function:f","Sid":""}`)
			return object{"function": "f", "action": strings.Repeat("x", n-around)}
		}),
		quotas.FunctionGroups.Name: list("vpcConfig.securityGroupIds"),
		quotas.TaskDefinition.Name: alone(func(n int) object {
			return object{
				"containerDefinitions": strings.Repeat("x", n-len(`{"family":"f"}`)), "family": "f",
				"tags": object{"a": "b"}, "tagsAll": object{"a": "b"}, "__defaults": []any{},
			}
		}),
		quotas.Containers.Name: alone(func(n int) object {
			return document(t, "containerDefinitions", repeated(n, object{"name": "c"}))
		}),
		quotas.ClusterServices.Name:     same(object{"cluster": "c"}),
		quotas.ServiceGroups.Name:       list("networkConfiguration.securityGroups"),
		quotas.ServiceSubnets.Name:      list("networkConfiguration.subnets"),
		quotas.ServiceTargetGroups.Name: list("loadBalancers"),
		quotas.DeploymentAlarms.Name:    list("alarmConfiguration.alarms"),

		quotas.LoadBalancers.Name: same(object{}),
		quotas.TargetGroups.Name:  same(object{}),
		quotas.Listeners.Name:     same(object{"loadBalancerArn": "lb"}),
		quotas.ListenerRules.Name: same(object{"listenerArn": listener}),
		quotas.BalancerTargetGroups.Name: together(func(i int) object {
			group := fmt.Sprint("tg-", i)
			action := object{"targetGroupArn": group}
			return object{"listenerArn": listener, "actions": []any{action, action}}
		}),
		quotas.RuleConditionValues.Name: alone(func(n int) object {
			one := []any{
				object{"hostHeader": list("values")(1)},
				object{"pathPattern": list("values")(1)},
				object{"httpHeader": list("values")(1)},
				object{"httpRequestMethod": list("values")(1)},
				object{"sourceIp": list("values")(1)},
				object{"queryStrings": []any{object{"value": "v"}}},
			}
			return object{"conditions": one[:n]}
		}),

		quotas.VPCs.Name:               same(object{}),
		quotas.InternetGateways.Name:   same(object{}),
		quotas.Addresses.Name:          same(object{}),
		quotas.NATGateways.Name:        same(object{"subnetId": "subnet-1"}),
		quotas.Subnets.Name:            same(object{"vpcId": "vpc-1"}),
		quotas.InterfaceEndpoints.Name: same(object{"vpcId": "vpc-1", "vpcEndpointType": "Interface"}),
		quotas.GatewayEndpoints.Name:   same(object{}),
		quotas.SecurityGroups.Name:     same(object{}),
		quotas.GroupRules.Name:         same(object{"securityGroupId": "sg-1"}),
		quotas.InterfaceGroups.Name:    list("securityGroups"),

		quotas.LogResourcePolicies.Name: same(object{}),
		quotas.LogResourcePolicy.Name:   text("policyDocument", nil),
		quotas.MetricFilters.Name:       same(object{"logGroupName": "g"}),
		quotas.SubscriptionFilters.Name: same(object{"logGroup": "g"}),
		quotas.Queries.Name:             same(object{}),
		quotas.QueriedGroups.Name:       list("logGroupNames"),
		quotas.DashboardWidgets.Name:    page(func(n int) any { return repeated(n, object{}) }),
		quotas.WidgetMetrics.Name: page(func(n int) any {
			return []any{object{"properties": object{"metrics": repeated(n, []string{"m"})}}}
		}),
		quotas.DashboardMetrics.Name: page(func(n int) any {
			full := object{"properties": object{"metrics": repeated(500, []string{"m"})}}
			return append(repeated(n/500, full), object{"properties": object{"metrics": repeated(n%500, []string{"m"})}})
		}),
		quotas.WidgetAlarms.Name: page(func(n int) any {
			return []any{object{"properties": object{"alarms": repeated(n, "alarm")}}}
		}),
		quotas.CompositeChildren.Name: alone(func(n int) object {
			alarms := make([]string, n)
			for i := range alarms {
				alarms[i] = fmt.Sprintf("ALARM(\"a-%d\")", i)
			}
			return object{"alarmRule": strings.Join(alarms, " OR ")}
		}),
		quotas.EventRules.Name:   same(object{"eventBusName": "default"}),
		quotas.EventTargets.Name: same(object{"eventBusName": "default", "rule": "r"}),
		quotas.EventPattern.Name: text("eventPattern", nil),

		quotas.KeyAliases.Name:        same(object{"targetKeyId": "k"}),
		quotas.KeyPolicy.Name:         text("policy", nil),
		quotas.BucketPolicy.Name:      text("policy", nil),
		quotas.Parameter.Name:         text("value", nil),
		quotas.AdvancedParameter.Name: text("value", object{"tier": "Advanced"}),
		quotas.QueuePolicy.Name:       text("policy", nil),
		quotas.QueueStatements.Name:   queue(func(n int) any { return repeated(n, object{"Action": "sqs:*"}) }),
		quotas.QueuePrincipals.Name: queue(func(n int) any {
			return []any{object{"Principal": object{"AWS": repeated(n-1, "1"), "Service": "s"}}}
		}),
		quotas.QueueConditions.Name: queue(func(n int) any {
			return repeated(n/2, object{"Condition": object{"Bool": object{"a": "b"}, "StringEquals": object{"a": "b"}}})
		}),
		quotas.QueueActions.Name: queue(func(n int) any { return []any{object{"Action": repeated(n, "sqs:SendMessage")}} }),
	}
}

// several are the quotas that more than one type counts towards.
var several = map[string]int{
	quotas.Roles.Name: 2, quotas.BalancerTargetGroups.Name: 2, quotas.GroupRules.Name: 2, quotas.InterfaceGroups.Name: 4,
	quotas.QueuePolicy.Name: 2, quotas.QueueStatements.Name: 2, quotas.QueuePrincipals.Name: 2,
	quotas.QueueConditions.Name: 2, quotas.QueueActions.Name: 2,
}

// Every quota that the simulation counts accepts its limit, and nothing above; and every sample is of one.
func TestQuotas(t *testing.T) {
	all, counted := samples(t), map[string]int{}
	for _, one := range catalog.AllLimited() {
		for _, token := range one.Tokens {
			counted[one.Quota.Name]++
			t.Run(one.Quota.Name+" "+token, func(t *testing.T) {
				sample, ok := all[one.Quota.Name]
				require.True(t, ok, "no sample for the quota")
				if path := groupsOf[token]; one.Quota == quotas.InterfaceGroups {
					sample = list(path)
				}
				limit := one.Quota.Limit
				above := limit + 1
				if one.Quota == quotas.QueueConditions {
					above++ // its sample comes in pairs
				}
				require.NoError(t, catalog.JudgeQuotas(callFor(token, sample, limit, one)))
				err := one.Judge(callFor(token, sample, above, one))
				require.Error(t, err)
				assert.Regexp(t, `^api error [A-Z][A-Za-z]+: ["A-Za-z0-9].{20}`, err.Error())
				assert.NotRegexp(t, `\{[a-z.]`, err.Error(), "a placeholder that nobody fills")
				require.Error(t, catalog.JudgeQuotas(callFor(token, sample, above, one)))
			})
		}
	}
	for name := range all {
		assert.Equal(t, max(1, several[name]), counted[name], "types that count towards %s", name)
	}
}

// groupsOf are the paths to the security groups of what has a network interface.
var groupsOf = map[string]string{
	resourcetypes.LoadBalancer: "securityGroups", resourcetypes.VPCEndpoint: "securityGroupIds",
	resourcetypes.DBInstance: "vpcSecurityGroupIds", resourcetypes.SearchDomain: "vpcOptions.securityGroupIds",
}

// amounts are the properties of the samples that say how much a resource takes, and not with whom it shares.
var amounts = []string{"policy", "action", "actions", "vpcEndpointType"}

// callFor returns the call that creates the last of the resources that take this much of a
// quota.
func callFor(token string, sample any, n int, of catalog.Limited) *catalog.Call {
	call := &catalog.Call{
		Op: catalog.Create, Type: catalog.All()[token], Token: token,
		Account: "111122223333", Region: "us-east-1", Partition: "aws", Seed: "seed",
	}
	world := populated{token: token}
	add := func(region string, props resource.PropertyMap) {
		id := fmt.Sprint("other-", len(world.others))
		world.others = append(world.others, catalog.Object{Token: token, ID: id, Region: region, Props: props})
	}
	switch sample := sample.(type) {
	case alone:
		call.Inputs = resource.NewPropertyMapFromMap(sample(n))
		if of.Quota != quotas.FunctionPolicy { // which a function's permissions share
			add(call.Region, call.Inputs)
		}
	case together:
		for i := range n - 1 {
			add(call.Region, resource.NewPropertyMapFromMap(sample(i)))
		}
		call.Inputs = resource.NewPropertyMapFromMap(sample(n))
		// Another region and another owner do not count towards it.
		if !of.Everywhere {
			add("eu-west-1", call.Inputs)
		}
		for name := range call.Inputs {
			if !slices.Contains(amounts, string(name)) {
				elsewhere := maps.Clone(call.Inputs)
				elsewhere[name] = resource.NewStringProperty("another")
				add(call.Region, elsewhere)
			}
		}
	}
	call.World = world
	return call
}

// populated is a world with resources of one type, and with any subnet that is looked up.
type populated struct {
	emptyWorld
	token  string
	others []catalog.Object
}

func (p populated) List(token string) []catalog.Object {
	if token != p.token {
		return nil
	}
	return p.others
}

func (populated) Find(token, _, value string) (catalog.Object, bool) {
	if token != "aws:ec2/subnet:Subnet" {
		return catalog.Object{}, false
	}
	zone := resource.NewStringProperty("us-east-1-" + value)
	return catalog.Object{ID: value, Props: resource.PropertyMap{"availabilityZone": zone}}, true
}

// TestFunctionPoliciesAreCounted: the statement of a permission has the conditions that it asks for, and the function
// may be named by its ARN.
func TestFunctionPoliciesAreCounted(t *testing.T) {
	const own = "arn:aws:lambda:us-east-1:111122223333:function:f"
	quota := catalog.AllLimited()[slices.IndexFunc(catalog.AllLimited(), func(l catalog.Limited) bool {
		return l.Quota == quotas.FunctionPolicy
	})]
	for condition, more := range map[string]object{
		``:                                {},
		`"ArnLike":{"AWS:SourceArn":"a"}`: {"sourceArn": "a"},
		`"StringEquals":{"AWS:SourceAccount":"b"}`: {"sourceAccount": "b"},
		`"ArnLike":{"AWS:SourceArn":"a"},"StringEquals":{"AWS:SourceAccount":"b"}`: {
			"sourceArn": "a", "sourceAccount": "b", "function": own,
		},
	} {
		around := `{"Action":"","Condition":{` + condition + `},"Effect":"Allow","Principal":{"Service":"p"},"Resource":"` +
			own + `","Sid":"s"}`
		permission := func(n int) object {
			inputs := object{
				"function": "f", "statementId": "s", "principal": "p", "action": strings.Repeat("x", n-len(around)),
			}
			maps.Copy(inputs, more)
			return inputs
		}
		judge := func(n int) error {
			call := callFor(resourcetypes.FunctionPermission, alone(permission), n, quota)
			call.World = functionF{}
			return catalog.JudgeQuotas(call)
		}
		require.NoError(t, judge(quotas.FunctionPolicy.Limit), condition)
		require.Error(t, judge(quotas.FunctionPolicy.Limit+1), condition)
	}
}

// functionF is a world with the function f.
type functionF struct{ emptyWorld }

func (functionF) Find(_, _, value string) (catalog.Object, bool) {
	return catalog.Object{ID: "f"}, strings.HasSuffix(value, ":function:f")
}

// An update counts the resource once, as it will be.
func TestQuotasAtAnUpdate(t *testing.T) {
	const token = "aws:iam/rolePolicy:RolePolicy"
	policy := func(n int) resource.PropertyMap {
		return resource.NewPropertyMapFromMap(object{"role": "r", "policy": strings.Repeat("x", n)})
	}
	call := &catalog.Call{
		Op: catalog.Update, Type: catalog.All()[token], Token: token, ID: "r:one", Region: "us-east-1",
		World: populated{token: token, others: []catalog.Object{
			{Token: token, ID: "r:one", Region: "us-east-1", Props: policy(6000)},
			{Token: token, ID: "r:two", Region: "eu-west-1", Props: policy(5000)},
		}},
	}
	call.Inputs = policy(5240)
	require.NoError(t, catalog.JudgeQuotas(call))
	call.Inputs = policy(5241)
	require.EqualError(t, catalog.JudgeQuotas(call),
		"api error LimitExceeded: Maximum policy size of 10240 bytes exceeded for role r", "IAM is one for all regions")
}
