package catalog_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/authorization"
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/catalog"
	"aws-webapp/internal/sandbox/simaws/sdksource"
)

// made resolves the outputs of a type from required inputs that are called as they are.
func made(token string, typ *catalog.Type) (id string, all resource.PropertyMap) {
	call := &catalog.Call{
		World: emptyWorld{}, Op: catalog.Create, Type: typ, Token: token, Account: "444455556666",
		Region: "us-east-1", Partition: "aws", Inputs: resource.PropertyMap{}, Seed: "seed",
	}
	for _, name := range typ.Required {
		call.Inputs[resource.PropertyKey(name)] = resource.NewStringProperty(name)
	}
	if typ.Name != nil {
		call.Inputs[typ.Name.Key()] = resource.NewStringProperty("name")
	}
	if token == resourcetypes.KMSAlias {
		call.Inputs["name"] = resource.NewStringProperty("alias/name")
	}
	for name, value := range typ.Defaults {
		call.Inputs[resource.PropertyKey(name)] = resource.NewPropertyValue(value)
	}
	for name, given := range whole {
		if _, needed := call.Inputs[resource.PropertyKey(name)]; needed {
			call.Inputs[resource.PropertyKey(name)] = resource.NewStringProperty(given)
		}
	}
	id = call.ResolveID()
	return id, call.Resolve()
}

// whole are the inputs that outputs are parts of.
var whole = map[string]string{
	"loadBalancerArn": "arn:aws:elasticloadbalancing:us-east-1:444455556666:loadbalancer/app/web/0123456789abcdef",
	"listenerArn": "arn:aws:elasticloadbalancing:us-east-1:444455556666:listener/app/web/0123456789abcdef/" +
		"0123456789abcdef",
}

var variable = regexp.MustCompile(`\\\$\\\{\w+\\\}`)

// TestARNsAreAWSs: the ARNs of the types are of the forms that the Service Authorization Reference lists.
func TestARNsAreAWSs(t *testing.T) {
	const autoscaling = `^arn:aws:autoscaling:us-east-1:444455556666:`
	// AWS documents these where it describes the resource, or has none: the reference does not list them.
	without := map[string]string{
		resourcetypes.SecurityHub:          `^arn:aws:securityhub:us-east-1:444455556666:hub/default$`,
		resourcetypes.TopicSubscription:    `^topic:[0-9a-f-]{36}$`,
		resourcetypes.DefaultSecurityGroup: `^arn:aws:ec2:us-east-1:444455556666:security-group/$`,
		resourcetypes.ScalingPolicy:        autoscaling + `scalingPolicy:[0-9a-f-]{36}:resource/\w+/\w+:policyName/name$`,
		resourcetypes.ScheduledAction: autoscaling +
			`scheduledAction:[0-9a-f-]{36}:resource/\w+/\w+:scheduledActionName/name$`,
	}
	compared := 0
	for token, typ := range catalog.All() {
		id, all := made(token, typ)
		arn := ""
		for _, property := range []resource.PropertyKey{"arn", "dashboardArn"} {
			if _, made := typ.Outputs[string(property)]; made {
				arn = all[property].StringValue()
			}
		}
		if form, other := without[token]; other {
			assert.Regexp(t, form, arn, token)
			continue
		}
		if arn == "" {
			continue
		}
		compared++
		parts := strings.SplitN(arn, ":", 6)
		require.Len(t, parts, 6, "%s: %s", token, arn)
		var forms []string
		values := []string{regexp.QuoteMeta(id), "name"}
		for _, value := range all {
			if value.IsString() && value.StringValue() != "" {
				values = append(values, regexp.QuoteMeta(strings.TrimPrefix(value.StringValue(), "alias/")))
			}
		}
		part := "(?:" + strings.Join(values, "|") + `|aws|us-east-1|444455556666|[0-9a-f-]{8,36}|name-[a-z0-9]{6}` +
			`|regional|web|1|aws-service-role)`
		for _, action := range authorization.Actions(parts[2]) {
			for _, r := range action.Resources {
				forms = append(forms, r.ARN)
			}
		}
		assert.True(t, slices.ContainsFunc(forms, func(form string) bool {
			form = strings.ReplaceAll(regexp.QuoteMeta(form), `WithPath\}`, `Path\}(/[^:/]+)*`)
			return regexp.MustCompile("^" + variable.ReplaceAllLiteralString(form, part) + "$").MatchString(arn)
		}), "%s: %s is none of AWS's", token, arn)
	}
	assert.Greater(t, compared, 45)
}

