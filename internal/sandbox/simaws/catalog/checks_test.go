package catalog_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/catalog"
)

// checked runs a type's checks on inputs and returns the property at fault, or "".
func checked(t *testing.T, token string, inputs object) string {
	t.Helper()
	typ, err := catalog.Lookup(token)
	require.NoError(t, err)
	require.NotEmpty(t, typ.Checks, token)
	for _, check := range typ.Checks {
		if property, reason := check(resource.NewPropertyMapFromMap(inputs)); reason != "" {
			assert.True(t, property != "", "%s: %q has no property", token, reason)
			assert.NotContains(t, reason, "%!", token)
			return property
		}
	}
	return ""
}

// TestBounds tries the last allowed values and the first ones that are not.
func TestBounds(t *testing.T) {
	for token, bounds := range map[string]struct {
		property    string
		good, wrong []any
	}{
		"aws:kms/key:Key":                     {"deletionWindowInDays", []any{7, 30}, []any{0, 6, 31}},
		"aws:secretsmanager/secret:Secret":    {"recoveryWindowInDays", []any{0, 7, 30}, []any{1, 6, 31}},
		"aws:rds/instance:Instance":           {"backupRetentionPeriod", []any{0, 35}, []any{-1, 36}},
		"aws:ec2/vpc:Vpc":                     {"cidrBlock", blocks, notBlocks("10.0.0.0/15", "10.0.0.0/29")},
		"aws:ec2/subnet:Subnet":               {"cidrBlock", blocks, notBlocks("10.0.0.0/15", "10.0.0.0/29")},
		"aws:ec2/securityGroup:SecurityGroup": {"description", described, undescribed},
		"aws:cloudwatch/logGroup:LogGroup": {
			// PutRetentionPolicy, retentionInDays; 0 keeps events for ever.
			"retentionInDays",
			[]any{
				0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
			},
			[]any{-1, 2, 4, 6, 8, 13, 31, 364, 366, 730, 3652, 3654},
		},
		"aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": {
			"logDestinationConfigs",
			[]any{
				[]any{"arn:aws:logs:us-east-1:1:log-group:aws-waf-logs-a"},
				[]any{"arn:aws:logs:us-east-1:1:log-group:aws-waf-logs-a:*"},
				[]any{"arn:aws:s3:::aws-waf-logs-a"},
				[]any{"arn:aws:firehose:us-east-1:1:deliverystream/aws-waf-logs-a"},
			},
			[]any{
				[]any{"arn:aws:logs:us-east-1:1:log-group:waf-logs-a"},
				[]any{"arn:aws:s3:::x-aws-waf-logs-a"},
				[]any{"arn:aws:s3:::aws-waf-logs-a", "arn:aws:s3:::other"},
			},
		},
	} {
		for _, value := range bounds.good {
			assert.Empty(t, checked(t, token, object{bounds.property: value}), "%s %v", token, value)
		}
		for _, value := range bounds.wrong {
			assert.Equal(t, bounds.property, checked(t, token, object{bounds.property: value}), "%s %v", token, value)
		}
		assert.Empty(t, checked(t, token, object{}), "%s without %s", token, bounds.property)
	}
}

var (
	blocks    = []any{"10.0.0.0/16", "10.0.0.0/28", "172.31.255.0/24"}
	described = []any{"", "Tasks of web. _-:/()#,@[]+=&;{}!$*", strings.Repeat("a", 255)}

	undescribed = []any{"naïve", "a|b", `a"b`, strings.Repeat("a", 256)}
)

func notBlocks(sizes ...any) []any {
	return append(sizes, "10.0.0.1/24", "10.0.0.0", "fd00::/24", "ten")
}

