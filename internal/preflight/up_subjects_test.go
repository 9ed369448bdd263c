package preflight

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/config"
	"aws-webapp/internal/githubapi"
	"aws-webapp/internal/outcome"
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
		want   row
	}{
		"without ids": {
			repositoryNamed{subject: githubapi.Subject{Default: true, Prefix: "repo:example/aws-webapp"}},
			row{check: check, status: outcome.OK, found: "repo:example/aws-webapp"},
		},
		"with its ids": {
			repositoryNamed{subject: githubapi.Subject{Default: true, Prefix: "repo:example@12/aws-webapp@345"}},
			row{check: check, status: outcome.OK, found: "repo:example@12/aws-webapp@345"},
		},
		"with other ids": {
			repositoryNamed{subject: githubapi.Subject{Default: true, Prefix: "repo:example@12/aws-webapp@99"}},
			row{check, outcome.Blocked, "repo:example@12/aws-webapp@99", both, other},
		},
		"an older server": {
			repositoryNamed{subject: githubapi.Subject{Default: true}},
			row{check: check, status: outcome.OK, found: "GitHub's default, without ids"},
		},
		"a form of its own": {
			repositoryNamed{subject: githubapi.Subject{Prefix: "repo:example/aws-webapp"}},
			row{
				check, outcome.Blocked, "a form that example/aws-webapp or its organisation has set", "GitHub's default",
				"gh api --method PUT repos/example/aws-webapp/actions/oidc/customization/sub -F use_default=true",
			},
		},
		"nobody to ask": {
			nil,
			row{
				check: check, status: outcome.Unchecked, found: "no GITHUB_TOKEN to ask GitHub with",
				todo: "run it with GITHUB_TOKEN=$(gh auth token)",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			flight := newAccount().flight(t, nil)
			flight.GitHub = test.github
			found, err := flight.checkSubjects(t.Context(), delivery)
			require.NoError(t, err)
			assert.Equal(t, []row{test.want}, rows(found))
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
	assert.Equal(t, []row{{check: "GitHub", status: outcome.OK, found: "the stack makes no identity provider"}},
		rows(found))
}

func hasBudget(c *config.Config) { c.Monitoring.MonthlyBudget = 900 }
