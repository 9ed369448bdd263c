package config

import (
	"strings"

	"github.com/agext/levenshtein"
)

// providerKeys maps settings of the default AWS provider, which people are used to, to the keys
// that replace them here.
var providerKeys = map[string]string{
	"region":            "set aws.region instead",
	"profile":           "set the environment variable AWS_PROFILE instead",
	"allowedAccountIds": "set aws.allowedAccountIds instead",
	"endpoints":         "set aws.endpoints instead",
	"maxRetries":        "set aws.maxRetries instead",
	"defaultTags":       "set tags instead",
}

// foreign judges a key of another namespace. Keys of Pulumi and of other providers pass.
func (d *decoder) foreign(namespace, name string) {
	switch {
	case namespace == "aws":
		fix, known := providerKeys[name]
		if !known {
			fix = "remove it; credentials come from the environment, a profile or a role"
		}
		d.add(root(namespace).entry(name), "a setting of the default AWS provider (not shown)",
			"none: every resource uses the program's own provider, which does not read it", fix)
	case namespace != "pulumi" && levenshtein.Distance(namespace, d.namespace, nil) <= min(2, tolerance(d.namespace)):
		d.add(root(namespace).entry(name), "the unknown namespace "+quote(namespace), "keys of "+d.namespace,
			"did you mean "+string(root(d.namespace).entry(name))+"?")
	}
}

// checkProject refuses a stack file whose keys are prefixed with another project's name, as in a copy whose project
// was renamed in only one file. Otherwise all of its keys would be taken for those of another program, and everything
// would be missing.
func checkProject(project string, values map[string]string) *Error {
	others := map[string][]string{}
	for _, key := range sortedKeys(values) {
		namespace, name, _ := strings.Cut(key, ":")
		switch {
		case namespace == project:
			if text := values[key]; text != "" && text != "{}" && text != "[]" {
				return nil
			}
		case namespace != "pulumi" && namespace != "aws" && (KindWorkload.isOthers(name) || KindDelivery.isOthers(name)):
			others[namespace] = append(others[namespace], name)
		}
	}
	for _, namespace := range sortedKeys(others) {
		return &Error{
			Key:     string(root(namespace).entry(others[namespace][0])),
			Found:   "keys of a project " + quote(namespace),
			Allowed: "keys of " + quote(project) + ", the name in Pulumi.yaml",
			Fix:     "begin each key with " + project + ": in the stack file, or set name: " + namespace + " in Pulumi.yaml",
		}
	}
	return nil
}
