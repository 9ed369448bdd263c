package config

import (
	"maps"
	"slices"
	"strings"

	"aws-webapp/internal/plural"
)

// programVariables maps the variables that the program sets to the key that makes it do so.
func (s *Service) programVariables() map[string]string {
	taken := map[string]string{}
	for _, access := range Accesses {
		if access.now(s) {
			for _, name := range access.Variables {
				taken[name] = access.Key
			}
			if access.Key == "databaseAccess" && len(s.DatabaseVariables) > 0 {
				for _, name := range access.Variables {
					delete(taken, name)
				}
				for name := range s.DatabaseVariables {
					taken[name] = "databaseVariables"
				}
			}
		}
	}
	return taken
}

// roleOverrides lists variables that make AWS SDKs ignore the task's role.
var roleOverrides = []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"}

func (s *Service) validateVariables(v *validation, at path) {
	environment, secrets := at.key("environment"), at.key("secrets")
	taken := s.programVariables()
	for _, list := range []struct {
		at        path
		variables map[string]string
	}{{environment, s.Environment}, {secrets, s.Secrets}} {
		for _, name := range slices.Sorted(maps.Keys(list.variables)) {
			if key, set := taken[name]; set {
				v.add(list.at.entry(name), "a variable that the program sets", "variables besides those of "+key,
					"remove it, or set "+key+" off and provide the variable yourself")
			}
			if slices.Contains(roleOverrides, name) {
				v.add(list.at.entry(name), "a variable that overrides the task's role",
					"variables that leave AWS credentials alone",
					"remove it: the task gets credentials of its own role")
			}
		}
	}
	if names := at.key("databaseVariables"); len(s.DatabaseVariables) > 0 && !s.DatabaseAccess {
		v.add(names, plural.Of(len(s.DatabaseVariables), "variable"), "variables of a service with databaseAccess",
			"set databaseAccess, or remove them")
	}
	for _, name := range slices.Sorted(maps.Keys(s.DatabaseVariables)) {
		if slices.Contains(roleOverrides, name) {
			v.add(at.key("databaseVariables").entry(name), "a variable that overrides the task's role",
				"variables that leave AWS credentials alone", "rename it")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Environment)) {
		if _, twice := s.Secrets[name]; twice {
			v.add(environment.entry(name), "a variable that secrets has, too", "each variable once", "remove one of them")
		}
		if why := looksSecret(name, s.Environment[name]); why != "" {
			v.add(environment.entry(name), why, "values that anyone may read in the task definition",
				"keep the value in Secrets Manager or the SSM parameter store and name its ARN in secrets")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Secrets)) {
		if entry := secrets.entry(name); v.sound(entry) {
			v.regional(entry, "an ARN", s.Secrets[name])
			s.validateForeignSecret(v, at, entry, s.Secrets[name])
		}
	}
	for i, arn := range s.SecretKeyARNs {
		if entry := at.key("secretKeyArns").index(i); v.sound(entry) {
			v.regional(entry, "a key", arn)
		}
	}
	if keys := at.key("secretKeyArns"); len(s.SecretKeyARNs) > 0 && len(s.Secrets) == 0 {
		v.add(keys, plural.Of(len(s.SecretKeyARNs), "key"), "keys of services[].secrets, of which there are none",
			"remove them")
	}
}

// validateForeignSecret requires the key of another account's secret: AWS's own keys only serve their account, so
// such a secret has another key, which the role must name (Secrets Manager user guide, "Access secrets from a
// different account").
func (s *Service) validateForeignSecret(v *validation, at, entry path, arn string) {
	accounts, keys := v.aws.AllowedAccountIDs, at.key("secretKeyArns")
	account := strings.Split(arn, ":")[4]
	if len(s.SecretKeyARNs) == 0 && v.sound(keys) && len(accounts) > 0 && !slices.Contains(accounts, account) {
		v.add(entry, "an ARN of account "+account, "secrets of aws.allowedAccountIds, or the KMS key of the other account",
			"name the key that encrypts it in services[].secretKeyArns: tasks cannot start otherwise")
	}
}