// ids are those that AWS or the provider makes up. EC2's have 17 hexadecimal digits:
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html
var ids = map[string]string{
	resourcetypes.VPC: `vpc-HEX`, resourcetypes.Subnet: `subnet-HEX`, resourcetypes.InternetGateway: `igw-HEX`,
	resourcetypes.ElasticIP: `eipalloc-HEX`, resourcetypes.NATGateway: `nat-HEX`, resourcetypes.RouteTable: `rtb-HEX`,
	resourcetypes.RouteTableAssociation: `rtbassoc-HEX`, resourcetypes.VPCEndpoint: `vpce-HEX`,
	resourcetypes.FlowLog: `fl-HEX`, resourcetypes.SecurityGroup: `sg-HEX`, resourcetypes.IngressRule: `sgr-HEX`,
	resourcetypes.EgressRule: `sgr-HEX`, "aws:ec2/networkAcl:NetworkAcl": `acl-HEX`,
	// Terraform's own: an "r-", the table, and a hash of the destination.
	resourcetypes.Route:      `r-routeTableId\d{10}`,
	resourcetypes.DBInstance: `db-[A-Z0-9]{26}`, // DbiResourceId
	resourcetypes.BackupPlan: `UUID`, resourcetypes.BackupSelection: `UUID`, resourcetypes.KMSKey: `UUID`,
	resourcetypes.QueryDefinition: `UUID`, resourcetypes.WebACL: `UUID`, resourcetypes.DeploymentGroup: `UUID`,
	resourcetypes.DeployApplication:        `UUID:name`,
	resourcetypes.GuardDutyDetector:        `[0-9a-f]{32}`,
	resourcetypes.HTTPNamespace:            `ns-[a-z0-9]{16}`,
	resourcetypes.LogSubscriptionFilter:    `cwlsf-\d{10}`,
	resourcetypes.RolePolicyAttachment:     `role-\d{26}`,
	resourcetypes.FunctionInvocation:       `functionName_\$LATEST_[a-z0-9]{13}`,
	resourcetypes.TopicSubscription:        `topic:UUID`,
	resourcetypes.Queue:                    `https://sqs\.us-east-1\.amazonaws\.com/444455556666/name`,
	resourcetypes.SecurityStandard:         `arn:aws:securityhub:us-east-1:444455556666:subscription/[0-9a-f]{16}`,
	resourcetypes.EBSEncryptionByDefault:   `ebs-encryption-by-default`,
	resourcetypes.AccountPasswordPolicy:    `iam-account-password-policy`,
	resourcetypes.AccountPublicAccessBlock: `444455556666`, resourcetypes.SecurityHub: `444455556666`,
	resourcetypes.CertificateValidation: `2026-01-01T00:00:00Z`, // when it was issued
	resourcetypes.ECSService:            `arn:aws:ecs:us-east-1:444455556666:service/\w+/name`,
	resourcetypes.ServiceLinkedRole:     `arn:aws:iam::444455556666:role/aws-service-role/.+`,
	resourcetypes.DefaultSecurityGroup:  ``, // that of the VPC
	resourcetypes.OIDCProvider:          `arn:aws:iam::444455556666:oidc-provider/url`,
	resourcetypes.FileSystem:            `fs-HEX`, resourcetypes.FileSystemAccessPoint: `fsap-HEX`,
	resourcetypes.FileSystemMountTarget: `fsmt-HEX`,
	resourcetypes.Budget:                `444455556666:name`,
	"aws:secretsmanager/secret:Secret":  `arn:aws:secretsmanager:us-east-1:444455556666:secret:name-[a-z0-9]{6}`,
}

