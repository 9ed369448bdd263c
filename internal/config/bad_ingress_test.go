package config

const (
	nobodyComesIn = "one network or more, here or in ingressPrefixLists"
	nobodyFix     = "name who may come in: remove the key for everybody"
	listFormat    = "the id of a prefix list"
	listFix       = "write it like pl-3b927c52"
)

// listed are lists without blocks.
func listed(lists string) edits {
	return edits{"loadBalancer.ingressCidrs": `[]`, "loadBalancer.ingressPrefixLists": lists}
}

var badIngress = map[string]bad{
	"nobody may come in": {
		edits{"loadBalancer.ingressCidrs": `[]`},
		Error{"loadBalancer.ingressCidrs", "an empty list", nobodyComesIn, nobodyFix},
	},
	"nobody may come in by a list either": {
		listed(`[]`), Error{"loadBalancer.ingressCidrs", "an empty list", nobodyComesIn, nobodyFix},
	},
	"scheme of a database": {
		edits{"loadBalancer.scheme": `"private"`},
		Error{"loadBalancer.scheme", `"private"`, "internet-facing, internal", "set one of them"},
	},
	"scheme as AWS's API writes no value": {
		edits{"loadBalancer.scheme": `"internet_facing"`},
		Error{
			"loadBalancer.scheme", `"internet_facing"`, "internet-facing, internal", `did you mean "internet-facing"?`,
		},
	},
	"internal for everybody": {
		edits{"loadBalancer.scheme": `"internal"`},
		Error{
			"loadBalancer.ingressCidrs", "0.0.0.0/0", "with scheme internal the networks that use it",
			"name them, such as 10.0.0.0/16 for the VPC: a peered network or a VPN by its own block",
		},
	},
	"internal for the VPC and everybody": {
		edits{"loadBalancer.scheme": `"internal"`, "loadBalancer.ingressCidrs": `["10.0.0.0/16", "0.0.0.0/0"]`},
		Error{
			"loadBalancer.ingressCidrs", "0.0.0.0/0", "with scheme internal the networks that use it",
			"name them, such as 10.0.0.0/16 for the VPC: a peered network or a VPN by its own block",
		},
	},
	"internal for nobody": {
		edits{"loadBalancer.scheme": `"internal"`, "loadBalancer.ingressCidrs": `[]`},
		Error{"loadBalancer.ingressCidrs", "an empty list", nobodyComesIn, nobodyFix},
	},
	"list beside everybody": {
		edits{"loadBalancer.ingressPrefixLists": `["pl-0123456789abcdef0"]`},
		Error{
			"loadBalancer.ingressCidrs", "0.0.0.0/0", "beside ingressPrefixLists no block, or further networks",
			"set [], or name the networks: everybody would come in past the list",
		},
	},
	"list by its name": {
		listed(`["com.amazonaws.global.cloudfront.origin-facing"]`),
		Error{
			"loadBalancer.ingressPrefixLists[0]", `"com.amazonaws.global.cloudfront.origin-facing"`, listFormat, listFix,
		},
	},
	"list cut short": {
		listed(`["pl-3b927c5"]`), Error{"loadBalancer.ingressPrefixLists[0]", `"pl-3b927c5"`, listFormat, listFix},
	},
	"block among lists": {
		listed(`["198.51.100.0/24"]`),
		Error{"loadBalancer.ingressPrefixLists[0]", `"198.51.100.0/24"`, listFormat, listFix},
	},
	"list among blocks": {
		edits{"loadBalancer.ingressCidrs": `["pl-3b927c52"]`},
		Error{
			"loadBalancer.ingressCidrs[0]", `"pl-3b927c52"`, "an IPv4 block that begins where its prefix does",
			"write it like 203.0.113.0/24",
		},
	},
	"same list twice": {
		listed(`["pl-0123456789abcdef0", "pl-0123456789abcdef0"]`),
		Error{
			"loadBalancer.ingressPrefixLists[1]", `"pl-0123456789abcdef0"`, "each entry once",
			"remove it: aws-webapp:loadBalancer.ingressPrefixLists[0] says the same",
		},
	},
	"CloudFront's list of another region": {
		listed(`["pl-3b927c52"]`),
		Error{
			"loadBalancer.ingressPrefixLists[0]", `"pl-3b927c52"`,
			"lists of eu-west-1: this one is CloudFront's in us-east-1", "write pl-4fa04526, which is CloudFront's there",
		},
	},
	"watcher that an internal probe cannot reach": {
		edits{
			"network.nat":                "\"none\"",
			"network.interfaceEndpoints": `["ecr.api", "ecr.dkr", "logs", "secretsmanager", "sns", "sqs"]`,
			"services[0].executeCommand": "false", "loadBalancer.scheme": `"internal"`,
			"loadBalancer.ingressCidrs":     `["10.0.0.0/16"]`,
			"monitoring.heartbeatSecretArn": `"arn:aws:secretsmanager:eu-west-1:111111111111:secret:watcher-AbCdEf"`,
		},
		Error{
			"monitoring.heartbeatSecretArn", "a watcher", "none with network.nat none where the probe asks from the app subnets",
			"set network.nat to single or per-az, or remove the key: the probe has no way to the watcher",
		},
	},
	"internal probe without endpoints": {
		edits{
			"network.nat": `"none"`, "network.interfaceEndpoints": `["ecr.api", "ecr.dkr", "logs", "secretsmanager", "sqs"]`,
			"services[0].executeCommand": "false", "loadBalancer.scheme": `"internal"`,
			"loadBalancer.ingressCidrs": `["10.0.0.0/16"]`,
		},
		Error{
			"network.interfaceEndpoints", "a list without sns",
			"with nat none all that the workload needs: sns (the topic's subscriptions for the probe)",
			"add sns, or set network.nat to single or per-az",
		},
	},
}
