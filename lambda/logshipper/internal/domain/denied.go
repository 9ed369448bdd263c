package domain

import (
	"fmt"
	"net/http"
	"strings"
)

// Explain words a refusal to ship for an operator. The domain refuses with the same 401 or 403
// for quite different reasons, and only one of them can be seen in IAM. Any other answer is
// quoted.
func Explain(status int, reason string) string {
	return explain(status, reason, notMapped)
}

// explain uses unmapped for a refusal by fine-grained access control.
func explain(status int, reason, unmapped string) string {
	meaning := ""
	switch status {
	case http.StatusForbidden:
		meaning = unmapped
	case http.StatusUnauthorized:
		meaning = "the domain does not accept the credentials of the function"
	}
	for _, refusal := range refusals {
		if strings.Contains(strings.ToLower(reason), refusal.mark) {
			meaning = refusal.meaning
			break
		}
	}
	if meaning == "" {
		return fmt.Sprintf("status %d: %s", status, reason)
	}
	return fmt.Sprintf("status %d: %s (the domain says: %s)", status, meaning, reason)
}

const (
	notMapped = "IAM let the request through, but fine-grained access control has no role for it: " +
		"map the function's role ARN as a backend role of the writer role, which the setup action " +
		`does (invoke the setup function with {"action":"setup"}), then replay the dead-letter queue`
	notMaster = "IAM let the request through, but fine-grained access control does not know the function as " +
		"a master of the domain: its role has to be the domain's master user"
	noSpace = "the domain takes no writes because its disk is nearly full: add storage or shorten " +
		"the retention, then replay the dead-letter queue"
)

// refusals that are not about role mappings; they are looked through in order.
var refusals = []struct{ mark, meaning string }{
	{"security token included in the request is expired", "the credentials of the function have expired"},
	{
		"signature we calculated does not match",
		"the request signature is wrong: check region, and the clock of the machine",
	},
	{"signature expired", "the request signature is too old: check the clock of the machine"},
	{"is not authorized to perform: es:", "IAM or the domain's access policy refuses the function's role: " +
		"it needs es:ESHttp* permissions on the domain (see the package documentation), and the access policy must name it"},
	{"flood-stage", noSpace},
	{"read-only / allow delete", noSpace},
	{"forbidden/8/index write", noSpace},
	{"create-index blocked", noSpace},
	{"index read-only", "the index is closed for writing: events of that day are older than what may still be written"},
}
