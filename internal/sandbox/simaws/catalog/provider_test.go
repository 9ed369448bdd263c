package catalog_test

import (
	"encoding/json"
	"flag"
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

	"aws-webapp/internal/sandbox/simaws/catalog"
	"aws-webapp/internal/sandbox/simaws/sdksource"
)

var schemaFile = flag.String("schema", "", "a schema of the provider (pulumi package get-schema aws@VERSION, or "+
	"schema.json of the plugin that make awsplugin builds): rewrite testdata/replaces.json from it")

// replaces are, by type, the inputs of which the provider's schema says willReplaceOnChanges. Of one that replaces as a
// whole, the parts are left out.
type replaces struct {
	Source string              `json:"source"`
	Types  map[string][]string `json:"types"`
}

var replacesFile = filepath.Join("testdata", "replaces.json")

// otherwise are inputs that the table and the schema see differently, and why.
var otherwise = map[string]map[string]string{
	"aws:lambda/invocation:Invocation": {
		"input": "replaces unless lifecycleScope is CRUD, which the provider decides by code",
	},
	"aws:rds/instance:Instance": {
		"s3Import": "only as a whole", "s3Import.bucketName": "", "s3Import.bucketPrefix": "",
		"s3Import.ingestionRole": "", "s3Import.sourceEngine": "", "s3Import.sourceEngineVersion": "",
	},
	"aws:opensearch/domain:Domain": {
		"vpcOptions": "replaces when the domain moves into or out of a VPC; other subnets are an update in place",
	},
	// The schema knows nothing of replacements for resources of the newer plugin framework:
	// security_group_id is marked stringplanmodifier.RequiresReplace in vpc_security_group_ingress_rule.go.
	"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule":   {"securityGroupId": "see above"},
	"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {"securityGroupId": "see above"},
	"aws:wafv2/webAcl:WebAcl":                                   {"namePrefix": "newer than the schema that was read"},
}

// TestReplacesAsTheProviderSays compares every row of every table with the provider's own schema. Types that are newer
// than it are not in the file.
func TestReplacesAsTheProviderSays(t *testing.T) {
	if *schemaFile != "" {
		writeReplaces(t)
	}
	content, err := os.ReadFile(replacesFile)
	require.NoError(t, err)
	var schema replaces
	require.NoError(t, json.Unmarshal(content, &schema))
	require.Greater(t, len(schema.Types), 100)
	for token, theirs := range schema.Types {
		typ, err := catalog.Lookup(token)
		require.NoError(t, err, "rewrite %s", replacesFile)
		var different []string
		for _, path := range typ.Replace {
			plain := strings.ReplaceAll(path, "[]", "")
			if i := slices.Index(theirs, plain); i >= 0 {
				theirs = slices.Delete(slices.Clone(theirs), i, i+1)
			} else {
				different = append(different, plain)
			}
		}
		assert.ElementsMatch(t, slices.Collect(maps.Keys(otherwise[token])), append(different, theirs...), token)
	}
}

// writeReplaces takes the facts about the types of the catalog out of a schema of many megabytes.
func writeReplaces(t *testing.T) {
	type property struct {
		Replaces bool   `json:"willReplaceOnChanges"`
		Ref      string `json:"$ref"`
		Items    struct {
			Ref string `json:"$ref"`
		} `json:"items"`
	}
	var schema struct {
		Version   string `json:"version"`
		Resources map[string]struct {
			Inputs map[string]property `json:"inputProperties"`
		} `json:"resources"`
		Types map[string]struct {
			Properties map[string]property `json:"properties"`
		} `json:"types"`
	}
	content, err := os.ReadFile(*schemaFile)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(content, &schema))
	var within func(properties map[string]property, path string, above []string) []string
	within = func(properties map[string]property, path string, above []string) []string {
		paths := []string{}
		for name, p := range properties {
			token := strings.TrimPrefix(p.Ref+p.Items.Ref, "#/types/")
			switch {
			case p.Replaces:
				paths = append(paths, path+name)
			case !slices.Contains(above, token):
				paths = append(paths, within(schema.Types[token].Properties, path+name+".", append(above, token))...)
			}
		}
		slices.Sort(paths)
		return paths
	}
	found := replaces{Source: "schema of pulumi-aws " + schema.Version, Types: map[string][]string{}}
	for token := range catalog.All() {
		if r, known := schema.Resources[token]; known {
			found.Types[token] = within(r.Inputs, "", nil)
		}
	}
	encoded, err := json.MarshalIndent(found, "", " ")
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Dir(replacesFile), 0o755))
	require.NoError(t, os.WriteFile(replacesFile, append(encoded, '\n'), 0o644))
}

