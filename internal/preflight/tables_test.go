package preflight

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/awsdata/images"
	"aws-webapp/internal/awsdata/quotas"
	"aws-webapp/internal/config"
	"aws-webapp/internal/outcome"
)

// Whatever a stack protects, preflight knows the keys that unprotect it, and configuration knows those keys.
func TestWhatStacksProtectCanBeUnprotected(t *testing.T) {
	reference, err := os.ReadFile(filepath.Join("..", "..", "docs", "config.md"))
	require.NoError(t, err)
	for stack, keys := range map[string]map[string]string{"prod": workloadKeys, "delivery": deliveryKeys} {
		graph, err := os.ReadFile(filepath.Join("..", "..", "tests", "stack", "testdata", stack+".graph"))
		require.NoError(t, err)
		protected := map[string]bool{}
		for resource := range strings.SplitSeq(string(graph), "\n\n") {
			if kind, _, _ := strings.Cut(resource, " "); strings.Contains(resource, "option protect = true") {
				protected[kind] = true
			}
		}
		if stack == "prod" { // children of awsx, whose options no graph has
			protected["aws:ec2/vpc:Vpc"], protected["aws:ec2/subnet:Subnet"] = true, true
			// The stack file of prod has no file system; TestFileSystem of components sees it protected.
			protected["aws:efs/fileSystem:FileSystem"] = true
		}
		assert.ElementsMatch(t, slices.Collect(maps.Keys(protected)), slices.Collect(maps.Keys(keys)), stack)
		for kind, text := range keys {
			p := &Preflight{Protected: map[string][]string{kind: {"it"}}}
			findings, err := p.judgeState(keys)
			require.NoError(t, err)
			assert.Equal(t, "set "+text+", then pulumi up, then destroy", findings[0].Fix)
			for step := range strings.SplitSeq(text, " and ") {
				key, value, found := strings.Cut(step, " to ")
				require.True(t, found, text)
				assert.Contains(t, string(reference), "`"+key+"`", kind)
				assert.Contains(t, []string{"true", "false", string(config.Staging)}, value, kind)
			}
		}
	}
}

// Each limit that a service tells counts, and each quota: with none of it left, an up is blocked.
func TestEveryLimitCounts(t *testing.T) {
	blocked := func(t *testing.T, a *account) []string {
		report, err := a.flight(t, func(c *config.Config) {
			c.Cache.Enabled, c.Services[0].Capacity.SpotWeight = true, 1
		}).Up(t.Context())
		require.NoError(t, err)
		var found []string
		for _, finding := range notOK(report) {
			assert.Equal(t, outcome.Blocked, finding.status)
			found = append(found, finding.check)
		}
		return found
	}
	for limit, quota := range map[string]string{
		"application-load-balancers":                  "load balancers",
		"target-groups":                               "target groups",
		"target-groups-per-application-load-balancer": "target groups of a load balancer",
		"rules-per-application-load-balancer":         "rules of a load balancer",
		"targets-per-application-load-balancer":       "targets of a load balancer",
	} {
		a := newAccount()
		a.limits[limit] = "0"
		assert.Equal(t, []string{"quota: " + quota}, blocked(t, a), limit)
	}
	for _, quota := range []quotas.Quota{
		quotas.VPCs, quotas.InternetGateways, quotas.Addresses, quotas.NATGateways, quotas.InterfaceEndpoints,
		quotas.SecurityGroups, quotas.GroupRules, quotas.FargateCPU, quotas.FargateSpotCPU, quotas.Keys, cacheNodes,
	} {
		a := newAccount()
		a.quotas[quota.Code] = 0
		assert.Equal(t, []string{"quota: " + quota.Name}, blocked(t, a), quota.Code)
	}
	for limit, quota := range map[string]string{
		"DBInstances": "database instances", "AllocatedStorage": "database storage, GiB",
		"DBParameterGroups": "database parameter groups", "DBSubnetGroups": "database subnet groups",
	} {
		a := newAccount()
		a.rdsQuotas[limit] = [2]int64{9, 9}
		assert.Equal(t, []string{"quota: " + quota}, blocked(t, a), limit)
	}
}

// What a stack takes of a limit may be the last of it.
func TestTheLastOfALimitIsEnough(t *testing.T) {
	a := newAccount()
	a.limits["application-load-balancers"], a.balancers = "2", []string{"arn:1"}
	a.limits["target-groups"], a.targetGroups = "5", 3
	a.limits["targets-per-application-load-balancer"] = "20"
	a.rdsQuotas["DBInstances"], a.rdsQuotas["AllocatedStorage"] = [2]int64{39, 40}, [2]int64{800, 1000}
	a.summary["Roles"], a.logPolicies = 986, 8
	report, err := a.flight(t, nil).Up(t.Context())
	require.NoError(t, err)
	assert.Empty(t, notOK(report))

	a.logPolicies, a.targetGroups = 9, 4
	report, err = a.flight(t, nil).Up(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 2, report.Count(outcome.Blocked), notOK(report))
}

