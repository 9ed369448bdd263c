package config

var badWatchers = map[string]bad{
	"watcher's secret by its name": {
		edits{"monitoring.heartbeatSecretArn": `"watcher"`},
		Error{
			"monitoring.heartbeatSecretArn", `"watcher"`,
			"the ARN of a secret in Secrets Manager, with the six characters at its end",
			"write it like arn:aws:secretsmanager:us-east-1:123456789012:secret:watcher-AbCdEf",
		},
	},
	"watcher's secret in another region": {
		edits{"monitoring.heartbeatSecretArn": `"arn:aws:secretsmanager:us-east-1:222222222222:secret:watcher-AbCdEf"`},
		Error{
			"monitoring.heartbeatSecretArn", "a secret of us-east-1", "ARNs in eu-west-1, the stack's region",
			"name one in eu-west-1, or change aws.region",
		},
	},
	"budget below nothing": {
		edits{"monitoring.monthlyBudget": "-1"},
		Error{"monitoring.monthlyBudget", "-1", "0 to 1000000", "set a number in that range"},
	},
	"watcher of a probe that is not there": {
		edits{
			"monitoring.probe":              "false",
			"monitoring.heartbeatSecretArn": `"arn:aws:secretsmanager:eu-west-1:222222222222:secret:watcher-AbCdEf"`,
		},
		Error{
			"monitoring.heartbeatSecretArn", "a watcher",
			"none where monitoring.probe is false, which sends the signs of life",
			"set monitoring.probe to true, or remove the key",
		},
	},
}

func init() { tableOfBad = append(tableOfBad, badWatchers) }
