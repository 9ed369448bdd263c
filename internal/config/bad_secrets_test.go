package config

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

const (
	secretForms = "the ARN of a Secrets Manager secret, with :KEY for one value of its JSON, or the ARN or " +
		"/name of an SSM parameter"
	publicWords = "words that anyone may read in the task definition"
	wordsFix    = "keep the value in Secrets Manager or the SSM parameter store, name it in secrets, and read the variable"
	reserved    = "parameters of the account: AWS keeps these names for its own"
)

// set returns a stack file in which the service has a variable.
func set(key, name, value string) edits {
	return edits{"services[0]." + key: `{"` + name + `": ` + jsonOf(value) + `}`}
}

func stray(name, value, found string) bad {
	return bad{
		set("environment", name, value), Error{"services[0].environment." + name, found, publicValues, secretsElsewhere},
	}
}

func strayWord(key, words, index, found string) bad {
	return bad{edits{"services[0]." + key: words}, Error{"services[0]." + key + index, found, publicWords, wordsFix}}
}

func unreadable(secret string) bad {
	return bad{set("secrets", "SMTP", secret), Error{
		"services[0].secrets.SMTP", "another text (not shown)", secretForms,
		"write it like /visitor-book/smtp",
	}}
}

var badSecrets = map[string]bad{
	"secret by its name alone":         unreadable("smtp"),
	"parameter without its slash":      unreadable("web/smtp"),
	"parameter that ends with a slash": unreadable("/web/"),
	"parameter sixteen levels deep":    unreadable("/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p"),
	"secret with a key and no colons for the version": unreadable(
		"arn:aws:secretsmanager:eu-west-1:111111111111:secret:smtp-AbCdEf:password:"),
	"parameter that AWS publishes": {
		set("secrets", "AMI", "/aws/service/ecs/optimized-ami"),
		Error{"services[0].secrets.AMI", "a name that begins with /aws or /ssm", reserved, "name one of yours"},
	},
	"parameter that AWS publishes, by ARN": {
		set("secrets", "AMI", "arn:aws:ssm:eu-west-1:111111111111:parameter/AWS/x"),
		Error{"services[0].secrets.AMI", "a name that begins with /aws or /ssm", reserved, "name one of yours"},
	},
	"parameter of Systems Manager": {
		set("secrets", "AMI", "/ssm-x/y"),
		Error{"services[0].secrets.AMI", "a name that begins with /aws or /ssm", reserved, "name one of yours"},
	},
	"secret of before in another region": {
		edits{"services[0].previous.secrets": `["arn:aws:secretsmanager:eu-west-2:111111111111:secret:smtp-AbCdEf"]`},
		Error{
			"services[0].previous.secrets[0]", "an ARN of eu-west-2", "ARNs in eu-west-1, the stack's region",
			"name one in eu-west-1, or change aws.region",
		},
	},
	"key of Rails":      stray("RAILS_MASTER_KEY", "x", "a value that must be a secret by its name"),
	"short name of one": stray("DB_PASS", "x", "a value that must be a secret by its name"),
	"token of npm":      stray("REGISTRY", "npm_"+"abcdefghijklmnopqrstuvwxyz0123456789", "an access token"),
	"token in an address": stray("HOOK", "https://discord.com/api/webhooks/1/a",
		"a webhook address that works as a key"),
	"password of an option": stray("JAVA_OPTS", "-Xmx1g -Ddb.password=x", "an option that must be a secret by its name"),
	"key of an account":     stray("STORE", "AccountName=a;AccountKey=x", "a connection string with a password in it"),
	"password in the command": strayWord("command", `["app", "--db-password=x"]`, "[1]",
		"a word that sets what must be a secret by its name"),
	"password behind its option": strayWord("command", `["app", "--db-password", "x"]`, "[2]",
		"a value that must be a secret by its name"),
	"address in the command": strayWord("command", `["app", "redis://:x@cache"]`, "[1]",
		"an address with a password in it"),
	"token in the entry point": strayWord("entryPoint", `["sh", "-c", "API_KEY=x exec app"]`, "[2]",
		"a word that sets what must be a secret by its name"),
	"password of the container's check": strayWord("containerCheck.command", `["redis-cli", "--pass", "x", "PING"]`, "[2]",
		"a value that must be a secret by its name"),
	"password of a migration": strayWord("deployment.migration.command", `["migrate", "postgresql://u:p@h/d"]`, "[1]",
		"an address with a password in it"),
}

func TestSecretARN(t *testing.T) {
	const secret, parameter = "arn:aws:secretsmanager:eu-west-1:1:secret:smtp-AbCdEf",
		"arn:aws:ssm:eu-west-1:1:parameter/a/b"
	for given, want := range map[string]string{
		secret: secret, secret + ":key": secret + ":key::", secret + ":key::": secret + ":key::",
		secret + "::AWSPREVIOUS:": secret + "::AWSPREVIOUS:", parameter: parameter,
		"/a/b": parameter, "/a": "arn:aws:ssm:eu-west-1:1:parameter/a",
	} {
		assert.Equal(t, want, SecretARN(given, "eu-west-1", "1"), given)
	}
}

// What a shell or the program fills in when the container starts is no secret in the task definition.
func TestCommandsThatReadSecretsAreAllowed(t *testing.T) {
	parse(t, stagingStack, edits{
		"services[0].command": `["sh", "-c", "TOKEN=$(cat /run/x) PASSWORD=\"$PGPASSWORD\" exec app", "--token-file=/run/x"]`,
	})
}