// TestFargateSizes: the table of task sizes in "Amazon ECS task definition parameters for Fargate".
func TestFargateSizes(t *testing.T) {
	for cpu, sizes := range map[string]struct{ low, high, step int }{
		"512": {1024, 4096, 1024}, "1024": {2048, 8192, 1024}, "2048": {4096, 16384, 1024}, "4096": {8192, 30720, 1024},
		"8192": {16384, 61440, 4096}, "16384": {32768, 122880, 8192},
	} {
		for mib, want := range map[int]string{
			sizes.low: "", sizes.high: "", sizes.low + sizes.step: "", sizes.high - sizes.step: "",
			sizes.low - sizes.step: "memory", sizes.high + sizes.step: "memory",
			sizes.low + 512: "memory", sizes.low + 1: "memory",
		} {
			assert.Equal(t, want, checked(t, fargateTask, sized(cpu, fmt.Sprint(mib))), "cpu %s with %d MiB", cpu, mib)
		}
	}
	for memory, want := range map[string]string{
		"512": "", "1024": "", "2048": "", "256": "memory", "1536": "memory", "3072": "memory", "1 GB": "memory", "": "",
	} {
		assert.Equal(t, want, checked(t, fargateTask, sized("256", memory)), "cpu 256 with %s MiB", memory)
	}
	assert.Equal(t, "memory", checked(t, fargateTask, sized("512", "much")))
	assert.Equal(t, "cpu", checked(t, fargateTask, sized("128", "512")))
	assert.Empty(t, checked(t, fargateTask, sized("", "512")))
	onInstances := sized("128", "300")
	delete(onInstances, "requiresCompatibilities")
	assert.Empty(t, checked(t, fargateTask, onInstances), "instances have other sizes")
}

func port(number int) string { return fmt.Sprintf(`,"portMappings":[{"containerPort":%d}]`, number) }

const fargateTask = "aws:ecs/taskDefinition:TaskDefinition"

func sized(cpu, memory string) object {
	return object{"cpu": cpu, "memory": memory, "requiresCompatibilities": []any{"FARGATE"}}
}

