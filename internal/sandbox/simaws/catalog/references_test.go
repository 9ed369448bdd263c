package catalog_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/catalog"
	"aws-webapp/internal/sandbox/simaws/sdksource"
)

// naming matches the names of inputs that can only name a resource.
var naming = regexp.MustCompile(`[a-z](Id|Ids|Arn|Arns|BucketName)$|^(subnets|securityGroups)$`)

// last returns the last part of a path.
func last(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }

func plain(path string) string { return strings.ReplaceAll(path, "[]", "") }

// TestEveryNameIsLookedUp: if an input has the same name as one with which another type refers to a resource, the
// stacks' values in it are looked up, too.
func TestEveryNameIsLookedUp(t *testing.T) {
	given, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "tests", "stack", "testdata", "inputs.txt"))
	require.NoError(t, err)
	targets := map[string]map[string]bool{} // by the last part of the path
	for _, typ := range catalog.All() {
		for _, ref := range typ.Refs {
			name := last(plain(ref.Path))
			if targets[name] == nil {
				targets[name] = map[string]bool{}
			}
			targets[name][ref.To] = true
		}
	}
	looked := 0
	for line := range strings.Lines(string(given)) {
		token, path, _ := strings.Cut(strings.TrimSpace(line), " ")
		typ := catalog.All()[token]
		if typ == nil || !naming.MatchString(last(path)) || len(targets[last(path)]) != 1 {
			continue
		}
		if path == "aliases.zoneId" {
			continue // of the load balancer: a zone of AWS's own
		}
		looked++
		assert.True(t, slices.ContainsFunc(typ.Refs, func(ref catalog.Ref) bool { return plain(ref.Path) == path }),
			"%s %s is not looked up", token, path)
	}
	assert.Greater(t, looked, 60)
}

// TestReferencesNameWhatThereIs: the target of a reference has the properties by which the row names it.
func TestReferencesNameWhatThereIs(t *testing.T) {
	for token, typ := range catalog.All() {
		for _, ref := range typ.Refs {
			target, err := sdksource.ReadResource(ref.To)
			require.NoError(t, err)
			for _, by := range ref.By {
				assert.True(t, by == "id" || target.HasState(by), "%s names %s by %q, which it does not have", token, ref.To, by)
			}
			if strings.HasSuffix(strings.ToLower(plain(ref.Path)), "arn") && catalog.All()[ref.To].ID != "{.arn}" {
				assert.Contains(t, ref.By, "arn", "%s %s", token, ref.Path)
			}
		}
	}
}

// named is a reference of the program: the input at the path names the resource by the property.
type named struct {
	token, path, to, by string
	// output says that the name is an output of the resource; else it may only happen to be the same.
	output bool
}

// given reads the program's references.
func given(t *testing.T) []named {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "tests", "stack", "testdata", "references.txt"))
	require.NoError(t, err)
	var all []named
	for line := range strings.Lines(string(text)) {
		from, target, output := strings.Cut(strings.TrimSpace(line), " -> ")
		if !output {
			from, target, _ = strings.Cut(strings.TrimSpace(line), " ~> ")
		}
		n := named{output: output}
		n.token, n.path, _ = strings.Cut(from, " ")
		n.to, n.by, _ = strings.Cut(target, " ")
		if n.to == "awsx:ec2:Vpc" {
			n.to, n.by = resourcetypes.VPC, "id"
		}
		sdk, err := sdksource.ReadResource(n.to)
		require.NoError(t, err)
		if n.by == "id" || sdk.HasState(n.by) { // the mocks of the program give each resource a name and an ARN
			all = append(all, n)
		}
	}
	return all
}

// answers reports whether the row of a table looks the reference up.
func (n named) answers(ref catalog.Ref) bool {
	target := catalog.All()[n.to]
	id := len(ref.By) == 0 || slices.Contains(ref.By, "id")
	isID := n.by == "id" || target.ID == "{."+n.by+"}" || target.Outputs[n.by] == "{id}"
	return ref.Path == n.path && ref.To == n.to && (slices.Contains(ref.By, n.by) || id && isID)
}

// unasked are references that no row looks up, with the reason.
var unasked = map[string]string{
	resourcetypes.MetricAlarm + " dimensions.DBInstanceIdentifier " + resourcetypes.DBInstance: free,
	resourcetypes.MetricAlarm + " metricQueries[].metric.dimensions.DBInstanceIdentifier " +
		resourcetypes.DBInstance: free,
	resourcetypes.MetricAlarm + " dimensions.FileSystemId " + resourcetypes.FileSystem:                        free,
	resourcetypes.MetricAlarm + " metricQueries[].metric.dimensions.FileSystemId " + resourcetypes.FileSystem: free,
	resourcetypes.TaskDefinition + " volumes[].name " + resourcetypes.FileSystem:                              alike,
	resourcetypes.MetricAlarm + " dimensions.NatGatewayId " + resourcetypes.NATGateway:                        free,
	resourcetypes.Pipeline + " stages[].actions[].configuration.ConnectionArn " +
		resourcetypes.CodeConnection: "read when the action runs",
	resourcetypes.Pipeline + " stages[].actions[].configuration.NotificationArn " +
		resourcetypes.Topic: "read when the action runs",
	resourcetypes.FlowLog + " logDestination " + resourcetypes.LogGroup:                            "flowLogGroupExists",
	resourcetypes.WebACLLogging + " logDestinationConfigs[] " + resourcetypes.LogGroup:             "wafLogGroupExists",
	resourcetypes.ECSService + " loadBalancers[].containerName " + resourcetypes.TargetGroup:       alike,
	resourcetypes.Function + " environment.variables.DEAD_LETTER_QUEUE_URL " + resourcetypes.Queue: free,
	resourcetypes.FunctionPermission + " sourceArn " + resourcetypes.EventRule:                     free,
	resourcetypes.FunctionPermission + " sourceArn " + resourcetypes.Topic:                         free,
	resourcetypes.Function + " environment.variables.TOPIC_ARN " + resourcetypes.Topic:             free,
	resourcetypes.TopicSubscription + " endpoint " + resourcetypes.Function:                        free,
}

