package preflight

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/githubapi"
)

// repositoryNamed is a GitHub that gives the repository this name in its tokens.
type repositoryNamed struct {
	subject githubapi.Subject
	err     error
}

func (r repositoryNamed) Subject(context.Context) (githubapi.Subject, error) { return r.subject, r.err }

func TestSubjectsOfTokens(t *testing.T) {
	delivery, err := deliveryOf(t, deliveryFile)
	require.NoError(t, err)
	const check = "subject of tokens"
	const both = "repo:example/aws-webapp or repo:example@12/aws-webapp@345"
	other := "set github.subjectPrefix to repo:example@12/aws-webapp@99, " +
		"and give the roles of other accounts their new trust policies (docs/delivery.md)"
	for name, test := range map[string]struct {
		github GitHub
		want   Finding
	}{
		"without ids": {
			repositoryNamed{subject: githubapi.Subject{Default: true, Prefix: "repo:example/aws-webapp"}},
			Finding{Check: check, Status: OK, Found: "repo:example/aws-webapp"},
		},
		"with its ids": {
			repositoryNamed{subject: githubapi.Subject{Default: true, Prefix: "repo:example@12/aws-webapp@345"}},
			Finding{Check: check, Status: OK, Found: "repo:example@12/aws-webapp@345"},
		},
		"with other ids": {
			repositoryNamed{subject: githubapi.Subject{Default: true, Prefix: "repo:example@12/aws-webapp@99"}},
			Finding{check, Blocked, "repo:example@12/aws-webapp@99", both, other},
		},
		"an older server": {
			repositoryNamed{subject: githubapi.Subject{Default: true}},
			Finding{Check: check, Status: OK, Found: "GitHub's default, without ids"},
		},
		"a form of its own": {
			repositoryNamed{subject: githubapi.Subject{Prefix: "repo:example/aws-webapp"}},
			Finding{
				check, Blocked, "a form that example/aws-webapp or its organisation has set", "GitHub's default",
				"gh api --method PUT repos/example/aws-webapp/actions/oidc/customization/sub -F use_default=true",
			},
		},
		"nobody to ask": {
			nil,
			Finding{
				Check: check, Status: Unchecked, Found: "no GITHUB_TOKEN to ask GitHub with",
				Fix: "run it with GITHUB_TOKEN=$(gh auth token)",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			flight := newAccount().flight(t, nil)
			flight.GitHub = test.github
			found, err := flight.checkSubjects(t.Context(), delivery)
			require.NoError(t, err)
			assert.Equal(t, []Finding{test.want}, found)
		})
	}
	flight := newAccount().flight(t, nil)
	flight.GitHub = repositoryNamed{err: errors.New("no right")}
	_, err = flight.checkSubjects(t.Context(), delivery)
	assert.EqualError(t, err, "no right")
}

// If no workload lives beside the pipeline, the stack creates no provider, and an existing one belongs to somebody
// else.
func TestTheProviderOfAnAccountWithoutWorkloads(t *testing.T) {
	delivery, err := deliveryOf(t, deliveryFile)
	require.NoError(t, err)
	delivery.Production.AccountID = "333333333333"
	a := newAccount()
	a.identityProviders = []string{"token.actions.githubusercontent.com"}
	found, err := a.flight(t, nil).checkGitHubProvider(t.Context(), delivery)
	require.NoError(t, err)
	assert.Equal(t, []Finding{{Check: "GitHub", Status: OK, Found: "the stack makes no identity provider"}}, found)
}
