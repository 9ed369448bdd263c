package config

var badOperators = map[string]bad{
	"operator's task of a service's name": {
		edits{"operator.enabled": "true", "services[0].name": `"operator"`},
		Error{
			"services[0].name", `"operator"`, "another name while operator.enabled is true",
			"rename it: the operator's task has this name",
		},
	},
	"operator's image out of reach": {
		edits{
			"operator.enabled": "true", "network.nat": `"none"`,
			"network.interfaceEndpoints": `["ecr.api", "ecr.dkr", "logs", "secretsmanager", "ssmmessages", "kms", "sqs"]`,
			"services[0].image":          `"222222222222.dkr.ecr.eu-west-1.amazonaws.com/visitor-book:1.0.0"`,
		},
		Error{
			"operator.image", `"public.ecr.aws/docker/library/postgres:17.10-bookworm"`,
			"with network.nat none an image from ECR in eu-west-1",
			"copy the image into ECR, or set network.nat to single or per-az",
		},
	},
	"operator without the way to its sessions": {
		edits{
			"operator.enabled": "true", "network.nat": `"none"`,
			"operator.image":             `"222222222222.dkr.ecr.eu-west-1.amazonaws.com/psql:17.5"`,
			"network.interfaceEndpoints": `["ecr.api", "ecr.dkr", "logs", "secretsmanager", "sqs"]`,
			"services[0].image":          `"222222222222.dkr.ecr.eu-west-1.amazonaws.com/visitor-book:1.0.0"`,
		},
		Error{
			"network.interfaceEndpoints", "a list without ssmmessages, kms",
			"with nat none all that the workload needs: ssmmessages (ECS Exec talks to Session Manager for operator); " +
				"kms (ECS Exec encrypts its sessions for operator)",
			"add ssmmessages, kms, or set network.nat to single or per-az",
		},
	},
	"operator for a day": {
		edits{"operator.minutes": "481"}, Error{"operator.minutes", "481", "5 to 480", "set a number in that range"},
	},
}

func init() { tableOfBad = append(tableOfBad, badOperators) }
