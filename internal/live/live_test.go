package live_test

import (
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/live"
	"aws-webapp/internal/outcome"
	"aws-webapp/internal/stackstate"
	"aws-webapp/tests/commands"
)

const exported = `{"deployment": {"resources": [
	{"type": "pulumi:providers:aws", "id": "p", "inputs": {"region": "us-east-1"}},
	{"type": "aws:ec2/securityGroup:SecurityGroup", "id": "sg-db"},
	{"type": "aws:ec2/securityGroup:SecurityGroup", "id": "sg-replaced", "delete": true},
	{"type": "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "id": "sg-default"},
	{"type": "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "id": "sgr-ours"},
	{"type": "aws:ec2/routeTable:RouteTable", "id": "rtb-1"},
	{"type": "aws:ec2/route:Route", "id": "r-1", "outputs":
		{"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0"}},
	{"type": "aws:ec2/route:Route", "id": "r-2", "outputs":
		{"routeTableId": "rtb-1", "destinationIpv6CidrBlock": "2001:db8::/32"}},
	{"type": "aws:ec2/route:Route", "id": "r-3", "outputs":
		{"routeTableId": "rtb-1", "destinationPrefixListId": "pl-ours"}},
	{"type": "aws:ec2/vpcEndpoint:VpcEndpoint", "id": "vpce-s3"},
	{"type": "aws:sns/topic:Topic", "id": "arn:aws:sns:us-east-1:222222222222:alerts", "outputs": {"name": "alerts"}},
	{"type": "aws:sns/topicSubscription:TopicSubscription", "id": "arn:aws:sns:us-east-1:222222222222:alerts:ours"},
	{"type": "aws:lambda/function:Function", "id": "relay"},
	{"type": "aws:lambda/function:Function", "id": "setup"},
	{"type": "aws:lambda/permission:Permission", "id": "events",
		"outputs": {"function": "relay"}},
	{"type": "aws:iam/role:Role", "id": "task"},
	{"type": "aws:iam/rolePolicy:RolePolicy", "id": "task:bucket"},
	{"type": "aws:iam/rolePolicyAttachment:RolePolicyAttachment", "id": "task-1",
		"outputs": {"role": "task", "policyArn": "arn:aws:iam::aws:policy/Ours"}}
]}}`