// joined are ids of several properties, each with what stands between them.
var joined = map[string]string{
	resourcetypes.DNSRecord: "zoneId_name_type", resourcetypes.RolePolicy: "role:name",
	resourcetypes.EventTarget:      "rule-id",
	resourcetypes.GuardDutyFeature: "detectorId/name", resourcetypes.WebACLAssociation: "webAclArn,resourceArn",
	resourcetypes.ScheduledAction: "name-serviceNamespace-resourceId", resourcetypes.Schedule: "default/name",
}

// TestIDsLookLikeAWSs: an id is made up, joined of properties, or one property alone.
func TestIDsLookLikeAWSs(t *testing.T) {
	for token, typ := range catalog.All() {
		id, all := made(token, typ)
		form, madeUp := ids[token]
		switch {
		case madeUp:
			form = strings.NewReplacer("HEX", "[0-9a-f]{17}", "UUID", "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").Replace(form)
			assert.Regexp(t, "^"+form+"$", id, token)
		case joined[token] != "" && token == resourcetypes.EventTarget:
			assert.Equal(t, "{.rule}-{.targetId}", typ.ID)
		case joined[token] != "":
			assert.Equal(t, joined[token], id, token)
		default:
			values := []string{}
			for _, v := range all {
				if v.IsString() {
					values = append(values, v.StringValue())
				}
			}
			assert.Contains(t, values, id, token)
			assert.NotEmpty(t, id, token)
		}
	}
}

// TestWhoseMayBeSomebodyElses: keys, roles, buckets, topics and the like may belong to another stack, another account
// or AWS; what a resource is a part of, and what lies in the network, is always of the stack.
func TestWhoseMayBeSomebodyElses(t *testing.T) {
	shared := []string{
		resourcetypes.KMSKey, resourcetypes.Role, resourcetypes.ManagedPolicy, resourcetypes.Bucket, resourcetypes.Topic,
		resourcetypes.Queue, resourcetypes.Function, resourcetypes.Certificate, resourcetypes.MetricAlarm,
		resourcetypes.DBInstance, resourcetypes.DBParameterGroup, resourcetypes.CacheParameterGroup,
	}
	// What is a part of the resource that it names: a policy, an alias, a setting. Log groups are named where they are
	// written to or read, not where a filter hangs on them.
	parts := []string{
		resourcetypes.TopicPolicy, resourcetypes.TopicSubscription, resourcetypes.QueuePolicy, resourcetypes.KMSAlias,
		resourcetypes.RolePolicy, resourcetypes.FunctionPermission, resourcetypes.FunctionInvocation,
		resourcetypes.CertificateValidation,
	}
	anybodys := []string{
		resourcetypes.QueryDefinition + " logGroupNames[]", resourcetypes.Function + " loggingConfig.logGroup",
		resourcetypes.BuildProject + " logsConfig.cloudwatchLogs.groupName",
		resourcetypes.BackupSelection + " resources[]",
		resourcetypes.TaskDefinition + " volumes[].efsVolumeConfiguration.fileSystemId",
		resourcetypes.TaskDefinition + " volumes[].efsVolumeConfiguration.authorizationConfig.accessPointId",
	}
	for token, typ := range catalog.All() {
		for _, ref := range typ.Refs {
			path := token + " " + ref.Path
			part := slices.Contains(parts, token) || ref.To == resourcetypes.Bucket && ref.Path == "bucket" ||
				token == resourcetypes.FunctionEventInvokeConfig && ref.Path == "functionName" ||
				token == resourcetypes.RolePolicyAttachment && ref.Path == "role"
			want := slices.Contains(shared, ref.To) && !part || slices.Contains(anybodys, path)
			assert.Equal(t, want, ref.Foreign, path)
		}
	}
}

