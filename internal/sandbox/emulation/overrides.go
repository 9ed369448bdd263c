package emulation

import "strings"

// override is a setting that every stack gets on moto, whatever its file says.
type override struct {
	// path of the key, below the project's namespace.
	path  string
	value string
	// reason why the stack's own value does not work.
	reason string
}

// lacking lists the settings for features that moto does not have at all. Features that differ
// from AWS's are corrected in the server instead (internal/sandbox/moto/gaps).
var lacking = []override{
	{"accountBaseline.accessAnalyzer", "false", "it has no IAM Access Analyzer"},
	{"accountBaseline.securityHub", "false", "its Security Hub has no standards"},
}

// impatience lowers the number of times that the provider retries.
var impatience = override{"aws.maxRetries", "2", "it does not throttle, and what it does not know it will not know " +
	"the 25th time"}

// LackingAccountSettings names the settings of the account's baseline that no stack gets on moto, such as securityHub.
func LackingAccountSettings() []string {
	var names []string
	for _, o := range lacking {
		if name, ok := strings.CutPrefix(o.path, "accountBaseline."); ok {
			names = append(names, name)
		}
	}
	return names
}
