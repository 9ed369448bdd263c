//go:build e2e

package e2e

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/engine"
)

// promise is a statement of the documentation about every stack, checked in AWS.
type promise struct {
	name  string
	check func(*testing.T, *deployment)
}

var promises = []promise{
	{"subnets", checkSubnets},
	{"routes", checkRoutes},
	{"endpoints", checkEndpoints},
	{"flow logs", checkFlowLogs},
	{"security groups", checkSecurityGroups},
	{"keys", checkKeys},
	{"database", checkDatabase},
	{"database secret", checkDatabaseSecret},
	{"load balancer", checkLoadBalancer},
	{"listeners", checkListeners},
	{"target groups", checkTargetGroups},
	{"name and certificate", checkDNS},
	{"web application firewall", checkWAF},
	{"cluster", checkCluster},
	{"service", checkService},
	{"task", checkTask},
	{"roles", checkRoles},
	{"scaling", checkScaling},
	{"blue/green", checkBlueGreen},
	{"buckets", checkBuckets},
	{"log groups", checkLogGroups},
	{"alarms", checkAlarms},
	{"topic", checkTopic},
	{"trail", checkTrail},
	{"metric filters", checkMetricFilters},
	{"account", checkAccount},
	{"rotation relay", checkRotationRelay},
	{"backup", checkBackup},
	{"saved queries", checkQueries},
	{"log search", checkLogSearch},
	{"tags", checkTags},
}

func TestStaging(t *testing.T) {
	t.Parallel()
	testLife(t, newDeployment(t, "staging"), life{changes: stagingChanges})
}

// TestProd has one phase more: prod refuses to be destroyed until its protection is switched
// off.
func TestProd(t *testing.T) {
	t.Parallel()
	testLife(t, newDeployment(t, "prod"), life{changes: prodChanges, unprotect: map[string]string{
		"environment":                     "staging",
		"database.deletionProtection":     "false",
		"loadBalancer.deletionProtection": "false",
		"storage.forceDestroy":            "true",
		"backup.forceDestroy":             "true",
	}})
}

// life holds what differs in the life of a stack.
type life struct {
	changes []change
	// unprotect is the configuration without which the stack cannot be destroyed.
	unprotect map[string]string
}

// testLife takes a stack through its life, with one deployment for all checks.
func testLife(t *testing.T, d *deployment, l life) {
	if !*withSearch {
		fmt.Printf("%s: SKIPPED: log search, whose domain takes the provider ten minutes to create: go test ... -args "+
			"-search\n", d.name)
	}
	before := inventory(t, d)
	require.True(t, d.watch.phase(t, "up", func(t *testing.T) { d.up(t, nil) }), "nothing else can be asked")
	d.watch.phase(t, "keeps its promises", d.checkPromises)
	d.watch.phase(t, "a second preview changes nothing", d.checkPreview)
	d.watch.phase(t, "a refresh finds no drift", d.checkRefresh)
	d.watch.phase(t, "a new version", func(t *testing.T) { checkNewVersion(t, d) })
	d.watch.phase(t, "one change of each component", func(t *testing.T) { checkChanges(t, d, l.changes) })
	d.watch.phase(t, "keeps its promises after the changes", d.checkPromises)
	d.watch.phase(t, "lists what it made", func(t *testing.T) { checkInventoryIsComplete(t, d, before) })
	if l.unprotect != nil {
		d.watch.phase(t, "refuses to be destroyed", d.checkProtection)
		d.watch.phase(t, "gives up its protection", func(t *testing.T) { d.up(t, l.unprotect) })
	}
	left := remainders(t, d)
	d.watch.phase(t, "destroy", func(t *testing.T) {
		_, err := d.run(t, nil, (*engine.Engine).Destroy)
		require.NoError(t, err)
	})
	d.watch.phase(t, "leaves nothing", func(t *testing.T) {
		assert.Equal(t, before.with(left), inventory(t, d))
	})
	d.watch.phase(t, "asked of AWS only what it takes", func(t *testing.T) { checkCalls(t, d) })
	if *withSearch && !t.Failed() {
		keepRecord(t, d)
	}
}

func (d *deployment) checkPromises(t *testing.T) {
	for _, p := range promises {
		t.Run(p.name, func(t *testing.T) { p.check(t, d) })
	}
}

func (d *deployment) checkPreview(t *testing.T) {
	result, err := d.run(t, nil, (*engine.Engine).Preview)
	require.NoError(t, err)
	checkNamed(t, d, forgottenByPreview, result)
	assert.Greater(t, result.Unchanged, 100)
}

// checkRefresh runs it once, broken or not: of queries of alarms a first refresh writes down that their period is 0,
// which was nothing before, and a second one takes that for drift.
func (d *deployment) checkRefresh(t *testing.T) {
	result, err := d.open(t, nil).Refresh(t.Context())
	require.NoError(t, err)
	checkNamed(t, d, forgottenByRefresh, result)
	assert.Greater(t, result.Unchanged, 100)
}

func (d *deployment) checkProtection(t *testing.T) {
	_, err := d.run(t, nil, (*engine.Engine).Destroy)
	require.ErrorContains(t, err, "protect")
	assert.NotEmpty(t, got(d.rds.DescribeDBInstances(t.Context(), nil))(t).DBInstances)
}
