package config

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What the components ask of a service: each row changes one thing of it.
func TestWhatAServiceAnswers(t *testing.T) {
	type answers struct {
		ports []int
		tmpfs int
		held  bool
		asks  []string
	}
	usual := answers{ports: []int{8000}, tmpfs: 128}
	for name, row := range map[string]struct {
		change func(*Service)
		want   func(*answers)
	}{
		"as it is": {func(*Service) {}, func(*answers) {}},
		"another port": {
			func(s *Service) { s.Port = 9000 }, func(a *answers) { a.ports = []int{9000} },
		},
		"its port to check": {func(s *Service) { s.HealthCheck.Port = 8000 }, func(*answers) {}},
		"another to check": {
			func(s *Service) { s.HealthCheck.Port = 8001 }, func(a *answers) { a.ports = []int{8000, 8001} },
		},
		"a worker": {
			func(s *Service) { s.Kind, s.HealthCheck.Port = Worker, 8001 }, func(a *answers) { a.ports = nil },
		},
		"a large /tmp": {func(s *Service) { s.Tmp.SizeMiB = 500 }, func(a *answers) { a.tmpfs = 500 }},
		"more memory":  {func(s *Service) { s.MemoryMiB = 4096 }, func(a *answers) { a.tmpfs = 512 }},
		"blue/green":   {func(s *Service) { s.Deployment.Controller = BlueGreen }, func(a *answers) { a.held = true }},
		"after another": {
			func(s *Service) { s.Deployment.After = []string{"api"} }, func(a *answers) { a.held = true },
		},
		"a migration": {
			func(s *Service) { s.Deployment.Migration.Command = []string{"m"} }, func(a *answers) { a.held = true },
		},
		"the database": {
			func(s *Service) { s.DatabaseAccess = true }, func(a *answers) { a.asks = []string{"databaseAccess"} },
		},
		"the cache": {func(s *Service) { s.CacheAccess = true }, func(a *answers) { a.asks = []string{"cacheAccess"} }},
		"the bucket": {
			func(s *Service) { s.BucketAccess = BucketRead }, func(a *answers) { a.asks = []string{"bucketAccess"} },
		},
	} {
		s, want := DefaultService(), usual
		row.change(&s)
		row.want(&want)
		got := answers{ports: s.Ports(), tmpfs: s.Tmpfs(), held: s.Held()}
		for _, access := range Accesses {
			if s.Asks(access.Key) {
				got.asks = append(got.asks, access.Key)
			}
			assert.Equal(t, s.Asks(access.Key), access.Given(&s), "%s: %s", name, access.Key)
		}
		assert.Equal(t, want, got, name)
	}
}

// What only the version asks for that still runs is given, too.
func TestWhatTheVersionBeforeAsksForIsGiven(t *testing.T) {
	for key, previous := range map[string]Previous{
		"": {BucketAccess: BucketNone}, "databaseAccess": {BucketAccess: BucketNone, DatabaseAccess: true},
		"cacheAccess": {BucketAccess: BucketNone, CacheAccess: true}, "bucketAccess": {BucketAccess: BucketReadWrite},
	} {
		s := DefaultService()
		s.Previous = previous
		for _, access := range Accesses {
			assert.Equal(t, access.Key == key, previous.Asks(access.Key), access.Key)
			assert.Equal(t, access.Key == key, access.Given(&s), access.Key)
			assert.False(t, s.Asks(access.Key))
		}
		c := &Config{Services: []Service{s}}
		assert.Equal(t, key == "cacheAccess", len(c.CacheUsers()) == 1, key)
	}
	variables := map[string][]string{}
	for _, access := range Accesses {
		assert.NotEmpty(t, access.Part)
		variables[access.Key] = access.Variables
	}
	assert.Equal(t, map[string][]string{
		"databaseAccess": {"DATABASE_URL", "PGUSER", "PGPASSWORD"},
		"cacheAccess":    {"CACHE_HOST", "CACHE_PORT", "CACHE_TLS", "CACHE_NAME", "CACHE_USER"},
		"bucketAccess":   {"BUCKET_NAME"},
	}, variables, "applications read these names")
}

// What the components ask of a stack.
func TestWhatAStackAnswers(t *testing.T) {
	c := parse(t, stagingStack, queued(edits{"services[0].calls": `["mailer"]`}))
	assert.Equal(t, "app.example.com", c.ClientHost())
	assert.Equal(t, "lb.example.com", (&Config{LoadBalancer: LoadBalancer{HostName: "lb.example.com"}}).ClientHost())
	assert.Equal(t, []string{"mailer"}, c.Queues(c.Units()[0]), "it calls the worker")
	assert.Equal(t, []string{"mailer"}, c.Queues(c.Units()[1]), "its own")
	c.Services[0].Calls = nil
	assert.Empty(t, c.Queues(c.Units()[0]))
	c.Services[1].Queue.Enabled = false
	assert.Empty(t, c.Queues(c.Units()[1]))

	assert.False(t, c.TriesVersions())
	c.Services[1].Deployment.TestPaths = []string{"/"}
	assert.True(t, c.TriesVersions())

	d := Delivery{Staging: Target{Stack: "a"}, Production: Target{Stack: "b"}}
	assert.Equal(t, []Target{d.Staging, d.Production}, d.Targets(), "staging comes first")
}

