package domain

import (
	"fmt"
	"net/http"
	"strings"
)

// Explain words a refusal for an operator. The domain refuses with the same 401 or 403 for quite
// different reasons, and only one of them can be seen in IAM.
func Explain(status int, reason string) string {
	for _, cause := range refusals {
		if strings.Contains(strings.ToLower(reason), cause.mark) {
			return fmt.Sprintf("status %d: %s (the domain says: %s)", status, cause.meaning, reason)
		}
	}
	if status == http.StatusForbidden {
		return fmt.Sprintf("status %d: %s (the domain says: %s)", status, notMapped, reason)
	}
	return fmt.Sprintf("status %d: the domain does not accept the credentials of the function (the domain says: %s)", status, reason)
}

const notMapped = "IAM let the request through, but fine-grained access control has no role for it: " +
	"map the function's role ARN as a backend role of the writer role, which the setup action " +
	`does (invoke the setup function with {"action":"setup"}), then replay the dead-letter queue`

// refusals are looked through in order.
var refusals = []struct{ mark, meaning string }{
	{"security token included in the request is expired", "the credentials of the function have expired"},
	{"signature we calculated does not match", "the request signature is wrong: check region, and the clock of the machine"},
	{"signature expired", "the request signature is too old: check the clock of the machine"},
	{"is not authorized to perform: es:", "IAM or the domain's access policy refuses the function's role: " +
		"it needs es:ESHttpPost and es:ESHttpPut on the domain, and the access policy must name it"},
	{"flood-stage", noSpace},
	{"read-only / allow delete", noSpace},
	{"forbidden/8/index write", noSpace},
	{"create-index blocked", noSpace},
	{"forbidden/10", noSpace},
	{"index read-only", "the index is closed for writing: events of that day are older than what may still be written"},
	{"no permissions for", notMapped},
	{"security_exception", notMapped},
}

const noSpace = "the domain takes no writes because its disk is nearly full: add storage or shorten " +
	"the retention, then replay the dead-letter queue"
