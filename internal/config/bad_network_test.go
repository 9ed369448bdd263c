package config

import (
	"fmt"
	"strings"
)

const tagCharacters = "letters, digits, spaces and _ . : / = + - @"

var badAccounts = map[string]bad{
	"unknown environment": {
		edits{"environment": `production`},
		Error{"environment", `"production"`, "dev, staging, prod", "set one of them"},
	},
	"misspelt environment": {
		edits{"environment": `stagging`},
		Error{"environment", `"stagging"`, "dev, staging, prod", `did you mean "staging"?`},
	},
	"region of another cloud": {
		edits{"aws.region": `"westeurope"`},
		Error{"aws.region", `"westeurope"`, "a region of the partition aws", "write it like us-east-1"},
	},
	"region of another partition": {
		edits{"aws.region": `"cn-north-1"`},
		Error{
			"aws.region", `"cn-north-1", but it is of AWS in China (aws-cn), which the program does not support`,
			"a region of the partition aws", "write it like us-east-1",
		},
	},
	"repository as a browser shows it": {
		edits{"tags.repository": `"https://github.com/example/web"`},
		Error{
			"tags.repository", `"https://github.com/example/web"`,
			"host and path of the repository, without https://", "write it like github.com/example/web",
		},
	},
	"no account": {
		edits{"aws.allowedAccountIds": `[]`},
		Error{"aws.allowedAccountIds", "0 entries", "1 or more", "add or remove entries"},
	},
	"short account id": {
		edits{"aws.allowedAccountIds": `["11111111111"]`},
		Error{
			"aws.allowedAccountIds[0]", `"11111111111"`, "the 12 digits of an account, in quotes",
			`write it like "123456789012"`,
		},
	},
	"endpoint that is no URL": {
		edits{"aws.endpoints": `{"ec2": "localhost:5000"}`},
		Error{
			"aws.endpoints.ec2", `"localhost:5000"`, "an http:// or https:// URL without user and password",
			"write it like http://localhost:5000",
		},
	},
	"too many retries": {
		edits{"aws.maxRetries": `1000`},
		Error{"aws.maxRetries", "1000", "0 to 100", "set a number in that range"},
	},
	"standards without a recorder": {
		edits{"accountBaseline.securityHub": `true`},
		Error{
			"accountBaseline.securityHub", "true", "true with accountBaseline.configRecorder alone",
			"set configRecorder to true: the standards judge what it records",
		},
	},
	"recorder without a trail": {
		edits{"accountBaseline.configRecorder": `true`, "auditTrail.enabled": `false`},
		Error{
			"accountBaseline.configRecorder", "true", "true with auditTrail.enabled alone",
			"set auditTrail.enabled to true: the recorder keeps its history in the trail's bucket",
		},
	},
	"evidence for too short a time": {
		edits{"auditTrail.bucketDays": `30`},
		Error{"auditTrail.bucketDays", "30", "90 to 3650", "set a number in that range"},
	},
	"odd nodes over two zones": {
		edits{"logSearch.instanceCount": `3`},
		Error{
			"logSearch.instanceCount", "3", "with logSearch.zoneAwareness a multiple of two, or of three with three zones",
			"add or remove a node, or set zoneAwareness to false",
		},
	},
	"more days than the nodes have shards for": {
		edits{
			"logSearch.instanceCount": `1`, "logSearch.zoneAwareness": `false`, "logSearch.retentionDays": `3650`,
			"services": manyServices(7),
		},
		Error{
			"logSearch.retentionDays", "3650",
			"at most 3134 with 1 node and 7 services and jobs: a node takes 1000 shards, four fifths of them for logs",
			"lower it, or raise logSearch.instanceCount",
		},
	},
	"search by the whole internet": {
		edits{"logSearch.readerCidrs": `["10.8.0.0/16", "0.0.0.0/0"]`},
		Error{
			"logSearch.readerCidrs[1]", `"0.0.0.0/0"`, "a block smaller than the internet",
			"name the network that people search from, such as 10.8.0.0/16",
		},
	},
	"letters that tags cannot have": {
		edits{"tags.costCenter": `"web & app"`},
		Error{"tags.costCenter", `"web & app"`, "1 to 256 " + tagCharacters, "write it like platform"},
	},
	"long tag value": {
		edits{"tags.extra": `{"note": "` + strings.Repeat("x", 257) + `"}`},
		Error{
			"tags.extra.note", `"` + strings.Repeat("x", 80) + `..."`, "1 to 256 " + tagCharacters,
			"write it like platform",
		},
	},
	"long tag key": {
		edits{"tags.extra": `{"` + strings.Repeat("k", 129) + `": "v"}`},
		Error{
			`tags.extra["` + strings.Repeat("k", 80) + `..."]`, `"` + strings.Repeat("k", 80) + `..." as a key`,
			"1 to 128 " + tagCharacters, "write it like Team",
		},
	},
	"tag of the program": {
		edits{"tags.extra": `{"environment": "staging"}`},
		Error{
			"tags.extra.environment", "a tag that the program sets",
			"tags besides Project, Stack, Environment, Owner, CostCenter and Repository",
			"remove it: the value comes from the key environment",
		},
	},
	"tag of AWS": {
		edits{"tags.extra": `{"aws:createdBy": "me"}`},
		Error{
			`tags.extra["aws:createdBy"]`, "a tag key that begins with aws:",
			"keys without that prefix, which AWS reserves", "rename the tag",
		},
	},
}