// Layers of images that are not in ECR lie in buckets of Docker Hub's and others'.
func TestWhoseImagesNeedABucket(t *testing.T) {
	const ours = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/web:1.4.2"
	for name, row := range map[string]struct {
		change func(*Config)
		want   []string
	}{
		"all in ECR":        {func(*Config) {}, nil},
		"one elsewhere":     {func(c *Config) { c.Services[0].Image = "nginx:1.27.3" }, []string{anyBucket}},
		"one before":        {func(c *Config) { c.Services[0].Previous.Image = "nginx:1.27.3" }, []string{anyBucket}},
		"one in ECR before": {func(c *Config) { c.Services[0].Previous.Image = ours }, nil},
		"the operator's": {
			func(c *Config) { c.Operator.Enabled, c.Operator.Image = true, "postgres:17.5-bookworm" }, []string{anyBucket},
		},
		"the operator's in ECR": {func(c *Config) { c.Operator.Enabled, c.Operator.Image = true, ours }, nil},
		"no operator":           {func(c *Config) { c.Operator.Image = "postgres:17.5-bookworm" }, nil},
		"named": {
			func(c *Config) { c.Services[0].Image, c.Network.ReadableBuckets = "nginx:1.27.3", []string{"a"} }, []string{"a"},
		},
	} {
		c := &Config{Services: []Service{{}}}
		c.Services[0].Image = ours
		row.change(c)
		assert.Equal(t, row.want, c.ReadableBuckets(), name)
	}
}

// A cache whose version goes down would be replaced, and thus emptied.
func TestVersionsOfACacheThatIsThere(t *testing.T) {
	for _, row := range []struct {
		running, wanted string
		step            VersionStep
	}{
		{"", "8.1", VersionStays},
		{"8.1", "8.1", VersionStays},
		{"8.1.0", "8.1", VersionStays},
		{"8.0", "8.1", VersionRaised},
		{"8.2", "8.1", VersionIgnored},
		{"7.2", "8.0", VersionRaised},
	} {
		assert.Equal(t, row.step, (&Cache{EngineVersion: row.wanted}).StepFrom(row.running), row)
	}
}

func TestWhenAScheduleFiresNext(t *testing.T) {
	at := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	for _, row := range []struct{ expression, zone, want string }{
		{"cron(0 22 * * ? *)", "UTC", "2026-11-30T22:00:00Z"},
		{"cron(0 22 * * ? *)", "Europe/Berlin", "2026-11-30T21:00:00Z"},
		{"at(2026-12-01T00:00:00)", "UTC", "2026-12-01T00:00:00Z"},
		{"at(2025-12-01T00:00:00)", "UTC", ""},
		{"sometimes", "UTC", ""},
		{"cron(0 22 * * ? *)", "Mars/Olympus", ""},
	} {
		next, fires := (&Schedule{Expression: row.expression, Timezone: row.zone}).Next(at)
		assert.Equal(t, row.want != "", fires, row)
		if fires {
			assert.Equal(t, row.want, next.UTC().Format(time.RFC3339), row)
		}
	}
}

// Codes of gRPC, alone, in a list and as a range.
func TestMatchersOfGRPC(t *testing.T) {
	for text, good := range map[string]bool{
		"0": true, "99": true, "0,1": true, "0-5": true, "5-5": true, "0-5,12": true,
		"": false, "100": false, "0-100": false, "5-0": false, "-1": false, "01": false, "0-05": false, "a": false,
		"0,": false, "0-a": false, "+1": false,
	} {
		assert.Equal(t, good, isGRPCMatcher(text), text)
	}
}

// Services that wait for each other are found whatever else they wait for.
func TestWaysBetweenServices(t *testing.T) {
	before := map[string][]string{"a": {"d", "b"}, "b": {"c"}, "c": {"b", "a"}, "d": nil}
	assert.Equal(t, []string{"b", "c", "a"}, wayTo(before, "b", "a", nil))
	assert.Nil(t, wayTo(before, "d", "a", nil))
	assert.Nil(t, wayTo(map[string][]string{"b": {"c"}, "c": {"b"}}, "b", "a", nil), "a circle of others")
	assert.Equal(t, []string{"a"}, wayTo(before, "a", "a", nil))
	c := &Config{Services: []Service{
		{Name: "a", Deployment: Deployment{After: []string{"c"}}},
		{Name: "b"},
		{Name: "c", Deployment: Deployment{After: []string{"b"}}},
	}}
	assert.Equal(t, []int{1, 2, 0}, c.InOrder())
}