const (
	free  = "AWS takes any text"
	alike = "the two have the same name"
)

// unnamed are rows that answer to no output and no name of the program, each with the type and the property that it
// looks up, and the reason.
var unnamed = map[string]string{
	resourcetypes.InternetGateway + " vpcId " + resourcetypes.VPC + " by id":                     byVPC,
	resourcetypes.NATGateway + " allocationId " + resourcetypes.ElasticIP + " by id":             byVPC,
	resourcetypes.Route + " gatewayId " + resourcetypes.InternetGateway + " by id":               byVPC,
	resourcetypes.RouteTable + " vpcId " + resourcetypes.VPC + " by id":                          byVPC,
	resourcetypes.RouteTableAssociation + " routeTableId " + resourcetypes.RouteTable + " by id": byVPC,
	resourcetypes.RouteTableAssociation + " subnetId " + resourcetypes.Subnet + " by id":         byVPC,
	resourcetypes.Subnet + " vpcId " + resourcetypes.VPC + " by id":                              byVPC,

	resourcetypes.ConfigRecorder + " roleArn " + resourcetypes.Role + " by arn":           arnMade,
	resourcetypes.Role + " permissionsBoundary " + resourcetypes.ManagedPolicy + " by id": arnMade,
	resourcetypes.FunctionEventInvokeConfig + " destinationConfig.onFailure.destination " +
		resourcetypes.Bucket + " by arn": arnMade,
	resourcetypes.SearchDomain + " advancedSecurityOptions.masterUserOptions.masterUserArn " +
		resourcetypes.Role + " by arn": arnMade,
	resourcetypes.Listener + " certificateArn " + resourcetypes.Certificate + " by id": "it is that of its validation",
	resourcetypes.SecretRotation + " secretId aws:secretsmanager/secret:Secret by id":  "RDS makes the secret",

	// Programs of others (tests/strangers) forward what no rule matches, and to several target groups.
	resourcetypes.Listener + " defaultActions[].targetGroupArn " + forwards:             others,
	resourcetypes.Listener + " defaultActions[].forward.targetGroups[].arn " + forwards: others,
	resourcetypes.ListenerRule + " actions[].forward.targetGroups[].arn " + forwards:    others,
}

const (
	byVPC    = "awsx makes the parts of a VPC"
	arnMade  = "the program makes the ARN up"
	forwards = resourcetypes.TargetGroup + " by id"
	others   = "this program has no such action"
)

// TestTheProgramsNamesAreLookedUp: what the program names by a property, the table looks up by the property.
func TestTheProgramsNamesAreLookedUp(t *testing.T) {
	for _, n := range given(t) {
		where := n.token + " " + n.path + " " + n.to
		found := slices.ContainsFunc(catalog.All()[n.token].Refs, n.answers)
		if n.output {
			assert.Equal(t, unasked[where] == "", found, "%s by %s", where, n.by)
		}
	}
}

// TestNothingElseIsLookedUp: every row is of use to the program, or is listed as the exception that it is.
func TestNothingElseIsLookedUp(t *testing.T) {
	all, rest := given(t), maps.Clone(unnamed)
	for token, typ := range catalog.All() {
		for _, ref := range typ.Refs {
			by := "id"
			if len(ref.By) > 0 {
				by = strings.Join(ref.By, ", ")
			}
			where := token + " " + ref.Path + " " + ref.To + " by " + by
			used := slices.ContainsFunc(all, func(n named) bool { return n.token == token && n.answers(ref) })
			assert.Equal(t, unnamed[where] == "", used, where)
			delete(rest, where)
		}
	}
	assert.Empty(t, rest, "rows that are gone")
}

// documents matches the names of inputs that hold a JSON document.
var documents = regexp.MustCompile(`^(policy|\w+RolePolicy|redrive\w*Policy|filterPolicy|accessPolicies|\w+Body)$`)

// TestDocumentsAreRead: the stacks' documents are read before anything is created, and must be JSON.
func TestDocumentsAreRead(t *testing.T) {
	given, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "tests", "stack", "testdata", "inputs.txt"))
	require.NoError(t, err)
	read := 0
	for line := range strings.Lines(string(given)) {
		token, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		typ := catalog.All()[token]
		if typ == nil || !documents.MatchString(name) {
			continue
		}
		read++
		assert.Contains(t, typ.JSON, name, token)
	}
	assert.Greater(t, read, 10)
}