func TestEveryServiceLinkedRoleIsLookedFor(t *testing.T) {
	for name := range newAccount().roles {
		a := newAccount()
		delete(a.roles, name)
		report, err := a.flight(t, nil).Up(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []row{{
			"service-linked roles", outcome.Warning, "do not exist yet: " + name, "",
			"nothing if the caller has iam:CreateServiceLinkedRole: AWS makes them on first use",
		}}, notOK(report))
	}
}

// Each feature of a stack takes security groups, roles and log policies of its own.
func TestWhatFeaturesNeed(t *testing.T) {
	type count struct{ groups, roles, logPolicies, endpoints int }
	of := func(change func(*config.Config)) count {
		c := &config.Config{}
		change(c)
		n := needsOf(c)
		return count{n.securityGroups, n.roles, n.logPolicies, n.interfaceEndpoints}
	}
	assert.Equal(t, count{2, 2, 0, 0}, of(func(*config.Config) {}), "load balancer and database; flow logs and monitoring")
	for name, row := range map[string]struct {
		change func(*config.Config)
		more   count
	}{
		"backups": {func(c *config.Config) { c.Backup.Enabled = true }, count{roles: 1}},
		"probe":   {func(c *config.Config) { c.Monitoring.Probe = true }, count{roles: 1}},
		"a service and a probe inside": {
			func(c *config.Config) {
				c.Services, c.Monitoring.Probe = []config.Service{{Kind: config.Web}}, true
				c.LoadBalancer.Scheme = config.SchemeInternal
			},
			count{groups: 2, roles: 3},
		},
		"firewall": {func(c *config.Config) { c.LoadBalancer.WAF.Enabled = true }, count{logPolicies: 1}},
		"trail":    {func(c *config.Config) { c.AuditTrail.Enabled = true }, count{roles: 1}},
		"recorder": {func(c *config.Config) { c.AccountBaseline.ConfigRecorder = true }, count{}},
		"its role": {func(c *config.Config) { c.AccountBaseline.ConfigServiceLinkedRole = true }, count{}},
		"both": {func(c *config.Config) {
			c.AccountBaseline.ConfigRecorder, c.AccountBaseline.ConfigServiceLinkedRole = true, true
		}, count{roles: 1}},
		"endpoints": {
			func(c *config.Config) { c.Network.InterfaceEndpoints = []string{"logs", "ecr.api"} },
			count{groups: 1, endpoints: 2},
		},
		"search": {func(c *config.Config) { c.LogSearch.Enabled = true }, count{groups: 2, roles: 2, logPolicies: 1}},
		"search's role": {
			func(c *config.Config) { c.LogSearch.Enabled, c.LogSearch.ServiceLinkedRole = true, true },
			count{groups: 2, roles: 3, logPolicies: 1},
		},
		"a role without search": {func(c *config.Config) { c.LogSearch.ServiceLinkedRole = true }, count{}},
		"a service": {
			func(c *config.Config) { c.Services = make([]config.Service, 1) }, count{groups: 1, roles: 2},
		},
		"one with a database": {
			func(c *config.Config) {
				reader := config.Service{Container: config.Container{DatabaseAccess: true}}
				c.Services = []config.Service{reader, reader}
			},
			count{groups: 2, roles: 5},
		},
		"one that CodeDeploy deploys": {
			func(c *config.Config) {
				c.Services = []config.Service{{Deployment: config.Deployment{Controller: config.BlueGreen}}}
			},
			count{groups: 1, roles: 3},
		},
		"a job": {func(c *config.Config) { c.Jobs = make([]config.Job, 1) }, count{groups: 1, roles: 2}},
		"a job that Scheduler starts": {
			func(c *config.Config) { c.Jobs = []config.Job{{Schedule: "rate(1 day)"}} }, count{groups: 1, roles: 3},
		},
	} {
		want := count{2 + row.more.groups, 2 + row.more.roles, row.more.logPolicies, row.more.endpoints}
		assert.Equal(t, want, of(row.change), name)
	}
}

