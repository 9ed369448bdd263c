package config

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// badProd holds configurations with one error in prod that every other environment accepts.
var badProd = map[string]bad{
	"emulator": {
		edits{"aws.endpoints": `{"ec2": "http://localhost:5000"}`},
		Error{"aws.endpoints", "endpoints of an emulator", "none in prod", "remove them"},
	},
	"single NAT": {
		edits{"network.nat": `"single"`},
		Error{
			"network.nat", `"single"`, "per-az in prod, or none with every endpoint that the workload needs",
			"set per-az: with one gateway the loss of its zone cuts off every zone",
		},
	},
	"buckets that destroy empties": {
		edits{"storage.forceDestroy": `true`},
		Error{"storage.forceDestroy", "true", "false in prod", "set false, so that destroy leaves the objects alone"},
	},
	"database in one zone": {
		edits{"database.multiAz": `false`},
		Error{"database.multiAz", "false", "true in prod", "set true, so that the loss of a zone does not stop the database"},
	},
	"unprotected database": {
		edits{"database.deletionProtection": `false`},
		Error{"database.deletionProtection", "false", "true in prod", "set true, so that no slip deletes the data"},
	},
	"no last snapshot": {
		edits{"database.finalSnapshot": `false`},
		Error{"database.finalSnapshot", "false", "true in prod", "set true, so that the data outlive the instance"},
	},
	"few backups": {
		edits{"database.backupRetentionDays": `6`},
		Error{"database.backupRetentionDays", "6", "7 to 35 in prod", "set 7 or more"},
	},
	"no vault": {
		edits{"backup.enabled": `false`},
		Error{
			"backup.enabled", "false", "true in prod",
			"set true, so that backups outlive the instance and whoever deletes its snapshots",
		},
	},
	"vault that destroy empties": {
		edits{"backup.forceDestroy": `true`},
		Error{"backup.forceDestroy", "true", "false in prod", "set false, so that destroy leaves the recovery points alone"},
	},
	"unprotected load balancer": {
		edits{"loadBalancer.deletionProtection": `false`},
		Error{
			"loadBalancer.deletionProtection", "false", "true in prod",
			"set true, so that no slip takes the public entry point away",
		},
	},
	"smuggled requests": {
		edits{"loadBalancer.desyncMitigation": `"monitor"`},
		Error{
			"loadBalancer.desyncMitigation", `"monitor"`, "defensive or strictest in prod",
			"remove it: monitor lets smuggled requests through to the services",
		},
	},
	"nobody to alert": {
		edits{"monitoring.subscriptions": `[]`},
		Error{
			"monitoring.subscriptions", "nothing", "one subscription or more in prod",
			"add one, such as protocol: email, endpoint: oncall@example.com",
		},
	},
	"one task at least": {
		edits{"services[0].scaling.min": `1`},
		Error{"services[0].scaling.min", "1", "2 or more in prod", moreTasks},
	},
	"one task at night": {
		edits{"services[0].scaling.schedules": `[{"expression": "cron(0 22 * * ? *)", ` + night + `}]`},
		Error{"services[0].scaling.schedules[0].min", "0", "2 or more in prod", moreTasks},
	},
	"image without tag": {
		edits{"services[0].image": `"111111111111.dkr.ecr.eu-west-1.amazonaws.com/web"`},
		Error{"services[0].image", "an image without tag and digest, that is latest", pinned, pinIt},
	},
	"latest image": {
		edits{"services[0].image": `"111111111111.dkr.ecr.eu-west-1.amazonaws.com/web:latest"`},
		Error{"services[0].image", `the moving tag "latest"`, pinned, pinIt},
	},
	"operator's image of a major version": {
		edits{"operator.enabled": "true", "operator.image": `"postgres:17"`},
		Error{
			"operator.image", `the moving tag "17"`, pinned,
			"name the image by digest, such as ...@sha256:<64 hex digits>, or by a full version such as :17.10-bookworm",
		},
	},
	"image of a branch": {
		edits{"services[0].image": `"111111111111.dkr.ecr.eu-west-1.amazonaws.com/web:main"`},
		Error{"services[0].image", `the moving tag "main"`, pinned, pinIt},
	},
	"image of a major version": {
		edits{"services[0].image": `"111111111111.dkr.ecr.eu-west-1.amazonaws.com/web:v1.4"`},
		Error{"services[0].image", `the moving tag "v1.4"`, pinned, pinIt},
	},
	"Spot alone": {
		edits{"services[0].capacity": `{"fargateBase": 1, "spotWeight": 1}`},
		Error{
			"services[0].capacity.fargateBase", "1", "2 or more in prod with a spotWeight",
			"set 2 or more: AWS may stop all Spot tasks at once",
		},
	},
}

const (
	moreTasks = "set 2 or more, so that losing a task or a zone causes no outage"
	pinned    = "in prod a digest, or a tag that names one version for good"
	pinIt     = "name the image by digest, such as ...@sha256:<64 hex digits>, or by a full version such as :1.4.2"
)

func TestBadProd(t *testing.T) {
	for name, test := range badProd {
		t.Run(name, func(t *testing.T) {
			want := test.want
			want.Key = "aws-webapp:" + want.Key
			assert.Equal(t, Errors{&want}, errorsOf(t, prodStack, test.changes))
		})
	}
}

func TestOtherEnvironmentsTakeWhatProdRefuses(t *testing.T) {
	for name, test := range badProd {
		t.Run(name, func(t *testing.T) {
			parse(t, stagingStack, test.changes)
		})
	}
}

// oneTask at creation would also break scaling's bounds, unless these are lowered, too.
var oneTask = edits{"services[0].desiredCount": `1`, "services[0].scaling.min": `1`}

func TestProdWithOneTask(t *testing.T) {
	errs := errorsOf(t, prodStack, oneTask)
	assert.Equal(t, []string{"aws-webapp:services[0].desiredCount", "aws-webapp:services[0].scaling.min"},
		keysOfErrors(errs))
}

func TestProdTakes(t *testing.T) {
	tests := map[string]edits{
		"digest": {
			"services[0].image": `"web:latest@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`,
		},
		"commit":       {"services[0].image": `"registry.example.com:5000/web:3f2a1bc"`},
		"build number": {"services[0].image": `"web:20261124.7"`},
		"no firewall":  {"loadBalancer.waf.enabled": `false`},
		"Spot above the base": {
			"services[0].capacity": `{"fargateBase": 2, "fargateWeight": 0, "spotWeight": 1}`,
		},
		"no NAT with every endpoint": {
			"network.nat":                `"none"`,
			"network.interfaceEndpoints": `["ecr.api", "ecr.dkr", "logs", "ssmmessages", "kms", "sqs"]`,
		},
		"given certificate": {
			"dns": "", "loadBalancer.hostName": `"app.example.com"`, "loadBalancer.certificateArn": `"` + certificate + `"`,
		},
	}
	for name, changes := range tests {
		t.Run(name, func(t *testing.T) {
			parse(t, prodStack, changes)
		})
	}
}

func keysOfErrors(errs Errors) []string {
	keys := make([]string, len(errs))
	for i, found := range errs {
		keys[i] = found.Key
	}
	return keys
}
