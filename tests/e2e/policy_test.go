//go:build e2e

package e2e

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// statement of a policy document, as AWS returns it.
type statement struct {
	Sid       string                    `json:"Sid"`
	Effect    string                    `json:"Effect"`
	Principal any                       `json:"Principal"`
	Action    texts                     `json:"Action"`
	Resource  texts                     `json:"Resource"`
	Condition map[string]map[string]any `json:"Condition"`
}

// texts is one string or several.
type texts []string

func (l *texts) UnmarshalJSON(content []byte) error {
	var one string
	if json.Unmarshal(content, &one) == nil {
		*l = texts{one}
		return nil
	}
	return json.Unmarshal(content, (*[]string)(l))
}

// statements reads a policy document, which IAM encodes for a URL.
func statements(t *testing.T, document string) []statement {
	t.Helper()
	if strings.HasPrefix(document, "%7B") {
		decoded, err := url.QueryUnescape(document)
		require.NoError(t, err)
		document = decoded
	}
	var policy struct {
		Statement []statement `json:"Statement"`
	}
	require.NoError(t, json.Unmarshal([]byte(document), &policy), document)
	require.NotEmpty(t, policy.Statement, document)
	return policy.Statement
}

// serves reports whether a statement lets an AWS service do something.
func (s statement) serves() bool {
	principal, ok := s.Principal.(map[string]any)
	return ok && s.Effect == "Allow" && principal["Service"] != nil
}

// denies reports whether a statement denies everybody requests that meet the condition.
func (s statement) denies(operator, key string, value any) bool {
	return s.Effect == "Deny" && s.Principal == "*" && s.Condition[operator][key] == value
}