// The rules of the load balancer's group: each address twice, and the test listener's.
func TestRulesOfTheLoadBalancersGroup(t *testing.T) {
	open := config.Config{LoadBalancer: config.LoadBalancer{
		IngressCIDRs: []string{"a", "b"}, TestIngressCIDRs: []string{"c"},
	}}
	assert.Equal(t, 4, needsOf(&open).securityGroupRules, "nobody tries versions")
	open.Services = []config.Service{{Deployment: config.Deployment{Controller: config.BlueGreen}}}
	assert.Equal(t, 5, needsOf(&open).securityGroupRules)
	assert.Equal(t, 2, needsOf(&open).targetGroups)
	assert.Equal(t, 2, needsOf(&open).balancerRules)
	open.Services = make([]config.Service, 7)
	assert.Equal(t, 7, needsOf(&open).securityGroupRules, "a rule towards each service")
	assert.Equal(t, 7, needsOf(&open).targetGroups)
	assert.Equal(t, 14, needsOf(&open).balancerRules)
	called := config.Config{Services: []config.Service{{Name: "called", Kind: config.Internal, Port: 8000}}}
	for range 9 {
		called.Services = append(called.Services, config.Service{
			Kind: config.Worker, Container: config.Container{Calls: []string{"called"}},
		})
	}
	assert.Equal(t, 9, needsOf(&called).securityGroupRules, "a rule of an internal service from each that calls it")
	caller := config.Service{Kind: config.Worker, Container: config.Container{Egress: make([]config.Egress, 2)}}
	called = config.Config{}
	for _, name := range []string{"a", "b", "c"} {
		caller.Calls = append(caller.Calls, name)
		called.Services = append(called.Services, config.Service{Name: name, Kind: config.Internal, Port: 8000})
	}
	called.Services = append(called.Services, caller)
	assert.Equal(t, 6, needsOf(&called).securityGroupRules, "the ways out of a service: HTTPS, and each that it asks for")
	files := config.Config{FileSystems: make([]config.FileSystem, 2)}
	assert.Equal(t, needsOf(&config.Config{}).securityGroups+2, needsOf(&files).securityGroups, "one of each file system")
	media := config.Container{FileSystems: []config.FileMount{{Name: "media"}, {Name: "scratch"}}}
	files.Services = []config.Service{{Kind: config.Worker, Container: media}}
	assert.Equal(t, 3, needsOf(&files).securityGroupRules, "the ways out of a service: HTTPS, and two file systems")
	for range 4 {
		files.Jobs = append(files.Jobs, config.Job{Container: media})
	}
	assert.Equal(t, 5, needsOf(&files).securityGroupRules, "a rule of a file system from each that mounts it")
	reader := config.Container{DatabaseAccess: true}
	read := config.Config{Services: []config.Service{{Kind: config.Worker, Container: reader}}}
	assert.Equal(t, 2, needsOf(&read).securityGroupRules, "the ways out of a service: HTTPS, and the database")
	read.Jobs = []config.Job{{Container: reader}, {Container: reader}}
	assert.Equal(t, 3, needsOf(&read).securityGroupRules, "a rule of the database from each that uses it")
	read.Jobs[0].Egress = make([]config.Egress, 4)
	assert.Equal(t, 6, needsOf(&read).securityGroupRules, "the ways out of a job: its own, HTTPS, the database")
	for nat, gateways := range map[config.NAT]int{config.NATNone: 0, config.NATSingle: 1, config.NATPerAZ: 3} {
		c := &config.Config{Network: config.Network{NAT: nat, AvailabilityZoneCount: 3}}
		assert.Equal(t, gateways, needsOf(c).gateways, nat)
	}
}

// Each is an interface that a service of AWS made, by its type or by how AWS describes it.
func TestInterfacesOfServicesAreNoStrangers(t *testing.T) {
	for _, description := range []string{
		"ELB app/web/1", "RDSNetworkInterface", "ES 222222222222:prod-search", "arn:aws:ecs:us-east-1:1:attachment/1",
		"Interface for NAT Gateway nat-1", "VPC Endpoint Interface vpce-1", "AWS Lambda VPC ENI-relay",
	} {
		assert.True(t, ofService(&ec2types.NetworkInterface{Description: aws.String(description)}), description)
		stranger := &ec2types.NetworkInterface{Description: aws.String("my " + description)}
		assert.False(t, ofService(stranger), "an interface of mine")
		stranger.InterfaceType = ec2types.NetworkInterfaceTypeInterface
		assert.False(t, ofService(stranger))
	}
	assert.True(t, ofService(&ec2types.NetworkInterface{InterfaceType: ec2types.NetworkInterfaceTypeVpcEndpoint}))
}

