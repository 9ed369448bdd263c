package catalog_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/catalog"
	"aws-webapp/internal/sandbox/simaws/sdksource"
)

// TestTheSchemaIsThePinnedProviders: provider.json is of the version that go.mod pins, and has every type.
func TestTheSchemaIsThePinnedProviders(t *testing.T) {
	provider := catalog.FromProvider()
	module, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "go.mod"))
	require.NoError(t, err)
	assert.True(t, strings.Contains(string(module), "github.com/pulumi/pulumi-aws/sdk/v6 v"+provider.Version+"\n"),
		"go.mod has another pulumi-aws than %s: run make awsplugin-describe", provider.Version)
	plugin, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "tools", "awsplugin", "provider.go"))
	require.NoError(t, err)
	assert.Contains(t, string(plugin), `const version = "`+provider.Version+`"`, "the plugin that is built here")
	assert.Contains(t, provider.Terraform, "/terraform-provider-aws v")
	for token := range provider.Types {
		_, err := catalog.Lookup(token)
		assert.NoError(t, err, "run make awsplugin-describe: no type of the catalog needs it any more")
	}
	assert.Greater(t, len(provider.Types), 90)
}

// TestDifferencesDiffer: what the simulation knows better is otherwise in the schema, and holds.
func TestDifferencesDiffer(t *testing.T) {
	count := 0
	for token, typ := range catalog.All() {
		schema := catalog.FromProvider().Types[token]
		for _, d := range typ.Differs {
			count++
			name := token + " " + d.Property
			assert.NotEmpty(t, d.Why, name)
			in := func(list []string) bool { return slices.Contains(list, d.Property) }
			switch d.Fact {
			case catalog.Required:
				assert.True(t, !in(schema.Required) && in(typ.Required), name)
			case catalog.Optional:
				assert.True(t, in(schema.Required) && !in(typ.Required), name)
			case catalog.Replaces:
				assert.True(t, !in(schema.Replaces) && in(typ.Replaces), name)
			case catalog.InPlace:
				assert.True(t, in(schema.Replaces) && !in(typ.Replaces), name)
			case catalog.Computed:
				assert.True(t, !in(schema.Computed) && in(typ.Computed), name)
			default:
				assert.Fail(t, "no such fact", name)
			}
		}
	}
	assert.Positive(t, count)
}

// TestOutputsAreComputed: the table makes values of what the provider computes, and of nothing else.
func TestOutputsAreComputed(t *testing.T) {
	for token, typ := range catalog.All() {
		for name := range typ.Outputs {
			assert.Contains(t, typ.Computed, name, token)
		}
	}
}

// withheld are the properties that nobody sees in the simulation: AWS gives them with features that it does not have,
// or repeats there in parts what the program has left out.
var withheld = map[string][]string{
	resourcetypes.Certificate:          {"domainName", "options", "validationMethod"},
	resourcetypes.ScalableTarget:       {"suspendedState"},
	resourcetypes.BackupSelection:      {"conditions", "notResources"},
	resourcetypes.ConfigRecorder:       {"recordingGroup", "recordingMode"},
	resourcetypes.DeploymentGroup:      {"blueGreenDeploymentConfig"},
	resourcetypes.Pipeline:             {"triggers"},
	resourcetypes.DefaultSecurityGroup: {"egress", "ingress", "vpcId"},
	resourcetypes.ElasticIP: {
		"associationId", "carrierIp", "customerOwnedIp", "instance", "networkInterface", "privateDns", "privateIp",
		"ptrRecord",
	},
	resourcetypes.FlowLog:           {"logDestination", "logFormat", "logGroupName"},
	resourcetypes.InternetGateway:   {"vpcId"},
	resourcetypes.NATGateway:        {"secondaryPrivateIpAddressCount", "secondaryPrivateIpAddresses"},
	"aws:ec2/networkAcl:NetworkAcl": {"egress", "ingress", "subnetIds"},
	resourcetypes.Route:             {"instanceId", "instanceOwnerId", "networkInterfaceId"},
	resourcetypes.RouteTable:        {"propagatingVgws", "routes"},
	resourcetypes.SecurityGroup:     {"egress", "ingress", "vpcId"},
	resourcetypes.Subnet:            {"ipv6CidrBlockAssociationId"},
	resourcetypes.VPC: {
		"cidrBlock", "ipv6AssociationId", "ipv6CidrBlock", "ipv6CidrBlockNetworkBorderGroup",
	},
	resourcetypes.VPCEndpoint: {
		"cidrBlocks", "dnsOptions", "privateDnsEnabled", "routeTableIds", "securityGroupIds",
		"subnetConfigurations", "subnetIds",
	},
	resourcetypes.ECSService:        {"cluster"},
	resourcetypes.GuardDutyDetector: {"datasources"},
	resourcetypes.AccountPasswordPolicy: {
		"hardExpiry", "maxPasswordAge", "passwordReusePrevention", "requireLowercaseCharacters", "requireNumbers",
		"requireSymbols", "requireUppercaseCharacters",
	},
	resourcetypes.Function:     {"ephemeralStorage", "loggingConfig", "tracingConfig"},
	resourcetypes.Listener:     {"mutualAuthentication"},
	resourcetypes.LoadBalancer: {"securityGroups", "subnetMappings", "subnets"},
	resourcetypes.TargetGroup: {
		"connectionTermination", "healthCheck", "stickiness", "targetFailovers", "targetGroupHealth",
		"targetHealthStates",
	},
	resourcetypes.SearchDomain: {
		"advancedSecurityOptions", "autoTuneOptions", "clusterConfig", "domainEndpointOptions", "ebsOptions",
		"encryptAtRest", "nodeToNodeEncryption", "offPeakWindowOptions", "softwareUpdateOptions",
	},
	resourcetypes.DBInstance: {
		"allocatedStorage", "dbName", "engine", "engineVersion", "kmsKeyId",
		"snapshotIdentifier", "username", "vpcSecurityGroupIds",
	},
	resourcetypes.Bucket: {
		"acl", "corsRules", "grants", "lifecycleRules", "loggings", "objectLockConfiguration",
		"replicationConfigurations", "serverSideEncryptionConfigurations", "versionings", "websites",
	},
	"aws:ssm/parameter:Parameter": {"insecureValue", "keyId", "value"},
}

