package components

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// everyComponent are programs that make each component with all that it can have.
func everyComponent(t *testing.T) map[string]pulumi.RunFunc {
	t.Helper()
	rolling, blueGreen, dns, waf := testServiceArgs(), testBlueGreenArgs(), testDNSArgs(), testWAFArgs()
	cluster, backup := testClusterArgs(), testBackupArgs()
	worker := testWorkerArgs()
	blueGreen.Deployment.TestFunctionARN = testFunction
	blueGreen.Previous = &ServicePrevious{Roles: true}
	backup.MonthlyRetentionDays = 400
	return map[string]pulumi.RunFunc{
		"deploy-roles":      deployRolesProgram,
		"access logs":       accessLogsProgram,
		"account baseline":  baselineProgram(everyBaseline()),
		"alerts":            alertsProgram,
		"audit trail":       auditTrailWith("config"),
		"backup":            backupProgram(backup),
		"budget":            spendingProgram,
		"cache":             cacheProgram(asItIs),
		"file system":       fileSystemProgram(unchangedFiles),
		"cluster":           clusterProgram(&cluster),
		"dashboard":         dashboardProgram(testDashboardArgs()),
		"database":          databaseProgram(testDatabaseArgs()),
		"delivery keys":     deliveryKeysProgram,
		"deployment test":   deploymentTestProgram(t),
		"findings":          findingsProgram(FindingHigh),
		"security-groups":   securityGroupsProgram,
		"keys":              keysProgram,
		"load balancer":     loadBalancerProgram(&dns),
		"load balancer WAF": loadBalancerProgram(&waf),
		"log search":        logSearchProgram(testLogSearchArgs(t)),
		"namespace":         namespaceProgram,
		"network":           networkProgram(testNetworkArgs()),
		"operator":          operatorProgram,
		"outage":            outageProgram,
		"pipeline":          pipelineProgram(""),
		"probe":             probeProgram(t),
		"queue":             queueProgram,
		"job":               jobProgram(testJobArgs()),
		"worker":            serviceProgram(&worker),
		"registry":          registryProgram("222222222222"),
		"routes":            routesProgram(rolling),
		"saved queries":     savedQueriesProgram(queriedGroups),
		"rotation relay":    rotationRelayProgram(t),
		"rolling service":   serviceProgram(&rolling),
		"service":           serviceProgram(&blueGreen),
		"state backend":     stateProgram,
		"storage":           storageProgram(testStorageArgs()),
	}
}

// No component is left out above: each has its type in the source.
func TestEveryComponentIsMade(t *testing.T) {
	made := map[string]bool{}
	for _, program := range everyComponent(t) {
		for _, r := range deployed(t, program).resources {
			made[r.typ] = true
		}
	}
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, match := range regexp.MustCompile(`"(aws-webapp:\w+:\w+)"`).FindAllSubmatch(source, -1) {
			assert.True(t, made[string(match[1])], "%s makes %s, which no program of everyComponent has", file, match[1])
		}
	}
}

// Whichever resource cannot be registered, the constructor says so, with its own name, and ends there.
func TestEveryFailureIsTold(t *testing.T) {
	for name, program := range everyComponent(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for at := 1; ; at++ {
				failed := ""
				rec, err := run(t, failing(program, at, &failed), false)
				if failed == "" {
					require.NoError(t, err)
					require.Greater(t, at, 1)
					return
				}
				require.ErrorContains(t, err, "used to change the `parent`", "nobody hears that %s failed", failed)
				assert.Regexp(t, `\b[a-z ]+ "[a-z-]+": \S`, err.Error(), "it names no component and step")
				assert.Len(t, rec.resources, at+1, "something was registered after %s failed", failed)
			}
		})
	}
}

// failing is a program of which one registration fails. Pulumi refuses a transformation that changes a parent before it
// asks the engine, and so at the call, as it refuses wrong arguments.
func failing(program pulumi.RunFunc, at int, failed *string) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		var other pulumi.ResourceState
		if err := ctx.RegisterComponentResource("test:index:Other", "other", &other); err != nil {
			return err
		}
		count := 0
		fail := func(args *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
			switch args.Type {
			case "aws:ec2/subnet:Subnet", "aws:ec2/routeTable:RouteTable": // awsx makes them
				return nil
			}
			if count++; count != at {
				return nil
			}
			*failed = args.Type + " " + args.Name
			return &pulumi.ResourceTransformationResult{Props: args.Props, Opts: append(args.Opts, pulumi.Parent(&other))}
		}
		if err := ctx.RegisterStackTransformation(fail); err != nil {
			return err
		}
		return program(ctx)
	}
}