// distrusted is a world with one role, which trusts nobody.
type distrusted struct{ emptyWorld }

func (distrusted) Find(token, property, value string) (catalog.Object, bool) {
	if token != resourcetypes.Role || property != "arn" {
		return catalog.Object{}, false
	}
	return catalog.Object{Token: token, ID: "role", Props: resource.NewPropertyMapFromMap(object{
		"arn": value, "name": "role", "assumeRolePolicy": `{"Statement":[]}`,
	})}, true
}

// TestRolesTrustTheirServices: whatever is given a role is refused where the role does not trust the service.
func TestRolesTrustTheirServices(t *testing.T) {
	given := 0
	for token, typ := range catalog.All() {
		for _, ref := range typ.Refs {
			asIdentity := ref.Path == "advancedSecurityOptions.masterUserOptions.masterUserArn" // who logs in
			if ref.To != resourcetypes.Role || !slices.Contains(ref.By, "arn") || asIdentity {
				continue
			}
			given++
			call := &catalog.Call{
				World: distrusted{}, Op: catalog.Create, Type: typ, Token: token, Account: "444455556666", Region: "us-east-1",
				Partition: "aws", Inputs: at(ref.Path, "arn:aws:iam::444455556666:role/role"), Seed: "seed",
			}
			assert.True(t, slices.ContainsFunc(typ.Rules, func(rule catalog.Rule) bool {
				err := rule(call)
				return err != nil && strings.Contains(err.Error(), "the trust policy of role role")
			}), "%s %s", token, ref.Path)
		}
	}
	assert.Greater(t, given, 10)
}

// TestNamesAreMade: Pulumi names what has a name, but no domain, and a database by its identifier.
func TestNamesAreMade(t *testing.T) {
	for token, typ := range catalog.All() {
		sdk, err := sdksource.ReadResource(token)
		require.NoError(t, err)
		named := sdk.HasInput("name") && token != resourcetypes.DNSRecord && token != resourcetypes.DBInstance
		assert.Equal(t, named, typ.Name != nil && typ.Name.Key() == "name", token)
	}
}

// TestPoliciesNameRolesThatAreThere: of this account; services check that when a policy is put.
func TestPoliciesNameRolesThatAreThere(t *testing.T) {
	for token, property := range map[string]string{
		resourcetypes.BucketPolicy: "policy", resourcetypes.TopicPolicy: "policy", resourcetypes.KMSKey: "policy",
		resourcetypes.RepositoryPolicy: "policy", resourcetypes.Role: "assumeRolePolicy",
	} {
		for account, refused := range map[string]bool{"444455556666": true, "999999999999": false} {
			document := `{"Statement":[{"Effect":"Allow","Action":"kms:*","Principal":{"AWS":["arn:aws:iam::` + account +
				`:role/ghost","arn:aws:iam::444455556666:root"]},"Resource":"*"}]}`
			call := &catalog.Call{
				World: emptyWorld{}, Op: catalog.Create, Type: catalog.All()[token], Token: token, Account: "444455556666",
				Region: "us-east-1", Partition: "aws", Inputs: at(property, document), Seed: "seed",
			}
			assert.Equal(t, refused, slices.ContainsFunc(call.Type.Rules, func(rule catalog.Rule) bool {
				return rule(call) != nil
			}), "%s %s", token, account)
		}
	}
}

// theirs is a resource of another account.
const theirs = "arn:aws:sqs:us-east-1:999999999999:theirs"

// powerless is a world with roles that trust everybody and may do nothing, and with functions that have one.
type powerless struct{ emptyWorld }