// TestOutputsAreComplete: what the provider computes, and what a resource only gives and never takes, comes from a row
// of the table.
func TestOutputsAreComplete(t *testing.T) {
	for token, typ := range catalog.All() {
		sdk, err := sdksource.ReadResource(token)
		require.NoError(t, err)
		missing := map[string]bool{}
		for _, name := range typ.Computed {
			missing[name] = true
		}
		for name := range sdk.State {
			if _, given := sdk.Inputs[name]; !given {
				missing[name] = true
			}
		}
		maps.DeleteFunc(missing, func(name string, _ bool) bool {
			_, made := typ.Outputs[name]
			return made || name == "tagsAll" || typ.Name != nil && (name == string(typ.Name.Key()) || name == typ.Name.Prefix)
		})
		assert.ElementsMatch(t, withheld[token], slices.Collect(maps.Keys(missing)),
			"%s: outputs that nothing computes", token)
	}
}

// shared lists names that several resources of a type may have, and why: in botocore's API models the operation that
// creates them has no error for a name in use.
var shared = map[string]string{
	"aws:appautoscaling/policy:Policy":                           written,
	"aws:appautoscaling/scheduledAction:ScheduledAction":         written,
	"aws:backup/plan:Plan":                                       "only a repeated creatorRequestId is refused",
	"aws:backup/selection:Selection":                             "only a repeated creatorRequestId is refused",
	"aws:cfg/deliveryChannel:DeliveryChannel":                    written,
	"aws:cfg/recorder:Recorder":                                  written,
	"aws:cfg/recorderStatus:RecorderStatus":                      "the name is the recorder's",
	"aws:cloudwatch/compositeAlarm:CompositeAlarm":               written,
	"aws:cloudwatch/dashboard:Dashboard":                         written,
	"aws:cloudwatch/eventRule:EventRule":                         written,
	"aws:cloudwatch/logMetricFilter:LogMetricFilter":             written,
	"aws:cloudwatch/logResourcePolicy:LogResourcePolicy":         written,
	"aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": written,
	"aws:cloudwatch/queryDefinition:QueryDefinition":             "queries have ids",
	"aws:codestarconnections/connection:Connection":              "connections have ids",
	"aws:guardduty/detectorFeature:DetectorFeature":              "the name is the feature's",
	"aws:iam/rolePolicy:RolePolicy":                              written,
}

// written says that the operation is a Put, which overwrites the resource with the name.
const written = "a Put writes over what is there"

// TestNamesAreTaken: a name in AWS can only be used once, unless the API says otherwise.
func TestNamesAreTaken(t *testing.T) {
	for token, typ := range catalog.All() {
		if typ.Name == nil || typ.Account {
			continue
		}
		taken := slices.ContainsFunc(typ.Unique, func(u catalog.Unique) bool {
			return slices.Contains(u.Properties, string(typ.Name.Key()))
		})
		assert.Equal(t, shared[token] == "", taken, token)
	}
}

// ofAccount matches outputs that are the account's id.
var ofAccount = regexp.MustCompile(`^(ownerId|registryId|customerAwsId|ownerAccountId|accountId)$`)

// TestOutputsAreOfTheirPlace: ARNs and the like name the partition, the Region and the account of the call.
func TestOutputsAreOfTheirPlace(t *testing.T) {
	arn := regexp.MustCompile(`^arn:aws-cn:[a-z0-9-]+:(cn-north-1)?:(444455556666|aws)?:[^:].*$`)
	owned, named := 0, 0
	for token, typ := range catalog.All() {
		call := &catalog.Call{
			World: emptyWorld{}, Op: catalog.Create, Type: typ, Token: token, Account: "444455556666",
			Region: "cn-north-1", Partition: "aws-cn", Inputs: resource.PropertyMap{}, Seed: "seed",
		}
		for _, name := range typ.Required {
			call.Inputs[resource.PropertyKey(name)] = resource.NewStringProperty("arn:aws-cn:x:cn-north-1:444455556666:x")
		}
		if typ.Name != nil {
			call.Inputs[typ.Name.Key()] = resource.NewStringProperty("name")
		}
		call.ResolveID()
		for name, v := range call.Resolve() {
			switch {
			case ofAccount.MatchString(string(name)):
				owned++
				assert.Equal(t, resource.NewStringProperty("444455556666"), v, "%s %s", token, name)
			case name == "arn":
				named++
				assert.Regexp(t, arn, v.StringValue(), token)
			}
		}
	}
	assert.Greater(t, owned, 10)
	assert.Greater(t, named, 50)
}