// TestWhatGoesTogether tries inputs that belong together, and combinations with one missing or one too many.
func TestWhatGoesTogether(t *testing.T) {
	const (
		ruleIn   = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
		ruleOut  = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
		function = "aws:lambda/function:Function"
		instance = "aws:rds/instance:Instance"
		group    = "aws:lb/targetGroup:TargetGroup"
		board    = "aws:cloudwatch/dashboard:Dashboard"
	)
	containers := func(text string) object { return object{"memory": "512", "containerDefinitions": text} }
	tmpfs := func(mount string) object {
		return containers(`[{"name":"a","image":"b","linuxParameters":{"tmpfs":[` + mount + `]}}]`)
	}
	disk := func(size int) object {
		task := containers(`[{"name":"a","image":"b"}]`)
		task["ephemeralStorage"] = object{"sizeInGib": size}
		return task
	}
	const mount = `{"sourceVolume":"v","containerPath":"/x"}`
	with := func(setting string) object {
		return object{
			"memory": "512", "containerDefinitions": `[{"name":"a","image":"b",` + setting + `}]`,
			"volumes": []any{object{"name": "v"}},
		}
	}
	const healthy = `,"healthCheck":{"command":["CMD","x"]}`
	beside := func(first, second string) object {
		return object{"cpu": "256", "memory": "512", "containerDefinitions": `[{"name":"a","image":"b"` + first +
			`},{"name":"c","image":"d"` + second + `}]`}
	}
	after := func(name, condition string) string {
		return `,"dependsOn":[{"containerName":"` + name + `","condition":"` + condition + `"}]`
	}
	widget := func(text string) object { return object{"dashboardBody": `{"widgets":[` + text + `]}`} }
	times := func(timeout, interval any) object {
		return object{"healthCheck": object{"timeout": timeout, "interval": interval}}
	}
	for _, tc := range []struct {
		token  string
		inputs object
		want   string
	}{
		{function, object{"code": "c"}, ""},
		{function, object{"imageUri": "i"}, ""},
		{function, object{"s3Bucket": "b"}, ""},
		{function, object{"s3Key": "k"}, "code"},
		{instance, object{"password": "p"}, ""},
		{instance, object{"manageMasterUserPassword": true}, ""},
		{instance, object{"manageMasterUserPassword": false, "password": "p"}, ""},
		{instance, object{"manageMasterUserPassword": true, "password": "p"}, "password"},
		{group, times(4, 5), ""},
		{group, times(5, 5), "healthCheck"},
		{group, times(6, 5), "healthCheck"},
		{group, object{"healthCheck": object{"timeout": 5}}, ""},
		{group, object{"healthCheck": object{"interval": 5}}, ""},
		{fargateTask, containers(`[{"name":"a","image":"b"}]`), ""},
		{fargateTask, containers(`[{"name":"a","image":"b"},{"name":"c","image":"d","essential":false}]`), ""},
		{fargateTask, containers(`[{"name":"a","image":"b","essential":false},{"name":"c","image":"d"}]`), ""},
		{fargateTask, containers(`[{"name":"a","image":"b","essential":false}]`), "containerDefinitions"},
		{fargateTask, containers(`[{"name":"a"}]`), "containerDefinitions"},
		{fargateTask, containers(`[{"image":"b"}]`), "containerDefinitions"},
		{fargateTask, containers(`[]`), "containerDefinitions"},
		{fargateTask, containers(`{`), "containerDefinitions"},
		{fargateTask, tmpfs(`{"containerPath":"/tmp","size":511,"mountOptions":["noexec","nosuid"]}`), ""},
		{fargateTask, tmpfs(`{"containerPath":"/tmp","size":1}`), ""},
		{fargateTask, tmpfs(`{"containerPath":"/tmp","size":0}`), "containerDefinitions"},
		{fargateTask, tmpfs(`{"containerPath":"/tmp","size":512}`), "containerDefinitions"},
		{fargateTask, tmpfs(`{"size":1}`), "containerDefinitions"},
		{fargateTask, tmpfs(`{"containerPath":"/tmp","size":1,"mountOptions":["ro","mode=1777"]}`), "containerDefinitions"},
		{fargateTask, disk(20), "ephemeralStorage"},
		{fargateTask, disk(21), ""},
		{fargateTask, disk(200), ""},
		{fargateTask, disk(201), "ephemeralStorage"},
		{fargateTask, with(`"stopTimeout":120`), ""},
		{fargateTask, with(`"stopTimeout":121`), "containerDefinitions"},
		{fargateTask, with(`"systemControls":[{"namespace":"net.ipv4.ip_unprivileged_port_start","value":"80"}]`), ""},
		{fargateTask, with(`"systemControls":[{"namespace":"kernel.panic","value":"1"}]`), "containerDefinitions"},
		{fargateTask, with(`"mountPoints":[{"sourceVolume":"x","containerPath":"/x"}]`), "containerDefinitions"},
		{fargateTask, with(`"mountPoints":[` + mount + `]`), ""},
		{fargateTask, with(`"mountPoints":[` + mount + `,` + mount + `]`), "containerDefinitions"},
		{fargateTask, with(`"healthCheck":{"command":["CMD-SHELL","x"]}`), ""},
		{fargateTask, with(`"healthCheck":{"command":["/check","x"]}`), "containerDefinitions"},
		{fargateTask, with(`"healthCheck":{"command":["CMD"]}`), "containerDefinitions"},
		{fargateTask, containers(`[{"name":"a","image":"b"},{"name":"a","image":"d"}]`), "containerDefinitions"},
		{fargateTask, beside(`,"memory":256,"cpu":128`, `,"memory":256,"cpu":128`), ""},
		{fargateTask, beside(`,"memory":256`, `,"memory":257`), "containerDefinitions"},
		{fargateTask, beside(`,"cpu":128`, `,"cpu":129`), "containerDefinitions"},
		{fargateTask, beside(`,"memory":6`, ``), ""},
		{fargateTask, beside(`,"memory":5`, ``), "containerDefinitions"},
		{fargateTask, beside(port(80), port(81)), ""},
		{fargateTask, beside(port(80), port(80)), "containerDefinitions"},
		{fargateTask, beside(after("c", "START"), ``), ""},
		{fargateTask, beside(after("x", "START"), ``), "containerDefinitions"},
		{fargateTask, beside(after("c", "READY"), ``), "containerDefinitions"},
		{fargateTask, beside(after("c", "HEALTHY"), healthy), ""},
		{fargateTask, beside(after("c", "HEALTHY"), ``), "containerDefinitions"},
		{fargateTask, beside(after("c", "COMPLETE"), `,"essential":false`), ""},
		{fargateTask, beside(after("c", "SUCCESS"), `,"essential":true`), "containerDefinitions"},
		{fargateTask, beside(after("c", "START"), after("a", "START")), "containerDefinitions"},
		{fargateTask, beside(after("a", "START"), ``), "containerDefinitions"},
		{board, widget(`{"type":"text","x":0,"width":24}`), ""},
		{board, widget(`{"type":"text","x":1,"width":24}`), "dashboardBody"},
		{board, widget(`{"type":"metric","properties":{"region":"r","metrics":[["a","b"]]}}`), ""},
		{board, widget(`{"type":"metric","properties":{"metrics":[["a","b"]]}}`), "dashboardBody"},
		{board, widget(`{"type":"metric","properties":{"region":"r","metrics":[]}}`), "dashboardBody"},
		{board, widget(`{"type":"log","properties":{"region":"r","query":"q"}}`), ""},
		{board, widget(`{"type":"log","properties":{"region":"r"}}`), "dashboardBody"},
		{board, widget(`{"type":"log","properties":{"query":"q"}}`), "dashboardBody"},
		{board, widget(`{"type":"alarm","properties":{"alarms":["a"]}}`), ""},
		{board, widget(`{"type":"alarm"}`), "dashboardBody"},
		{board, widget(`{"type":"text","width":24},{"type":"alarm"}`), "dashboardBody"},
	} {
		assert.Equal(t, tc.want, checked(t, tc.token, tc.inputs), "%s %v", tc.token, tc.inputs)
	}
	peers := []string{"cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"}
	for _, token := range []string{ruleIn, ruleOut} {
		assert.Equal(t, "cidrIpv4", checked(t, token, object{}), "a rule without a peer")
		for _, one := range peers {
			assert.Empty(t, checked(t, token, object{one: "x"}), one)
			for _, other := range peers {
				if other != one {
					assert.Equal(t, "cidrIpv4", checked(t, token, object{one: "x", other: "y"}), "%s and %s", one, other)
				}
			}
		}
	}
}

