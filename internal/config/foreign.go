package config

import "github.com/agext/levenshtein"

// providerKeys are settings of the default AWS provider that people bring along, and where
// they belong here.
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
