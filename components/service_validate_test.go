package components

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestServiceRefusesWhatCannotWork(t *testing.T) {
	tests := map[string]struct {
		change  func(*ServiceArgs)
		message string
	}{
		"no name":             {func(a *ServiceArgs) { a.Name = "" }, `Name is "": allowed are 1 to 24 of a-z, 0-9 and inner hyphens`},
		"upper-case name":     {func(a *ServiceArgs) { a.Name = "Web" }, `Name is "Web"`},
		"name too long":       {func(a *ServiceArgs) { a.Name = "a-service-of-25-letters-xx" }, `Name is "a-service-of-25-letters-xx"`},
		"name ends in hyphen": {func(a *ServiceArgs) { a.Name = "web-" }, `Name is "web-"`},
		"cluster name":        {func(a *ServiceArgs) { a.ClusterName = "" }, "ClusterName is empty"},
		"cluster":             {func(a *ServiceArgs) { a.ClusterARN = nil }, "ClusterARN is missing"},
		"VPC":                 {func(a *ServiceArgs) { a.VPCID = nil }, "VPCID is missing"},
		"subnets":             {func(a *ServiceArgs) { a.SubnetIDs = nil }, "SubnetIDs is missing"},
		"security group":      {func(a *ServiceArgs) { a.SecurityGroupID = nil }, "SecurityGroupID is missing"},
		"load balancer":       {func(a *ServiceArgs) { a.LoadBalancerSuffix = nil }, "LoadBalancerSuffix is missing"},
		"listener":            {func(a *ServiceArgs) { a.HTTPSListenerARN = nil }, "HTTPSListenerARN is missing"},
		"log key":             {func(a *ServiceArgs) { a.Logs.KeyARN = nil }, "Logs.KeyARN is missing"},
		"log prefix":          {func(a *ServiceArgs) { a.Logs.Prefix = "ecs" }, `Logs.Prefix is "ecs": let it begin with a slash`},
		"topic":               {func(a *ServiceArgs) { a.Alarms.TopicARN = nil }, "Alarms.TopicARN is missing"},
		"data key":            {func(a *ServiceArgs) { a.DataKeyARN = nil }, "DataKeyARN is missing"},

		"no image":          {func(a *ServiceArgs) { a.Container.Image = "" }, "Container.Image is empty"},
		"privileged port":   {func(a *ServiceArgs) { a.Container.Port = 80 }, "Container.Port is 80: allowed are 1024 to 65535"},
		"no CPU":            {func(a *ServiceArgs) { a.Container.CPU = 0 }, "Container has 0 CPU units and 1024 MiB"},
		"no /tmp":           {func(a *ServiceArgs) { a.Container.TmpMiB = 0 }, "Container.TmpMiB is 0"},
		"all memory /tmp":   {func(a *ServiceArgs) { a.Container.TmpMiB = 1024 }, "give a size below MemoryMiB, 1024"},
		"no memory":         {func(a *ServiceArgs) { a.Container.MemoryMiB = 0 }, "Container has 512 CPU units and 0 MiB"},
		"architecture":      {func(a *ServiceArgs) { a.Container.Architecture = "arm64" }, `Container.Architecture is "arm64": allowed are X86_64 and ARM64`},
		"root":              {func(a *ServiceArgs) { a.Container.User = "0:0" }, `Container.User is "0:0"`},
		"root by name":      {func(a *ServiceArgs) { a.Container.User = "root" }, `Container.User is "root"`},
		"no user":           {func(a *ServiceArgs) { a.Container.User = "" }, `Container.User is ""`},
		"database variable": {func(a *ServiceArgs) { a.Container.Environment = map[string]string{"PGUSER": "me"} }, "Container sets PGUSER, which the component sets"},
		"bucket variable":   {func(a *ServiceArgs) { a.Container.Environment = map[string]string{"BUCKET_NAME": "b"} }, "Container sets BUCKET_NAME"},
		"database secret": {func(a *ServiceArgs) {
			a.Container.Secrets = map[string]string{"PGPASSWORD": a.Container.Secrets["SIGNING_KEY"]}
		}, "Container sets PGPASSWORD"},
		"variable twice": {func(a *ServiceArgs) { a.Container.Environment = map[string]string{"API_TOKEN": "x"} }, "Container has API_TOKEN in Environment and in Secrets"},
		"secret by name": {func(a *ServiceArgs) { a.Container.Secrets = map[string]string{"KEY": "signing"} }, "Container.Secrets[KEY] is no ARN"},
		"secret of another service": {func(a *ServiceArgs) {
			a.Container.Secrets = map[string]string{"KEY": "arn:aws:s3:::bucket"}
		}, "Container.Secrets[KEY] is no ARN"},

		"database host":     {func(a *ServiceArgs) { a.Database.Host = nil }, "Database is incomplete"},
		"database secretID": {func(a *ServiceArgs) { a.Database.SecretARN = nil }, "Database is incomplete"},
		"database name":     {func(a *ServiceArgs) { a.Database.Name = "" }, "Database is incomplete"},
		"database user":     {func(a *ServiceArgs) { a.Database.Username = "" }, "Database is incomplete"},
		"database port":     {func(a *ServiceArgs) { a.Database.Port = 0 }, "Database.Port is 0: allowed are 1 to 65535"},
		"plain connection":  {func(a *ServiceArgs) { a.Database.SSLMode = "prefer" }, `Database.SSLMode is "prefer": allowed are require and verify-full`},
		"bucket":            {func(a *ServiceArgs) { a.Bucket.Name = "" }, "Bucket.Name is empty"},
		"exec log":          {func(a *ServiceArgs) { a.Exec.LogGroupName = "" }, "Exec is incomplete"},
		"exec key":          {func(a *ServiceArgs) { a.Exec.KeyARN = nil }, "Exec is incomplete"},

		"priority 0":       {func(a *ServiceArgs) { a.Routing.Priority = 0 }, "is 0: allowed are 1 to 25000"},
		"priority high":    {func(a *ServiceArgs) { a.Routing.Priority = 25001 }, "Routing.Priority is 25001"},
		"no route":         {func(a *ServiceArgs) { a.Routing.Paths, a.Routing.Hosts = nil, nil }, "Routing has 0 paths and hosts: give 1 to 5"},
		"too many routes":  {func(a *ServiceArgs) { a.Routing.Paths = []string{"/1", "/2", "/3", "/4"} }, "Routing has 6 paths and hosts"},
		"check path":       {func(a *ServiceArgs) { a.HealthCheck.Path = "health" }, `HealthCheck.Path is "health"`},
		"check matcher":    {func(a *ServiceArgs) { a.HealthCheck.Matcher = "" }, "HealthCheck.Matcher is empty"},
		"check interval":   {func(a *ServiceArgs) { a.HealthCheck.IntervalSeconds = 301 }, "HealthCheck.IntervalSeconds is 301: allowed are 5 to 300"},
		"check timeout":    {func(a *ServiceArgs) { a.HealthCheck.TimeoutSeconds = 1 }, "HealthCheck.TimeoutSeconds is 1: allowed are 2 to 120"},
		"slow check":       {func(a *ServiceArgs) { a.HealthCheck.TimeoutSeconds = 30 }, "HealthCheck.TimeoutSeconds is 30: keep it below the interval of 30"},
		"healthy":          {func(a *ServiceArgs) { a.HealthCheck.HealthyThreshold = 1 }, "HealthCheck.HealthyThreshold is 1: allowed are 2 to 10"},
		"unhealthy":        {func(a *ServiceArgs) { a.HealthCheck.UnhealthyThreshold = 11 }, "HealthCheck.UnhealthyThreshold is 11"},
		"deregistration":   {func(a *ServiceArgs) { a.HealthCheck.DeregistrationDelaySeconds = 3601 }, "HealthCheck.DeregistrationDelaySeconds is 3601"},
		"short slow start": {func(a *ServiceArgs) { a.HealthCheck.SlowStartSeconds = 29 }, "HealthCheck.SlowStartSeconds is 29: allowed are 30 to 900"},

		"controller":      {func(a *ServiceArgs) { a.Deployment.Controller = "canary" }, `Deployment.Controller is "canary": allowed are rolling and blue-green`},
		"maximum":         {func(a *ServiceArgs) { a.Deployment.MaximumPercent = 201 }, "Deployment.MaximumPercent is 201"},
		"minimum":         {func(a *ServiceArgs) { a.Deployment.MinimumHealthyPercent = -1 }, "Deployment.MinimumHealthyPercent is -1"},
		"no room":         {func(a *ServiceArgs) { a.Deployment.MaximumPercent = 100 }, "are both 100: ECS could replace no task"},
		"grace period":    {func(a *ServiceArgs) { a.Deployment.GracePeriodSeconds = -1 }, "Deployment.GracePeriodSeconds is -1"},
		"wait":            {func(a *ServiceArgs) { a.Deployment.WaitMinutes = -1 }, "Deployment.WaitMinutes is -1"},
		"base":            {func(a *ServiceArgs) { a.Capacity.FargateBase = -1 }, "Capacity.FargateBase is -1"},
		"Fargate weight":  {func(a *ServiceArgs) { a.Capacity.FargateWeight = 1001 }, "Capacity.FargateWeight is 1001"},
		"Spot weight":     {func(a *ServiceArgs) { a.Capacity.SpotWeight = -1 }, "Capacity.SpotWeight is -1"},
		"no weight":       {func(a *ServiceArgs) { a.Capacity = ServiceCapacity{FargateBase: 2} }, "Capacity has no weight"},
		"bounds":          {func(a *ServiceArgs) { a.Scaling.Max = 1 }, "Scaling runs from 2 to 1 tasks"},
		"desired":         {func(a *ServiceArgs) { a.DesiredCount = 11 }, "DesiredCount is 11: keep it within Scaling's 2 to 10"},
		"CPU aim":         {func(a *ServiceArgs) { a.Scaling.CPUPercent = 101 }, "Scaling.CPUPercent is 101"},
		"memory aim":      {func(a *ServiceArgs) { a.Scaling.MemoryPercent = -1 }, "Scaling.MemoryPercent is -1"},
		"request aim":     {func(a *ServiceArgs) { a.Scaling.RequestsPerTarget = -1 }, "Scaling.RequestsPerTarget is -1"},
		"cooldown":        {func(a *ServiceArgs) { a.Scaling.ScaleInCooldownSeconds = -1 }, "Scaling has a cooldown below 0"},
		"schedule name":   {func(a *ServiceArgs) { a.Scaling.Schedules = []ServiceSchedule{{Expression: "at(x)", Max: 1}} }, `the name "" empty or twice`},
		"schedule":        {func(a *ServiceArgs) { a.Scaling.Schedules = []ServiceSchedule{{Name: "night", Max: 1}} }, `schedule "night" has no expression`},
		"schedule bounds": {func(a *ServiceArgs) { a.Scaling.Schedules = []ServiceSchedule{{Name: "night", Min: 2, Max: 1}} }, `schedule "night" runs from 2 to 1 tasks`},
		"CPU alarm":       {func(a *ServiceArgs) { a.Alarms.CPUPercent = 0 }, "Alarms.CPUPercent is 0: allowed are 1 to 100"},
		"memory alarm":    {func(a *ServiceArgs) { a.Alarms.MemoryPercent = 101 }, "Alarms.MemoryPercent is 101"},
		"error alarm":     {func(a *ServiceArgs) { a.Alarms.ServerErrors = -1 }, "Alarms.ServerErrors is -1"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			args := testServiceArgs()
			test.change(&args)
			err := refused(t, serviceProgram(&args))
			assert.ErrorContains(t, err, `service "visitor-book"`)
			assert.ErrorContains(t, err, test.message)
		})
	}
}

