package components

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var testScope = Scope{
	Project: "aws-webapp", Stack: "prod", Partition: "aws", Region: "us-east-1", AccountID: "123456789012",
}

// A deploy role recognizes roles by the beginning of their names, which must stay whole in long
// names.
func TestRolesBeginWithProjectAndStackHoweverLongTheyAre(t *testing.T) {
	scope := testScope
	scope.Project = strings.Repeat("p", longestBeginning-len("-prod-"))
	require.NoError(t, scope.validate())
	name := scope.roleNamed(strings.Repeat("a-long-component", 9))
	assert.True(t, strings.HasPrefix(name, scope.NamesBegin()), name)
	assert.Len(t, name, 64-len("-1234567"))
	scope.Project += "p"
	assert.ErrorContains(t, scope.validate(), "51 characters: shorten project or stack, to 50 in all")
}

func TestNamesAreReadableWithinTheLimit(t *testing.T) {
	assert.Equal(t, "aws-webapp-prod-app-alerts", testScope.Name(NameTopic, "app-alerts"))
	assert.Equal(t, "aws-webapp-prod-logs-123456789012-us-east-1", testScope.BucketName("logs"))
}

func TestLongNamesAreCutAndStayUnique(t *testing.T) {
	one := testScope.Name(NameTargetGroup, "a-service-with-a-long-name", "blue")
	other := testScope.Name(NameTargetGroup, "a-service-with-a-long-name", "green")
	assert.Equal(t, "aws-webapp-prod-a-service-7148d6", one)
	assert.NotEqual(t, one, other)
}

func TestNamesFitAWS(t *testing.T) {
	kinds := map[string]NameKind{
		"alarm": NameAlarm, "backup": NameBackup, "bucket": NameBucket, "codedeploy": NameCodeDeploy,
		"dashboard": NameDashboard, "database": NameDBIdentifier,
		"role": NameIAMRole, "lambda": NameLambda, "load balancer": NameLoadBalancer, "opensearch": NameOpenSearch,
		"target group": NameTargetGroup, "topic": NameTopic, "trail": NameTrail, "web acl": NameWebACL,
	}
	for label, kind := range kinds {
		t.Run(label, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				part := rapid.StringMatching(`[A-Za-z][A-Za-z0-9-]{0,80}`)
				scope := Scope{Project: part.Draw(t, "project"), Stack: part.Draw(t, "stack")}
				role := part.Draw(t, "role")

				name := scope.Name(kind, role)
				require.LessOrEqual(t, len(name), kind.max)
				require.Equal(t, name, scope.Name(kind, role), "the same at every run")
				require.False(t, kind.lower && name != strings.ToLower(name), "%s has upper-case letters", name)

				logical := autoNamed(kind, role)
				require.LessOrEqual(t, len(logical)+len("-1234567"), kind.max, "no room for Pulumi's suffix")
			})
		})
	}
}

func TestScopeNamesWhatIsMissing(t *testing.T) {
	err := Scope{AccountID: "12"}.validate()
	for _, missing := range []string{
		"Scope.Project", "Scope.Stack", "Scope.Partition", "Scope.Region",
		`Scope.AccountID is "12"`,
	} {
		assert.ErrorContains(t, err, missing)
	}
	assert.NoError(t, testScope.validate())
}