// account has what the stack has made, and with strays what a hand has added to it.
func account(strays bool) *awsfake.Cloud {
	cloud := awsfake.New()
	cloud.Demand("DescribeSecurityGroupRules", `"Filters":[{"Name":"group-id","Values":["sg-db","sg-default"]}]`)
	cloud.Demand("DescribeRouteTables", `"Filters":[{"Name":"route-table-id","Values":["rtb-1"]}]`)
	awsfake.Answer(cloud, func(*ec2.DescribeSecurityGroupRulesInput) (*ec2.DescribeSecurityGroupRulesOutput, error) {
		out := &ec2.DescribeSecurityGroupRulesOutput{SecurityGroupRules: []ec2types.SecurityGroupRule{
			{SecurityGroupRuleId: aws.String("sgr-ours"), GroupId: aws.String("sg-db"), IpProtocol: aws.String("tcp")},
		}}
		if strays {
			out.SecurityGroupRules = append(out.SecurityGroupRules, ec2types.SecurityGroupRule{
				SecurityGroupRuleId: aws.String("sgr-hand"), GroupId: aws.String("sg-db"), IpProtocol: aws.String("tcp"),
				FromPort: aws.Int32(5432), ToPort: aws.Int32(5432), CidrIpv4: aws.String("0.0.0.0/0"), IsEgress: aws.Bool(false),
			}, ec2types.SecurityGroupRule{
				SecurityGroupRuleId: aws.String("sgr-out"), GroupId: aws.String("sg-db"), IpProtocol: aws.String("-1"),
				CidrIpv6: aws.String("::/0"), IsEgress: aws.Bool(true),
			})
		}
		return out, nil
	})
	awsfake.Answer(cloud, func(*ec2.DescribeRouteTablesInput) (*ec2.DescribeRouteTablesOutput, error) {
		table := ec2types.RouteTable{RouteTableId: aws.String("rtb-1"), Routes: []ec2types.Route{
			{DestinationCidrBlock: aws.String("10.0.0.0/16"), GatewayId: aws.String("local"), Origin: "CreateRouteTable"},
			{DestinationCidrBlock: aws.String("0.0.0.0/0"), NatGatewayId: aws.String("nat-1"), Origin: "CreateRoute"},
			{DestinationIpv6CidrBlock: aws.String("2001:db8::/32"), GatewayId: aws.String("igw-1"), Origin: "CreateRoute"},
			{DestinationPrefixListId: aws.String("pl-ours"), GatewayId: aws.String("igw-1"), Origin: "CreateRoute"},
			{DestinationPrefixListId: aws.String("pl-1"), GatewayId: aws.String("vpce-s3"), Origin: "CreateRoute"},
		}}
		if strays {
			table.Routes = append(table.Routes, ec2types.Route{
				DestinationCidrBlock: aws.String("192.0.2.0/24"), GatewayId: aws.String("igw-1"), Origin: "CreateRoute",
			})
		}
		return &ec2.DescribeRouteTablesOutput{RouteTables: []ec2types.RouteTable{table}}, nil
	})
	awsfake.Answer(cloud, func(*sns.ListSubscriptionsByTopicInput) (*sns.ListSubscriptionsByTopicOutput, error) {
		out := &sns.ListSubscriptionsByTopicOutput{Subscriptions: []snstypes.Subscription{
			{SubscriptionArn: aws.String("arn:aws:sns:us-east-1:222222222222:alerts:ours"), Protocol: aws.String("email")},
			{SubscriptionArn: aws.String("PendingConfirmation"), Protocol: aws.String("email")},
			{SubscriptionArn: aws.String("Deleted"), Protocol: aws.String("email")},
		}}
		if strays {
			out.Subscriptions = append(out.Subscriptions, snstypes.Subscription{
				SubscriptionArn: aws.String("arn:aws:sns:us-east-1:222222222222:alerts:hand"), Protocol: aws.String("https"),
				Endpoint: aws.String("https://example.com/?key=secret"),
			})
		}
		return out, nil
	})
	awsfake.Answer(cloud, func(in *lambda.GetPolicyInput) (*lambda.GetPolicyOutput, error) {
		if *in.FunctionName == "setup" && strays {
			const events = `{"Statement": [{"Sid": "events", "Principal": "*"}]}` // as a statement of the other function
			return &lambda.GetPolicyOutput{Policy: aws.String(events)}, nil
		}
		if *in.FunctionName == "setup" {
			return nil, awsfake.Failure(http.StatusNotFound, "ResourceNotFoundException", "no policy")
		}
		statements := `{"Sid": "events", "Principal": {"Service": "events.amazonaws.com"}}`
		if strays {
			statements += `, {"Sid": "hand", "Principal": {"AWS": "arn:aws:iam::111111111111:root"}}`
		}
		return &lambda.GetPolicyOutput{Policy: aws.String(`{"Statement": [` + statements + `]}`)}, nil
	})
	awsfake.Answer(cloud, func(*iam.ListRolePoliciesInput) (*iam.ListRolePoliciesOutput, error) {
		out := &iam.ListRolePoliciesOutput{PolicyNames: []string{"bucket"}}
		if strays {
			out.PolicyNames = append(out.PolicyNames, "hand")
		}
		return out, nil
	})
	awsfake.Answer(cloud, func(*iam.ListAttachedRolePoliciesInput) (*iam.ListAttachedRolePoliciesOutput, error) {
		out := &iam.ListAttachedRolePoliciesOutput{AttachedPolicies: []iamtypes.AttachedPolicy{
			{PolicyName: aws.String("Ours"), PolicyArn: aws.String("arn:aws:iam::aws:policy/Ours")},
		}}
		if strays {
			out.AttachedPolicies = append(out.AttachedPolicies, iamtypes.AttachedPolicy{
				PolicyName: aws.String("Admin"), PolicyArn: aws.String("arn:aws:iam::aws:policy/Admin"),
			})
		}
		return out, nil
	})
	return cloud
}

