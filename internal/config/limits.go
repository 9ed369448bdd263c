package config

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"aws-webapp/internal/awsdata/quotas"
	"aws-webapp/internal/plural"
)

// The size of what the program adds to a stack file's lists, generously: the other statements of a
// service's execution role, the rest of its task definition, and the rest of a function's variables.
const (
	executionRoleRest  = 2 << 10
	taskDefinitionRest = 8 << 10
	variablesRest      = 1 << 10
	taskRoleRest       = 3 << 10
)

// longestRegion stands for the region where it is not known; no name is longer.
const longestRegion = "ap-southeast-1"

// validateLimits refuses lists that AWS would refuse in every account.
func (c *Container) validateLimits(v *validation, at path, words []string) {
	if size, most := c.secretsSize(), quotas.RoleInlinePolicies.Limit-executionRoleRest; size > most {
		v.add(at.key("secrets"), fmt.Sprintf("ARNs of %d characters together", size),
			fmt.Sprintf("at most %d, each secret once: %s", most, quotas.RoleInlinePolicies),
			"keep several values in one secret, and name each by ARN:KEY::")
	}
	// Until its tasks are replaced, a changed policy is there beside the one before it.
	if size, most := permissionsSize(c.Permissions), (quotas.RoleInlinePolicies.Limit-taskRoleRest)/2; size > most {
		v.add(at.key("permissions"), plural.Of(size, "character")+" of permissions",
			fmt.Sprintf("at most %d, half of what the others leave: %s", most, quotas.RoleInlinePolicies),
			"name several resources by one ARN with a *, or split the service")
	}
	if size, most := c.definitionSize(words), quotas.TaskDefinition.Limit-taskDefinitionRest; size > most {
		v.add(at.key("environment"), fmt.Sprintf("%d bytes with command and secrets", size),
			fmt.Sprintf("at most %d: %s", most, quotas.TaskDefinition), "read what is large from a bucket or from a parameter")
	}
}

// secretsSize returns the size of the secrets in the policies of the execution role.
func (c *Container) secretsSize() int {
	return sizeOfSecrets(slices.Collect(maps.Values(c.Secrets)))
}

func sizeOfSecrets(secrets []string) int {
	const parts = 7 // of a secret's ARN, before the key, stage and version that a task may name
	size, counted := 0, map[string]bool{}
	for _, secret := range secrets {
		split := strings.SplitN(SecretARN(secret, longestRegion, "123456789012"), ":", parts+1)
		whole := strings.Join(split[:min(len(split), parts)], ":")
		if !counted[whole] {
			counted[whole] = true
			size += len(whole) + len(`"",`)
		}
	}
	return size
}

// permissionsSize returns the size of the statements of permissions.
func permissionsSize(permissions []Permission) int {
	size := len("[]")
	for _, p := range expanded(permissions, longestRegion, "123456789012") {
		text, _ := json.Marshal([]any{p.Actions, p.Resources, p.Reason}) // texts always have a JSON form
		size += len(text) + len(`"Effect":"Allow","Action":,"Resource":,"Sid":,`)
	}
	return size
}

// definitionSize returns the size of the parts of the task definition that come from the stack
// file.
func (c *Container) definitionSize(words []string) int {
	text, _ := json.Marshal([]any{
		c.EntryPoint, c.Command, words, c.DatabaseVariables, c.Environment, c.Secrets,
	}) // texts always have a JSON form
	const perVariable = len(`{"name":,"value":}`)
	return len(text) + perVariable*(len(c.Environment)+len(c.Secrets))
}

// validateReaders refuses more readers and administrators than fit into the settings of the function that prepares the
// domain.
func (l *LogSearch) validateReaders(v *validation, at path) {
	size := len(strings.Join(slices.Concat(l.ReaderRoleARNs, l.AdministratorRoleARNs), ","))
	most := quotas.FunctionEnvironment.Limit - variablesRest
	if size > most {
		v.add(at.key("readerRoleArns"), fmt.Sprintf("ARNs of %d characters together", size),
			fmt.Sprintf("at most %d: %s", most, quotas.FunctionEnvironment), "give one role that the others may assume")
	}
}

// variableSize returns the size of a variable with a JSON document, a string in the document whose size Lambda counts.
func variableSize(document any) int {
	text, _ := json.Marshal(document) // texts always have a JSON form
	text, _ = json.Marshal(string(text))
	return len(text)
}