func (powerless) Find(token, property, value string) (catalog.Object, bool) {
	there := token == resourcetypes.Role || token == resourcetypes.Function
	return catalog.Object{Token: token, ID: value, Props: resource.NewPropertyMapFromMap(object{
		"name": "name", "arn": "arn", "role": "role",
		"assumeRolePolicy": `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*"}]}`,
		property:           value,
	})}, there && value != "" && value != theirs
}

// TestWhatIsSomebodyElsesIsNotJudged: no rule judges what an input names, if that is not of the stack.
func TestWhatIsSomebodyElsesIsNotJudged(t *testing.T) {
	besides := regexp.MustCompile(`Pipeline has 0 stage|recorder is not available|Schedule Expression|two subnets`)
	for token, typ := range catalog.All() {
		for _, ref := range typ.Refs {
			if !ref.Foreign {
				continue
			}
			_, inputs := made(token, typ)
			inputs["encrypted"] = resource.NewBoolProperty(true)
			maps.Copy(inputs, at("environment.variables.A", "1"))
			maps.Copy(inputs, at(ref.Path, theirs))
			call := &catalog.Call{
				World: powerless{}, Op: catalog.Create, Type: typ, Token: token, Account: "444455556666", Region: "us-east-1",
				Partition: "aws", Inputs: inputs, Seed: "seed",
			}
			for _, rule := range slices.Concat(typ.Rules, typ.After) {
				if err := rule(call); err != nil {
					assert.Regexp(t, besides, err.Error(), "%s %s", token, ref.Path)
				}
			}
		}
	}
}

// TestWhatClashes checks against the API reference what AWS allows only once, beside names.
func TestWhatClashes(t *testing.T) {
	want := map[string][]string{
		resourcetypes.InternetGateway: {"vpcId"}, resourcetypes.NATGateway: {"allocationId"},
		resourcetypes.RouteTableAssociation: {"subnetId"},
		resourcetypes.Route:                 {"destinationCidrBlock routeTableId", "destinationIpv6CidrBlock routeTableId"},
		resourcetypes.FlowLog:               {"logDestination vpcId subnetId eniId trafficType"},
		resourcetypes.SecurityGroup:         {"name vpcId"},
		resourcetypes.IngressRule:           {rule}, resourcetypes.EgressRule: {rule},
		resourcetypes.Listener: {"loadBalancerArn port"}, resourcetypes.ListenerRule: {"priority listenerArn"},
		resourcetypes.WebACL: {"name scope"}, resourcetypes.WebACLAssociation: {"resourceArn"},
		resourcetypes.ECSService: {"name cluster"}, resourcetypes.DeploymentGroup: {"deploymentGroupName appName"},
		resourcetypes.FunctionPermission: {"statementId function"}, resourcetypes.OIDCProvider: {"url"},
		resourcetypes.ServiceLinkedRole: {"awsServiceName customSuffix"},
		resourcetypes.Schedule:          {"name groupName"},
		resourcetypes.FileSystem:        {"creationToken"},
		resourcetypes.CacheUser:         {"userId"}, resourcetypes.CacheUserGroup: {"userGroupId"},
	}
	for token, typ := range catalog.All() {
		var clashes []string
		for _, unique := range typ.Unique {
			clashes = append(clashes, strings.Join(unique.Properties, " "))
		}
		if want[token] == nil && typ.Name != nil && len(clashes) > 0 {
			want[token] = []string{string(typ.Name.Key())}
		}
		assert.Equal(t, want[token], clashes, token)
	}
}

const rule = "securityGroupId ipProtocol fromPort toPort cidrIpv4 cidrIpv6 referencedSecurityGroupId prefixListId"

// TestFunctionsNeedCode: any one of the three ways to give it.
func TestFunctionsNeedCode(t *testing.T) {
	for _, source := range []string{"code", "imageUri", "s3Bucket"} {
		assert.Empty(t, checked(t, resourcetypes.Function, object{source: "x"}), source)
	}
	assert.Equal(t, "code", checked(t, resourcetypes.Function, object{"role": "x"}))
}