var badNetworks = map[string]bad{
	"large VPC": {
		edits{"network.cidrBlock": `"10.0.0.0/8"`},
		Error{"network.cidrBlock", `"10.0.0.0/8"`, vpcBlocks, "write it like 10.0.0.0/16"},
	},
	"block that begins elsewhere": {
		edits{"network.cidrBlock": `"10.0.1.0/16"`},
		Error{"network.cidrBlock", `"10.0.1.0/16"`, vpcBlocks, "write it like 10.0.0.0/16"},
	},
	"block that AWS does not route": {
		edits{"network.cidrBlock": `"169.254.0.0/16"`},
		Error{"network.cidrBlock", `"169.254.0.0/16"`, vpcBlocks, "write it like 10.0.0.0/16"},
	},
	"small subnets": {
		edits{"network.subnetPrefix": `29`},
		Error{"network.subnetPrefix", "29", "18 to 27", "set a number in that range"},
	},
	"subnets without room for the tasks": {
		edits{"network.subnetPrefix": `27`, "services[0].scaling.max": `40`},
		Error{
			"network.subnetPrefix", "27",
			"at most 26: the app subnet of each zone needs 47 addresses (20 for tasks at services[].scaling.max, " +
				"20 for the largest release, 6 for the log search's domain, 1 for its functions) and has 27",
			"lower it before the first deployment; on a running stack add zones or lower services[].scaling.max",
		},
	},
	"subnets that do not fit": {
		edits{"network.subnetPrefix": `18`},
		Error{
			"network.subnetPrefix", "18", "a prefix length with which three tiers in each zone fit into cidrBlock",
			"2 zones in three tiers and the first block, which stays free, need 7 subnets of /18, but 10.0.0.0/16 has room " +
				"for 4: " +
				"what fits is subnets of /19 or smaller",
		},
	},
	"one zone": {
		edits{"network.availabilityZoneCount": `1`},
		Error{"network.availabilityZoneCount", "1", "2 to 6", "set a number in that range"},
	},
	"one named zone": {
		edits{"network.availabilityZones": `["eu-west-1a"]`},
		Error{"network.availabilityZones", "1 zone", "2 to 6 zones", "name two or more: load balancer and database need two"},
	},
	"zone twice": {
		edits{"network.availabilityZones": `["eu-west-1a", "eu-west-1a"]`},
		Error{
			"network.availabilityZones[1]", `"eu-west-1a"`, "each entry once",
			"remove it: aws-webapp:network.availabilityZones[0] says the same",
		},
	},
	"zone of another region": {
		edits{"network.availabilityZones": `["eu-west-1a", "eu-west-2b"]`},
		Error{"network.availabilityZones[1]", `"eu-west-2b"`, "zones of eu-west-1", "write it like eu-west-1a"},
	},
	"local zone": {
		edits{"network.availabilityZones": `["eu-west-1a", "eu-west-1-dub-1a"]`},
		Error{
			"network.availabilityZones[1]", `"eu-west-1-dub-1a"`, "the name of an availability zone",
			"write it like us-east-1a",
		},
	},
	"unknown NAT": {
		edits{"network.nat": `"per_az"`},
		Error{"network.nat", `"per_az"`, "none, single, per-az", `did you mean "per-az"?`},
	},
	"empty NAT": {
		edits{"network.nat": `""`},
		Error{"network.nat", `""`, "none, single, per-az", "set one of them"},
	},
	"unknown endpoint": {
		edits{"network.interfaceEndpoints": `["ecr-api"]`},
		Error{
			"network.interfaceEndpoints[0]", `"ecr-api"`,
			"ecr.api, ecr.dkr, logs, secretsmanager, sns, sqs, ssm, kms, sts, ssmmessages",
			`did you mean "ecr.api"?`,
		},
	},
	"no NAT and endpoints missing": {
		edits{
			"network.nat": `"none"`, "network.interfaceEndpoints": `["ecr.api", "ecr.dkr", "kms"]`,
			"services[0].databaseAccess": `true`, "services[0].executeCommand": `true`,
			"services[0].secrets": `{"FLAGS": "arn:aws:ssm:eu-west-1:111111111111:parameter/web/flags"}`,
		},
		Error{
			"network.interfaceEndpoints", "a list without logs, secretsmanager, ssm, ssmmessages, sqs",
			"with nat none all that the workload needs: logs (containers log to CloudWatch); " +
				"secretsmanager (Fargate reads the database secret for web); ssm (Fargate reads parameters for web); " +
				"ssmmessages (ECS Exec talks to Session Manager for web); sqs (log search queues what it cannot deliver)",
			"add logs, secretsmanager, ssm, ssmmessages, sqs, or set network.nat to single or per-az",
		},
	},
	"no NAT and an image from elsewhere": {
		edits{
			"network.nat": `"none"`, "network.interfaceEndpoints": `["ecr.api", "ecr.dkr", "logs", "sqs"]`,
			"services[0].image": `"nginx:1.27.3"`,
		},
		Error{
			"services[0].image", `"nginx:1.27.3"`, "with network.nat none images from ECR in eu-west-1, which its " +
				"endpoints reach",
			"copy the image into ECR, or set network.nat to single or per-az",
		},
	},
}

const vpcBlocks = "an IPv4 block from /16 to /24 that begins where its prefix does"

// manyServices behind one load balancer.
func manyServices(count int) string {
	all := make([]string, count)
	for i := range all {
		all[i] = fmt.Sprintf(`{"name": "s%d", "image": "nginx:1.27.3", "routing": {"priority": %d, "paths": ["/s%d/*"]}}`,
			i, i+1, i)
	}
	return "[" + strings.Join(all, ", ") + "]"
}