func strays(t *testing.T, cloud *awsfake.Cloud) ([]live.Stray, error) {
	t.Helper()
	state, err := stackstate.Read([]byte(exported))
	require.NoError(t, err)
	assert.Equal(t, "us-east-1", state.Region())
	return live.New(cloud.Config("us-east-1"), state).Strays(t.Context())
}

// A refresh of Pulumi shows none of these, and the next update leaves them.
func TestWhatAHandHasAddedIsNamedWithWhatUndoesIt(t *testing.T) {
	found, err := strays(t, account(true))
	require.NoError(t, err)
	in := " --region us-east-1"
	type shown struct{ what, detail, undo, id string }
	var got []shown
	for _, one := range found {
		got = append(got, shown{one.What, one.Detail, one.Undo, one.ID})
	}
	assert.Equal(t, []shown{
		{
			"rule sgr-hand of security group sg-db", "ingress from 0.0.0.0/0, tcp port 5432",
			"aws ec2 revoke-security-group-ingress --group-id sg-db --security-group-rule-ids sgr-hand" + in,
			"sgr-hand",
		},
		{
			"rule sgr-out of security group sg-db", "egress to ::/0, every protocol",
			"aws ec2 revoke-security-group-egress --group-id sg-db --security-group-rule-ids sgr-out" + in,
			"sgr-out",
		},
		{
			"route to 192.0.2.0/24 in route table rtb-1", "by way of igw-1",
			"aws ec2 delete-route --route-table-id rtb-1 --destination-cidr-block 192.0.2.0/24" + in,
			"rtb-1/192.0.2.0/24",
		},
		{
			"subscription to topic alerts", "by https, arn:aws:sns:us-east-1:222222222222:alerts:hand",
			"aws sns unsubscribe --subscription-arn arn:aws:sns:us-east-1:222222222222:alerts:hand" + in,
			"arn:aws:sns:us-east-1:222222222222:alerts:hand",
		},
		{
			"statement hand of function relay", `lets {"AWS":"arn:aws:iam::111111111111:root"} invoke it`,
			"aws lambda remove-permission --function-name relay --statement-id hand" + in,
			"relay/hand",
		},
		{
			"statement events of function setup", `lets "*" invoke it`,
			"aws lambda remove-permission --function-name setup --statement-id events" + in,
			"setup/events",
		},
		{
			"policy hand of role task", "in the role itself",
			"aws iam delete-role-policy --role-name task --policy-name hand" + in,
			"task/hand",
		},
		{
			"policy Admin of role task", "attached, arn:aws:iam::aws:policy/Admin",
			"aws iam detach-role-policy --role-name task --policy-arn arn:aws:iam::aws:policy/Admin" + in,
			"task/arn:aws:iam::aws:policy/Admin",
		},
	}, got)
	for _, one := range found {
		assert.NoError(t, commands.CheckAWS(strings.Fields(one.Undo), true))
	}
}

func TestWhatTheStackHasMadeIsNoStray(t *testing.T) {
	cloud := account(false)
	cloud.Page()
	found, err := strays(t, cloud)
	require.NoError(t, err)
	assert.Empty(t, found)
}

// One refusal hides what it is about, and nothing else; it never looks like a clean account.
func TestWhatCannotBeLookedAtIsAnError(t *testing.T) {
	for action, hidden := range map[string]string{
		"ec2:DescribeSecurityGroupRules": "rule ", "ec2:DescribeRouteTables": "route ",
		"sns:ListSubscriptionsByTopic": "subscription ", "lambda:GetPolicy": "statement ",
	} {
		cloud := account(true)
		cloud.Deny(action)
		found, err := strays(t, cloud)
		require.Error(t, err, action)
		require.NotEmpty(t, found)
		for _, one := range found {
			assert.False(t, strings.HasPrefix(one.What, hidden), one.What)
		}
	}
	for _, action := range []string{"iam:ListRolePolicies", "iam:ListAttachedRolePolicies"} {
		cloud := account(false)
		cloud.Deny(action)
		_, err := strays(t, cloud)
		require.Error(t, err, action)
	}
}

