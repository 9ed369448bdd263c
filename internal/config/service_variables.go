package config

import (
	"maps"
	"slices"
	"strings"

	"aws-webapp/internal/awsdata/leaks"
	"aws-webapp/internal/plural"
)

// programVariables maps the variables that the program sets to the key that makes it do so.
func (c *Container) programVariables() map[string]string {
	taken := map[string]string{}
	for _, access := range Accesses {
		if access.now(c) {
			for _, name := range access.Variables {
				taken[name] = access.Key
			}
			if access.Key == "databaseAccess" && len(c.DatabaseVariables) > 0 {
				for _, name := range access.Variables {
					delete(taken, name)
				}
				for name := range c.DatabaseVariables {
					taken[name] = "databaseVariables"
				}
			}
		}
	}
	return taken
}

// roleOverrides lists variables that make AWS SDKs ignore the task's role.
var roleOverrides = []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"}

// validateVariables checks what only a service has.
func (s *Service) validateVariables(v *validation, at path) {
	if s.Queue.Enabled {
		s.refuseTaken(v, at, map[string]string{OwnQueueVariable: "queue.enabled"})
	}
	v.validateWords(at.key("containerCheck").key("command"), s.ContainerCheck.Command)
	v.validateWords(at.key("deployment").key("migration").key("command"), s.Deployment.Migration.Command)
	if keys := at.key("secretKeyArns"); len(s.SecretKeyARNs) > 0 && len(s.AllSecrets()) == 0 {
		v.add(keys, plural.Of(len(s.SecretKeyARNs), "key"), "keys of secrets, of which there are none",
			"remove them")
	}
	for i, secret := range s.Previous.Secrets {
		s.validateSecret(v, at, at.key("previous").key("secrets").index(i), secret)
	}
}

// variableLists are the keys that hold variables.
func variableLists(at path, environment, secrets map[string]string) map[path]map[string]string {
	return map[path]map[string]string{at.key("environment"): environment, at.key("secrets"): secrets}
}

// refuseTaken refuses variables that the program sets, given with the key that makes it do so.
func (c *Container) refuseTaken(v *validation, at path, taken map[string]string) {
	for list, variables := range variableLists(at, c.Environment, c.Secrets) {
		for name := range variables {
			if key, set := taken[name]; set {
				v.add(list.entry(name), "a variable that the program sets", "variables besides those of "+key,
					"remove it, or set "+key+" off and provide the variable yourself")
			}
		}
	}
}

func (c *Container) validateVariables(v *validation, at path) {
	c.refuseTaken(v, at, c.programVariables())
	c.validateEnvironment(v, at, at, c.Environment, c.Secrets)
	if names := at.key("databaseVariables"); len(c.DatabaseVariables) > 0 && !c.DatabaseAccess {
		v.add(names, plural.Of(len(c.DatabaseVariables), "variable"), "variables with databaseAccess",
			"set databaseAccess, or remove them")
	}
	for _, name := range slices.Sorted(maps.Keys(c.DatabaseVariables)) {
		if slices.Contains(roleOverrides, name) {
			v.add(at.key("databaseVariables").entry(name), "a variable that overrides the task's role",
				"variables that leave AWS credentials alone", "rename it")
		}
	}
	v.validateWords(at.key("entryPoint"), c.EntryPoint)
	v.validateWords(at.key("command"), c.Command)
	for i, arn := range c.SecretKeyARNs {
		if entry := at.key("secretKeyArns").index(i); v.sound(entry) {
			v.regional(entry, "a key", arn)
		}
	}
}

// validateEnvironment checks the variables of one container at entry, of the service or job at.
func (c *Container) validateEnvironment(v *validation, at, entry path, environment, secrets map[string]string) {
	for list, variables := range variableLists(entry, environment, secrets) {
		for name := range variables {
			if slices.Contains(roleOverrides, name) {
				v.add(list.entry(name), "a variable that overrides the task's role",
					"variables that leave AWS credentials alone",
					"remove it: the task gets credentials of its own role")
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(environment)) {
		plain := entry.key("environment").entry(name)
		if _, twice := secrets[name]; twice {
			v.add(plain, "a variable that secrets has, too", "each variable once", "remove one of them")
		}
		why := looksSecret(name, environment[name])
		if why == "" && leaks.Sets(environment[name]) {
			why = "an option that must be a secret by its name"
		}
		if why != "" {
			v.add(plain, why, "values that anyone may read in the task definition",
				"keep the value in Secrets Manager or the SSM parameter store and name it in secrets")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(secrets)) {
		c.validateSecret(v, at, entry.key("secrets").entry(name), secrets[name])
	}
}

// validateSecret refuses what ECS could not read: a secret of another region, a parameter that AWS publishes, and
// another account's secret without its key. AWS's own keys only serve their account, so such a secret has another key,
// which the role must name (Secrets Manager user guide, "Access secrets from a different account").
func (c *Container) validateSecret(v *validation, at, entry path, secret string) {
	if !v.sound(entry) {
		return
	}
	name := parameterName(secret)
	switch {
	// AWS keeps these beginnings for itself:
	// https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
	case strings.HasPrefix(strings.ToLower(name), "/aws") || strings.HasPrefix(strings.ToLower(name), "/ssm"):
		v.add(entry, "a name that begins with /aws or /ssm", "parameters of the account: AWS keeps these names for its own",
			"name one of yours")
		return
	case strings.HasPrefix(secret, "/"):
		return
	}
	v.regional(entry, "an ARN", secret)
	accounts, keys := v.aws.AllowedAccountIDs, at.key("secretKeyArns")
	account := strings.Split(secret, ":")[4]
	if len(c.SecretKeyARNs) == 0 && v.sound(keys) && len(accounts) > 0 && !slices.Contains(accounts, account) {
		v.add(entry, "an ARN of account "+account, "secrets of aws.allowedAccountIds, or the KMS key of the other account",
			"name the key that encrypts it in secretKeyArns: tasks cannot start otherwise")
	}
}

// parameterName returns the name of an SSM parameter, with a slash before it; "" for a secret.
func parameterName(secret string) string {
	if strings.HasPrefix(secret, "/") {
		return secret
	}
	_, name, _ := strings.Cut(secret, ":parameter")
	return name
}

// SecretARN returns a secret of Secrets or Previous.Secrets as task definitions name it in a region and an account. A
// parameter's ARN has its name's first slash once. Behind the key of a secret ECS expects stage and version, too, which
// may be empty:
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
func SecretARN(secret, region, account string) string {
	if strings.HasPrefix(secret, "/") {
		return "arn:aws:ssm:" + region + ":" + account + ":parameter" + secret
	}
	const withKey = 8 // parts of the ARN, the last of which is the key
	if strings.Count(secret, ":") == withKey-1 {
		return secret + "::"
	}
	return secret
}