func TestFoldersThatCannotBeSearched(t *testing.T) {
	c := Defaults()
	require.ErrorContains(t, CheckSiblings("[", project, "prod", &c), "look for other stack files")
}

// Room for shards, when there is none.
func TestShardsThatFitNowhere(t *testing.T) {
	search := LogSearch{InstanceType: "r6g.large.search", InstanceCount: 1, RetentionDays: 30}
	assert.Zero(t, search.mostDays(1000))
	assert.Equal(t, IndexMonth, search.IndexPeriod(1000))
	for size, want := range map[string]float64{
		"micro": 0.125, "small": 0.25, "medium": 0.5, "large": 1, "xlarge": 2, "2xlarge": 4, "12xlarge": 24, "nxlarge": 2,
	} {
		assert.InDelta(t, want, sizeFactor(size), 0, size)
	}
}

// In prod a worker has two tasks, or the stack file says why one will do; a web service has no such choice.
func TestFewTasksOfAWorkerInProd(t *testing.T) {
	const reason = `"it is only a demo"`
	one := worker(edits{"services[1].scaling.min": "1"})
	assert.Equal(t, Errors{{
		Key: "aws-webapp:services[1].scaling.min", Found: "1", Allowed: "2 or more in prod, or a oneTaskReason",
		Fix: "set 2 or more, or say in oneTaskReason why the work may wait while the only task is replaced",
	}}, errorsOf(t, prodStack, one))
	one["services[1].oneTaskReason"] = reason
	parse(t, prodStack, one)
	parse(t, stagingStack, worker(edits{"services[1].scaling.min": "1"}))
	assert.Equal(t, []string{"aws-webapp:services[0].oneTaskReason", "aws-webapp:services[0].scaling.min"},
		keysOfErrors(errorsOf(t, prodStack, edits{
			"services[0].scaling.min": "1", "services[0].oneTaskReason": reason,
		}).Sorted()))
}

// Where nobody but named networks gets in, the probe is a neighbour of the load balancer, or comes by the NAT gateways.
func TestWhereTheProbeAsksFrom(t *testing.T) {
	for name, row := range map[string]struct {
		probe  bool
		kind   ServiceKind
		nat    NAT
		scheme Scheme
		from   []string
		want   ProbePlace
	}{
		"everybody":        {true, Web, NATNone, InternetFacing, []string{"10.0.0.0/8", everybody}, ProbeOutside},
		"some":             {true, Web, NATSingle, InternetFacing, []string{"198.51.100.0/24"}, ProbeInside},
		"some without NAT": {true, Web, NATNone, InternetFacing, []string{"198.51.100.0/24"}, ProbeNowhere},
		"a list alone":     {true, Web, NATPerAZ, InternetFacing, nil, ProbeInside},
		"internal":         {true, Web, NATNone, SchemeInternal, []string{"10.0.0.0/8"}, ProbeInside},
		"not wanted":       {false, Web, NATNone, InternetFacing, []string{everybody}, ProbeNowhere},
		"workers alone":    {true, Worker, NATSingle, SchemeInternal, []string{"10.0.0.0/8"}, ProbeNowhere},
	} {
		c := &Config{Services: []Service{{Kind: row.kind}}, Monitoring: Monitoring{Probe: row.probe}}
		c.Network.NAT, c.LoadBalancer.Scheme, c.LoadBalancer.IngressCIDRs = row.nat, row.scheme, row.from
		assert.Equal(t, row.want, c.ProbeFrom(), name)
		assert.Equal(t, row.want == ProbeInside && row.scheme != SchemeInternal, c.CallersByNAT(), name)
	}
	for name, row := range map[string]struct {
		balancer LoadBalancer
		want     bool
	}{
		"everybody":    {LoadBalancer{Scheme: InternetFacing, IngressCIDRs: []string{everybody}}, false},
		"some":         {LoadBalancer{Scheme: InternetFacing, IngressCIDRs: []string{"198.51.100.0/24"}}, false},
		"a list alone": {LoadBalancer{Scheme: InternetFacing, IngressPrefixLists: []string{"pl-3b927c52"}}, true},
		"internal":     {LoadBalancer{Scheme: SchemeInternal, IngressCIDRs: []string{"10.0.0.0/8"}}, true},
	} {
		assert.Equal(t, row.want, row.balancer.Secluded(), name)
	}
}