func TestBlueGreenRefusesWhatCannotWork(t *testing.T) {
	tests := map[string]struct {
		change  func(*ServiceArgs)
		message string
	}{
		"test listener": {func(a *ServiceArgs) { a.TestListenerARN = nil }, "TestListenerARN is missing"},
		"traffic shift": {func(a *ServiceArgs) { a.Deployment.TrafficShift = "" }, "Deployment.TrafficShift is empty"},
		"wait":          {func(a *ServiceArgs) { a.Deployment.TerminationWaitMinutes = 2881 }, "Deployment.TerminationWaitMinutes is 2881: allowed are 0 to 2880"},
		"request aim":   {func(a *ServiceArgs) { a.Scaling.RequestsPerTarget = 100 }, "Scaling.RequestsPerTarget does not go with blue/green"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			args := testBlueGreenArgs()
			test.change(&args)
			assert.ErrorContains(t, refused(t, serviceProgram(&args)), test.message)
		})
	}
}

func TestServiceAcceptsWhatWorks(t *testing.T) {
	plain := testPlainArgs()
	short := testServiceArgs()
	short.Name = "a"
	uid := testServiceArgs()
	uid.Container.User = "1000"
	arns := testServiceArgs()
	arns.Container.Secrets = map[string]string{
		"WHOLE":   "arn:aws:secretsmanager:us-east-1:123456789012:secret:team/signing-AbCdEf",
		"VERSION": "arn:aws:secretsmanager:us-east-1:123456789012:secret:signing-AbCdEf:key:AWSPREVIOUS:",
	}
	for name, args := range map[string]*ServiceArgs{"plain": &plain, "short name": &short, "uid": &uid, "secrets": &arns} {
		t.Run(name, func(t *testing.T) {
			assert.NoError(t, args.validate())
		})
	}
}

func TestServiceSaysEverythingAtOnce(t *testing.T) {
	err := refused(t, serviceProgram(nil))
	for _, message := range []string{"Scope.Project is empty", "Name is", "ClusterARN is missing", "Container.Image is empty", "Routing has 0", "Deployment.Controller is"} {
		assert.ErrorContains(t, err, message)
	}
}
