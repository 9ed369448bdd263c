package stack_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/authorization"
)

// described are the types whose resources say what they are for.
var described = []string{
	"aws:cloudwatch/eventRule:EventRule", "aws:codebuild/project:Project", "aws:ec2/securityGroup:SecurityGroup",
	"aws:iam/role:Role", "aws:iam/serviceLinkedRole:ServiceLinkedRole", "aws:kms/key:Key", "aws:lambda/function:Function",
	"aws:rds/parameterGroup:ParameterGroup", "aws:rds/subnetGroup:SubnetGroup",
	"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
	"aws:wafv2/webAcl:WebAcl",
}

func TestEachDescriptionSaysSomething(t *testing.T) {
	everyVariant(t, func(t *testing.T, g *graph) int {
		judged := 0
		for _, r := range g.resources {
			if slices.Contains(described, r.typ) {
				judged++
				text, _ := r.inputs["description"].V.(string)
				assert.GreaterOrEqual(t, len(strings.Fields(text)), 2, "description of %s: %q", r.key(), text)
			}
		}
		return judged
	})
}

// operators of conditions: IAM user guide, "IAM JSON policy elements: Condition operators".
var operator = regexp.MustCompile(`^(ForAnyValue:|ForAllValues:)?` +
	`(String(Not)?(Equals|EqualsIgnoreCase|Like)|Bool|(Not)?IpAddress|Arn(Not)?(Equals|Like)|` +
	`Numeric(Equals|(Less|Greater)Than(Equals)?)|Date(Less|Greater)Than)(IfExists)?$|^Null$`)

// TestEachStatementIsWhole: AWS takes a statement that lacks something, or names what there is not, for less than it
// was meant for, or refuses the document when the resource is made.
func TestEachStatementIsWhole(t *testing.T) {
	everyVariant(t, func(t *testing.T, g *graph) int {
		judged := 0
		for _, r := range g.resources {
			for input, value := range r.inputs {
				if !isPolicy(value) {
					continue
				}
				statements := statementsOf(value)
				require.NotEmpty(t, statements, "%s of %s is no policy of version 2012-10-17", input, r.key())
				sids := map[string]bool{}
				for _, s := range statements {
					judged++
					s.judge(t, r.key())
					assert.False(t, s.Sid != "" && sids[s.Sid], "%s has Sid %s twice", r.key(), s.Sid)
					sids[s.Sid] = true
				}
			}
		}
		return judged
	})
}

func isPolicy(value resource.PropertyValue) bool {
	return value.IsString() && strings.Contains(value.StringValue(), `"Statement":`)
}

// statementsOf returns those of a policy; none if the value is no policy of IAM's current version.
func statementsOf(value resource.PropertyValue) []statement {
	var document struct {
		Version   string
		Statement []statement
	}
	if !isPolicy(value) || json.Unmarshal([]byte(value.StringValue()), &document) != nil {
		return nil
	}
	if document.Version != "2012-10-17" {
		return nil
	}
	return document.Statement
}

type statement struct {
	Sid, Effect      string
	Action, Resource any
	Principal        any
	NotAction        any
	NotResource      any
	NotPrincipal     any
	Condition        map[string]map[string]any
}

func (s statement) judge(t *testing.T, of string) {
	t.Helper()
	assert.Contains(t, []string{"Allow", "Deny"}, s.Effect, "effect of %s of %s", s.Sid, of)
	actions := leaves(s.Action)
	assert.True(t, len(actions) > 0 || s.NotAction != nil, "no action in %s of %s", s.Sid, of)
	actsOn := s.Resource != nil || s.NotResource != nil || s.Principal != nil
	assert.True(t, actsOn, "nothing to act on in %s of %s", s.Sid, of)
	for _, action := range actions {
		// Examples for domains name logs:PutLogEventsBatch, and the reference does not have it: docs/first-contact.md.
		// https://www.pulumi.com/registry/packages/aws/api-docs/cloudwatch/logresourcepolicy
		if strings.Contains(action, "*") || action == "logs:PutLogEventsBatch" {
			continue
		}
		_, known := authorization.Of(action)
		assert.True(t, known, "%s of %s names %s, which AWS does not have", s.Sid, of, action)
	}
	for _, value := range slices.Concat(actions, leaves(s.Resource), leaves(s.Principal)) {
		assert.NotEmpty(t, value, "%s of %s", s.Sid, of)
	}
	if s.Resource != nil {
		assert.NotEmpty(t, leaves(s.Resource), "no resource in %s of %s", s.Sid, of)
	}
	for name, keys := range s.Condition {
		assert.Regexp(t, operator, name, "%s of %s", s.Sid, of)
		assert.NotEmpty(t, keys, "%s of %s asks %s of nothing", s.Sid, of, name)
		for key, value := range keys {
			assert.NotEmpty(t, leaves(value), "%s of %s asks for no %s", s.Sid, of, key)
		}
	}
}

// leaves are those of a text, a list or an object of them.
func leaves(value any) []string {
	switch value := value.(type) {
	case string:
		return []string{value}
	case bool, float64:
		return []string{"given"}
	case []any:
		var all []string
		for _, item := range value {
			all = append(all, leaves(item)...)
		}
		return all
	case map[string]any:
		var all []string
		for _, item := range value {
			all = append(all, leaves(item)...)
		}
		return all
	default:
		return nil
	}
}