// Interfaces are shown by what people know of them.
func TestInterfacesAreDescribed(t *testing.T) {
	one := &ec2types.NetworkInterface{NetworkInterfaceId: aws.String("eni-1")}
	assert.Equal(t, "eni-1", describeInterface(one))
	one.Attachment = &ec2types.NetworkInterfaceAttachment{}
	assert.Equal(t, "eni-1", describeInterface(one))
	one.Description = aws.String("bastion")
	assert.Equal(t, "eni-1 (bastion)", describeInterface(one))
	one.Attachment.InstanceId = aws.String("i-1")
	assert.Equal(t, "eni-1 of instance i-1", describeInterface(one))
	assert.Equal(t, "web", balancerName("arn:aws:elasticloadbalancing:r:1:loadbalancer/app/web/1"))
	assert.Equal(t, "loadbalancer/app", balancerName("loadbalancer/app"))
}

// The registries of ECR, by the documents of AWS, and others.
func TestImagesInECR(t *testing.T) {
	p := &Preflight{}
	digest := "sha256:" + strings.Repeat("a", 64)
	for image, want := range map[string][4]string{ // region, account, repository, tag or digest
		"222222222222.dkr.ecr.eu-west-1.amazonaws.com/web":               {"eu-west-1", "222222222222", "web", "latest"},
		"222222222222.dkr.ecr.eu-west-1.amazonaws.com/team/web:1.2":      {"eu-west-1", "222222222222", "team/web", "1.2"},
		"222222222222.dkr.ecr.us-east-1.amazonaws.com/web:1@" + digest:   {"us-east-1", "222222222222", "web", digest},
		"222222222222.dkr.ecr-fips.us-gov-west-1.amazonaws.com/web:1":    {"us-gov-west-1", "222222222222", "web", "1"},
		"222222222222.dkr.ecr.cn-north-1.amazonaws.com.cn/web:1":         {"cn-north-1", "222222222222", "web", "1"},
		"222222222222.dkr-ecr.eu-west-1.on.aws/web:1":                    {"eu-west-1", "222222222222", "web", "1"},
		"public.ecr.aws/nginx/nginx:1":                                   {},
		"22222222222.dkr.ecr.eu-west-1.amazonaws.com/web":                {},
		"x.222222222222.dkr.ecr.eu-west-1.amazonaws.com/web":             {},
		"222222222222.dkr.ecr.eu-west-1.amazonaws.com.example.org/web:1": {},
		"nginx":        {},
		"Not An Image": {},
	} {
		found, in := p.stored(image)
		assert.Equal(t, want[0] != "", in, image)
		asked := ""
		if in {
			asked = found.client.Options().Region
		}
		assert.Equal(t, want[:3], []string{asked, found.account, found.repository}, image)
		assert.Equal(t, want[3], aws.ToString(found.id.ImageTag)+aws.ToString(found.id.ImageDigest), image)
	}
	assert.Equal(t, "web@sha256:aaaaaaaaaaaa", images.Short("222222222222.dkr.ecr.eu-west-1.amazonaws.com/web@"+digest))
	assert.Equal(t, "web@sha256:a", images.Short("web@sha256:a"))
}

// Who asks: the account's partition stands in the caller's ARN.
func TestPartitions(t *testing.T) {
	for arn, want := range map[string]string{
		"arn:aws:sts::1:assumed-role/deploy/ci": "aws", "arn:aws-cn:iam::1:user/ci": "aws-cn", "": "aws", "arn:": "aws",
		"arn:aws-us-gov": "aws-us-gov", "arn": "aws",
	} {
		assert.Equal(t, want, partitionOf(arn))
	}
}

// Every VPC of the stack's tags is asked for strangers, and no other.
func TestAllVPCsOfTheStackCount(t *testing.T) {
	a := newDoomed()
	awsfake.Answer(a.Cloud, func(in *ec2.DescribeVpcsInput) (*ec2.DescribeVpcsOutput, error) {
		own, err := stacks(in.Filters, []ec2types.Vpc{{VpcId: aws.String("vpc-own")}, {VpcId: aws.String("vpc-more")}})
		return &ec2.DescribeVpcsOutput{Vpcs: own}, err
	})
	a.Demand("DescribeNetworkInterfaces", `"Filters":[{"Name":"vpc-id","Values":["vpc-own","vpc-more"]}]`)
	flight := a.flight(t, unprotected)
	flight.Protected = map[string][]string{}
	report, err := flight.Destroy(t.Context())
	require.NoError(t, err)
	assert.Empty(t, notOK(report))
	assert.Regexp(t, regexp.MustCompile(`^found nothing that would stop it \(\d+ ok\)$`), report.summary())
}