// withheld are outputs that AWS gives only with features that the simulation does not have.
var withheld = map[string][]string{
	"aws:ec2/eip:Eip": {
		"associationId", "carrierIp", "customerOwnedIp", "privateDns", "privateIp", "ptrRecord", // of an interface or carrier
	},
	"aws:ec2/route:Route":             {"instanceId", "instanceOwnerId"}, // of a NAT instance
	"aws:ec2/subnet:Subnet":           {"ipv6CidrBlockAssociationId"},
	"aws:ec2/vpc:Vpc":                 {"ipv6AssociationId"},
	"aws:ec2/vpcEndpoint:VpcEndpoint": {"cidrBlocks"}, // of a gateway's prefix list
}

// TestOutputsAreComplete: what a resource only gives, and never takes, comes from a row of the table.
func TestOutputsAreComplete(t *testing.T) {
	for token, typ := range catalog.All() {
		sdk, err := sdksource.ReadResource(token)
		require.NoError(t, err)
		var missing []string
		for name := range sdk.State {
			_, given := sdk.Inputs[name]
			if _, made := typ.Outputs[name]; !given && !made && name != "tagsAll" {
				missing = append(missing, name)
			}
		}
		assert.ElementsMatch(t, withheld[token], missing, "%s: outputs that nothing computes", token)
	}
}

// shared are names that several resources of a type may have, and why: botocore's API models name no error of a name
// that is taken for the operation that makes them.
var shared = map[string]string{
	"aws:appautoscaling/policy:Policy":                           written,
	"aws:appautoscaling/scheduledAction:ScheduledAction":         written,
	"aws:backup/plan:Plan":                                       "only a repeated creatorRequestId is refused",
	"aws:backup/selection:Selection":                             "only a repeated creatorRequestId is refused",
	"aws:cfg/deliveryChannel:DeliveryChannel":                    written,
	"aws:cfg/recorder:Recorder":                                  written,
	"aws:cfg/recorderStatus:RecorderStatus":                      "the name is the recorder's",
	"aws:cfg/rule:Rule":                                          written,
	"aws:cloudwatch/compositeAlarm:CompositeAlarm":               written,
	"aws:cloudwatch/dashboard:Dashboard":                         written,
	"aws:cloudwatch/eventRule:EventRule":                         written,
	"aws:cloudwatch/logMetricFilter:LogMetricFilter":             written,
	"aws:cloudwatch/logResourcePolicy:LogResourcePolicy":         written,
	"aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": written,
	"aws:cloudwatch/queryDefinition:QueryDefinition":             "queries have ids",
	"aws:codeconnections/connection:Connection":                  "connections have ids",
	"aws:codestarconnections/connection:Connection":              "connections have ids",
	"aws:costexplorer/anomalyMonitor:AnomalyMonitor":             "monitors have ids",
	"aws:costexplorer/anomalySubscription:AnomalySubscription":   "subscriptions have ids",
	"aws:ec2/managedPrefixList:ManagedPrefixList":                "prefix lists have ids",
	"aws:guardduty/detectorFeature:DetectorFeature":              "the name is the feature's",
	"aws:iam/rolePolicy:RolePolicy":                              written,
	"aws:route53/zone:Zone":                                      "a domain may have several zones",
	"aws:s3/bucketObjectv2:BucketObjectv2":                       written,
}

// written says that the operation is a Put, which writes over what has the name.
const written = "a Put writes over what is there"

// TestNamesAreTaken: AWS names are taken by whoever had them first, unless the API says otherwise.
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

// ofAccount are outputs that are the account's id.
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
	assert.Greater(t, named, 70)
}
