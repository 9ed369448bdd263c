package endoflife

import (
	"fmt"
	"time"
)

// Use is a property of a Pulumi resource that holds a name of the table.
type Use struct {
	// Token is the resource's type, and Path leads to the property.
	Token, Path string
	Kind        Kind
}

// Uses are the properties that hold names of the table.
var Uses = []Use{
	{"aws:rds/instance:Instance", "engineVersion", PostgreSQL},
	{"aws:rds/instance:Instance", "caCertIdentifier", CACertificate},
	{"aws:opensearch/domain:Domain", "engineVersion", OpenSearch},
	{"aws:lambda/function:Function", "runtime", LambdaRuntime},
	{"aws:lb/listener:Listener", "sslPolicy", TLSPolicy},
	{"aws:codebuild/project:Project", "environment.image", BuildImage},
}

// Near says in words what is wrong with a name on a day, or will be within so many days; it
// is empty where nothing is.
func Near(kind Kind, name string, today time.Time, days int) string {
	end, known := Of(kind, name)
	switch {
	case !known:
		return fmt.Sprintf("%s %s is not in the table: add it to internal/awsdata/endoflife with its source", kind, name)
	case end.EndedBy(today):
		return fmt.Sprintf("ended: %s (%s)", end, end.Source)
	case end.EndedBy(today.AddDate(0, 0, days)):
		return fmt.Sprintf("ends within %d days: %s (%s)", days, end, end.Source)
	}
	return ""
}