func TestStatesThatAreNone(t *testing.T) {
	for want, text := range map[string]string{"found no JSON": "error", "found no resources": `{"deployment": {}}`} {
		_, err := live.Find(t.Context(), []byte(text))
		assert.ErrorContains(t, err, want)
	}
	assert.Equal(t, "pulumi stack export --stack prod", strings.Join(live.Export("prod"), " "))
	awsfake.Serve(t, nil)
	_, err := live.Find(t.Context(), []byte(exported))
	require.ErrorContains(t, err, "look at the rules of security groups: ")
	t.Setenv("AWS_PROFILE", "none")
	_, err = live.Find(t.Context(), []byte(exported))
	require.ErrorContains(t, err, "load the AWS configuration")
}

// What was deleted is for a refresh to show; the rest is looked at.
func TestWhatIsNotThereHasNoStrays(t *testing.T) {
	for action, code := range map[string]string{
		"sns:ListSubscriptionsByTopic": "NotFoundException", "lambda:GetPolicy": "ResourceNotFoundException",
		"iam:ListRolePolicies": "NoSuchEntity",
	} {
		cloud := account(true)
		missing := awsfake.Failure(http.StatusNotFound, code, "it is gone")
		cloud.Fail(action, missing, missing) // there are two functions
		found, err := strays(t, cloud)
		require.NoError(t, err, action)
		assert.NotEmpty(t, found, action)
	}
}

// Whichever call fails, and be it for a later page, the error names it.
func TestEveryCallThatFailsIsNamed(t *testing.T) {
	awsfake.EachCallFails(t, func(t *testing.T, n int) *awsfake.Cloud {
		cloud := account(true)
		cloud.Page()
		cloud.FailCall(n)
		found, err := strays(t, cloud)
		if n == 0 {
			require.NoError(t, err)
			return cloud
		}
		require.ErrorContains(t, err, cloud.Failed().Operation)
		assert.NotEmpty(t, found)
		return cloud
	})
}

// Whatever a route may lead to, it is named: each field of EC2's answer but those that say where it applies.
func TestTargetsOfRoutes(t *testing.T) {
	other := []string{
		"DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId",
		"InstanceOwnerId", // beside InstanceId
		"IpAddress",       // of routes that a route server advertises, which nobody creates
	}
	table := ec2types.RouteTable{RouteTableId: aws.String("rtb-1")}
	want := []string{"by way of an unknown target"}
	create := ec2types.Route{DestinationCidrBlock: aws.String("192.0.2.0/24"), Origin: ec2types.RouteOriginCreateRoute}
	table.Routes = append(table.Routes, create)
	for _, field := range reflect.VisibleFields(reflect.TypeFor[ec2types.Route]()) {
		if field.Type == reflect.TypeFor[*string]() && !slices.Contains(other, field.Name) {
			route := create
			reflect.ValueOf(&route).Elem().FieldByIndex(field.Index).Set(reflect.ValueOf(aws.String(field.Name)))
			table.Routes = append(table.Routes, route)
			want = append(want, "by way of "+field.Name)
		}
	}
	cloud := account(false)
	awsfake.Answer(cloud, func(*ec2.DescribeRouteTablesInput) (*ec2.DescribeRouteTablesOutput, error) {
		return &ec2.DescribeRouteTablesOutput{RouteTables: []ec2types.RouteTable{table}}, nil
	})
	found, err := strays(t, cloud)
	require.NoError(t, err)
	var got []string
	for _, one := range found {
		got = append(got, one.Detail)
	}
	assert.Equal(t, want, got)
}