// TestSettingsOfContainers: API reference of ECS, HealthCheck and SystemControl. A setting of 0 is none.
func TestSettingsOfContainers(t *testing.T) {
	const property = "containerDefinitions"
	with := func(setting string) string {
		return checked(t, fargateTask, object{property: `[{"name":"a","image":"b",` + setting + `}]`})
	}
	for name, bounds := range map[string][2]int{
		"interval": {5, 300}, "timeout": {2, 60}, "retries": {1, 10}, "startPeriod": {0, 300},
	} {
		wants := map[int]string{bounds[0]: "", bounds[1]: "", bounds[0] - 1: property, bounds[1] + 1: property}
		wants[-1], wants[0] = property, ""
		for value, want := range wants {
			got := with(fmt.Sprintf(`"healthCheck":{"command":["CMD","x"],%q:%d}`, name, value))
			assert.Equal(t, want, got, "%s %d", name, value)
		}
	}
	for _, name := range strings.Fields("net.core.somaxconn fs.mqueue.msg_max kernel.msgmax kernel.msgmnb kernel.msgmni " +
		"kernel.sem kernel.shmall kernel.shmmax kernel.shmmni kernel.shm_rmid_forced") {
		of := func(name string) string { return with(`"systemControls":[{"namespace":"` + name + `","value":"1"}]`) }
		assert.Empty(t, of(name), name)
		assert.Equal(t, property, of("x"+name), name)
	}
}

