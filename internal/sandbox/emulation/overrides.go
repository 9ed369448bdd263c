package emulation

// override is a setting that every stack gets on moto, whatever its file says.
type override struct {
	// path of the key, below the project's namespace.
	path  string
	value string
	// reason that the stack's own value cannot do.
	reason string
}

// lacking are the settings that need what moto does not have at all. What it has, but not as
// AWS does, is filled in the server instead (internal/sandbox/moto/gaps).
var lacking = []override{
	{"accountBaseline.accessAnalyzer", "false", "it has no IAM Access Analyzer"},
	{"accountBaseline.securityHub", "false", "its Security Hub has no standards"},
}

// impatience replaces the provider's patience with AWS.
var impatience = override{"aws.maxRetries", "2", "it does not throttle, and what it does not know it will not know the 25th time"}