// Where a route or rule applies is named as EC2 calls it, and so in the command.
func TestKindsOfRoutesAndRules(t *testing.T) {
	cloud := account(false)
	awsfake.Answer(cloud, func(*ec2.DescribeRouteTablesInput) (*ec2.DescribeRouteTablesOutput, error) {
		made := ec2types.RouteOriginCreateRoute
		return &ec2.DescribeRouteTablesOutput{RouteTables: []ec2types.RouteTable{{
			RouteTableId: aws.String("rtb-1"), Routes: []ec2types.Route{
				{DestinationIpv6CidrBlock: aws.String("::/0"), Origin: made},
				{DestinationPrefixListId: aws.String("pl-2"), Origin: made},
				{DestinationCidrBlock: aws.String("198.51.100.0/24"), Origin: ec2types.RouteOriginEnableVgwRoutePropagation},
			},
		}}}, nil
	})
	rule := func(change func(*ec2types.SecurityGroupRule)) ec2types.SecurityGroupRule {
		one := ec2types.SecurityGroupRule{
			SecurityGroupRuleId: aws.String("sgr-hand"), GroupId: aws.String("sg-db"), IpProtocol: aws.String("udp"),
			FromPort: aws.Int32(1), ToPort: aws.Int32(2),
		}
		change(&one)
		return one
	}
	awsfake.Answer(cloud, func(*ec2.DescribeSecurityGroupRulesInput) (*ec2.DescribeSecurityGroupRulesOutput, error) {
		return &ec2.DescribeSecurityGroupRulesOutput{SecurityGroupRules: []ec2types.SecurityGroupRule{
			rule(func(one *ec2types.SecurityGroupRule) { one.PrefixListId = aws.String("pl-1") }),
			rule(func(one *ec2types.SecurityGroupRule) {
				one.ReferencedGroupInfo = &ec2types.ReferencedSecurityGroup{GroupId: aws.String("sg-other")}
			}),
		}}, nil
	})
	awsfake.Answer(cloud, func(*iam.ListRolePoliciesInput) (*iam.ListRolePoliciesOutput, error) {
		return &iam.ListRolePoliciesOutput{PolicyNames: []string{"it's"}}, nil
	})
	found, err := strays(t, cloud)
	require.NoError(t, err)
	var got []string
	for _, one := range found {
		got = append(got, one.Detail, one.Undo)
		require.NoError(t, commands.CheckAWS(strings.Fields(one.Undo), true))
	}
	const revoke = "aws ec2 revoke-security-group-ingress --group-id sg-db --security-group-rule-ids sgr-hand " +
		"--region us-east-1"
	assert.Equal(t, []string{
		"ingress from pl-1, udp ports 1-2", revoke, "ingress from sg-other, udp ports 1-2", revoke,
		"by way of an unknown target",
		"aws ec2 delete-route --route-table-id rtb-1 --destination-ipv6-cidr-block ::/0 --region us-east-1",
		"by way of an unknown target",
		"aws ec2 delete-route --route-table-id rtb-1 --destination-prefix-list-id pl-2 --region us-east-1",
		"in the role itself",
		`aws iam delete-role-policy --role-name task --policy-name 'it'\''s' --region us-east-1`,
	}, got)
}

func TestThePolicyGrantsWhatIsCalled(t *testing.T) {
	cloud := account(true)
	_, err := strays(t, cloud)
	require.NoError(t, err)
	assert.Equal(t, cloud.Actions(), awsfake.Documented(t, "### Permissions of live\n"))
}

// undone answers the calls that take away, and says which were made.
func undone(t *testing.T, cloud *awsfake.Cloud, fails error) []string {
	t.Helper()
	awsfake.Answer(cloud, func(*ec2.RevokeSecurityGroupIngressInput) (*ec2.RevokeSecurityGroupIngressOutput, error) {
		return &ec2.RevokeSecurityGroupIngressOutput{}, fails
	})
	awsfake.Answer(cloud, func(*ec2.RevokeSecurityGroupEgressInput) (*ec2.RevokeSecurityGroupEgressOutput, error) {
		return &ec2.RevokeSecurityGroupEgressOutput{}, fails
	})
	awsfake.Answer(cloud, func(*ec2.DeleteRouteInput) (*ec2.DeleteRouteOutput, error) {
		return &ec2.DeleteRouteOutput{}, fails
	})
	awsfake.Answer(cloud, func(*sns.UnsubscribeInput) (*sns.UnsubscribeOutput, error) {
		return &sns.UnsubscribeOutput{}, fails
	})
	awsfake.Answer(cloud, func(*lambda.RemovePermissionInput) (*lambda.RemovePermissionOutput, error) {
		return &lambda.RemovePermissionOutput{}, fails
	})
	awsfake.Answer(cloud, func(*iam.DeleteRolePolicyInput) (*iam.DeleteRolePolicyOutput, error) {
		return &iam.DeleteRolePolicyOutput{}, fails
	})
	awsfake.Answer(cloud, func(*iam.DetachRolePolicyInput) (*iam.DetachRolePolicyOutput, error) {
		return &iam.DetachRolePolicyOutput{}, fails
	})
	state, err := stackstate.Read([]byte(exported))
	require.NoError(t, err)
	looker := live.New(awsapi.ChangeOnly(cloud.WriteConfig("us-east-1"), live.Changes...), state)
	found, err := looker.Strays(t.Context())
	require.NoError(t, err)
	var failures []string
	for _, one := range found {
		if err := looker.Undo(t.Context(), one); err != nil {
			failures = append(failures, err.Error())
		}
	}
	return failures
}