// TestBoundsOfRules is TestBounds for what AWS finds out when it is asked.
func TestBoundsOfRules(t *testing.T) {
	plan := func(rule object) object { return object{"rules": []any{rule}} }
	kept := func(n int, more object) object {
		more["deleteAfter"] = n
		return plan(object{"lifecycle": more, "enableContinuousBackup": len(more) == 1})
	}
	domain := func(n int, cluster object) object {
		inputs := list("vpcOptions.subnetIds")(n)
		inputs["clusterConfig"] = cluster
		return inputs
	}
	lock := func(property string) alone {
		return func(n int) object { return object{property: n} }
	}
	matcher := func(version string) alone {
		return func(n int) object {
			return object{"protocolVersion": version, "healthCheck": object{"matcher": fmt.Sprint(n)}}
		}
	}
	for what, tc := range map[string]struct {
		token       string
		with        alone
		good, wrong []int
	}{
		"a backup's start": {
			resourcetypes.BackupPlan, func(n int) object { return plan(object{"startWindow": n}) }, []int{60}, []int{59},
		},
		"a backup's end": {
			resourcetypes.BackupPlan, func(n int) object { return plan(object{"startWindow": 60, "completionWindow": n}) },
			[]int{120},
			[]int{119},
		},
		"a cold backup's age": {
			resourcetypes.BackupPlan, func(n int) object { return kept(n, object{"coldStorageAfter": 30}) },
			[]int{120},
			[]int{119},
		},
		"a continuous backup's age": {
			resourcetypes.BackupPlan, func(n int) object { return kept(n, object{}) }, []int{1, 35}, []int{36},
		},
		"a lock's grace":      {resourcetypes.BackupVaultLock, lock("changeableForDays"), []int{3, 36500}, []int{2, 36501}},
		"a lock's least days": {resourcetypes.BackupVaultLock, lock("minRetentionDays"), []int{1, 36500}, []int{0, 36501}},
		"a lock's most days": {
			resourcetypes.BackupVaultLock,
			func(n int) object { return object{"minRetentionDays": 7, "maxRetentionDays": n} },
			[]int{7},
			[]int{6},
		},
		"a cache's nodes": {
			resourcetypes.CacheGroup,
			func(n int) object { return object{"automaticFailoverEnabled": true, "numCacheClusters": n} },
			[]int{2},
			[]int{1},
		},
		"a code of gRPC":   {resourcetypes.TargetGroup, matcher("GRPC"), []int{0, 99}, []int{100}},
		"a status of HTTP": {resourcetypes.TargetGroup, matcher("HTTP1"), []int{200}, []int{199}},
		"a domain of one zone": {
			resourcetypes.SearchDomain, func(n int) object { return domain(n, object{}) }, []int{0, 1}, []int{2},
		},
		"a domain of two zones": {
			resourcetypes.SearchDomain, func(n int) object { return domain(n, object{"zoneAwarenessEnabled": true}) },
			[]int{2},
			[]int{1, 3},
		},
		"a domain of three zones": {
			resourcetypes.SearchDomain, func(n int) object {
				return domain(n, object{
					"zoneAwarenessEnabled": true, "zoneAwarenessConfig": object{"availabilityZoneCount": 3},
				})
			},
			[]int{3},
			[]int{2},
		},
	} {
		ruled := func(n int) error {
			call := &catalog.Call{
				World: emptyWorld{}, Op: catalog.Create, Type: catalog.All()[tc.token], Token: tc.token,
				Inputs: resource.NewPropertyMapFromMap(tc.with(n)),
			}
			for _, rule := range call.Type.Rules {
				if err := rule(call); err != nil {
					return err
				}
			}
			return nil
		}
		for _, n := range tc.good {
			assert.NoError(t, ruled(n), "%s: %d", what, n)
		}
		for _, n := range tc.wrong {
			assert.Error(t, ruled(n), "%s: %d", what, n)
		}
	}
}