// Undoing calls the operation that the printed command names, with the same values.
func TestUndoDoesWhatTheCommandSays(t *testing.T) {
	cloud := account(true)
	require.Empty(t, undone(t, cloud, nil))
	var changes []any
	for _, call := range cloud.Calls() {
		if !awsapi.Reads(call.Operation) {
			changes = append(changes, call.Input)
		}
	}
	assert.Equal(t, []any{
		&ec2.RevokeSecurityGroupIngressInput{GroupId: aws.String("sg-db"), SecurityGroupRuleIds: []string{"sgr-hand"}},
		&ec2.RevokeSecurityGroupEgressInput{GroupId: aws.String("sg-db"), SecurityGroupRuleIds: []string{"sgr-out"}},
		&ec2.DeleteRouteInput{RouteTableId: aws.String("rtb-1"), DestinationCidrBlock: aws.String("192.0.2.0/24")},
		&sns.UnsubscribeInput{SubscriptionArn: aws.String("arn:aws:sns:us-east-1:222222222222:alerts:hand")},
		&lambda.RemovePermissionInput{FunctionName: aws.String("relay"), StatementId: aws.String("hand")},
		&lambda.RemovePermissionInput{FunctionName: aws.String("setup"), StatementId: aws.String("events")},
		&iam.DeleteRolePolicyInput{RoleName: aws.String("task"), PolicyName: aws.String("hand")},
		&iam.DetachRolePolicyInput{RoleName: aws.String("task"), PolicyArn: aws.String("arn:aws:iam::aws:policy/Admin")},
	}, changes)
	looking := awsfake.Documented(t, "### Permissions of live\n")
	undoing := awsfake.Documented(t, "### Permissions of live --undo\n")
	assert.Equal(t, live.Changes, undoing)
	assert.ElementsMatch(t, cloud.Actions(), append(looking, undoing...))
}

func TestWhatIsGoneNeedsNoUndoing(t *testing.T) {
	for _, gone := range []error{
		awsfake.Failure(http.StatusBadRequest, "InvalidRoute.NotFound", "no route"),
		awsfake.Failure(http.StatusNotFound, "NoSuchEntity", "no policy"),
	} {
		assert.Empty(t, undone(t, account(true), gone))
	}
	refused := undone(t, account(true), awsfake.Failure(http.StatusBadRequest, "OperationNotPermitted", "no"))
	require.Len(t, refused, 8)
	assert.Contains(t, refused[0], "undo rule sgr-hand of security group sg-db: ")
}

func TestAFindingForTheStackAsAWhole(t *testing.T) {
	for want, finding := range map[string]outcome.Finding{
		"ok: added by hand: found nothing": live.Finding("prod", nil, nil),
		"not checked: added by hand: found not all could be looked at (no route)": live.Finding(
			"prod", nil, errors.New("no route")),
		"failed: added by hand: found a, b, wanted nothing that the stack has not made (no route; " +
			"webapp live --stack prod names what undoes each)": live.Finding(
			"prod", []live.Stray{{What: "a"}, {What: "b"}}, errors.New("no route")),
	} {
		assert.Equal(t, want, string(finding.Status)+": "+finding.String())
	}
}
