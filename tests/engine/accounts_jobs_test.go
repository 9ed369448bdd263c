package engine_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"aws-webapp/tests/fixtures"
)

// gitHubJob is a job of a workflow that assumes a role.
type gitHubJob struct {
	name, stack, role string
	// subjects that its token may have.
	subjects         []string
	minutes, seconds int
}

// requireWorkflows checks that each job of the workflows assumes a role that lets it in, in the account of its stack,
// and for as long as the job may take.
func (g grants) requireWorkflows(t *testing.T, roles map[string]any) {
	jobs := gitHubJobs(t, roles)
	for _, job := range jobs {
		role, exists := g.roles[job.role]
		if !assert.True(t, exists, "%s: the role %q", job.name, job.role) {
			continue
		}
		assert.Contains(t, allowedAccounts(t, job.stack), accountOfARN(job.role), job.name)
		for _, prefix := range prefixes {
			for _, subject := range job.subjects {
				assert.Contains(t, g.assumable(tokenFor(prefix+":"+subject)), job.role, "%s: %s", job.name, subject)
			}
		}
		assert.LessOrEqual(t, job.seconds, role.seconds, "%s: AWS refuses longer sessions than the role's", job.name)
		assert.GreaterOrEqual(t, job.seconds, job.minutes*60, "%s: the job outlives its credentials", job.name)
	}
	assert.Len(t, jobs, 6, "preview, drift and deploy of two stacks")
}

var roleInWorkflow = regexp.MustCompile(`^\$\{\{ fromJSON\(vars\.AWS_ROLE_ARNS \|\| '\{\}'\)\.(\w+)\.(\w+) \}\}$`)

// gitHubJobs reads them, with the variable filled in from the delivery stack's output.
func gitHubJobs(t *testing.T, roles map[string]any) []gitHubJob {
	t.Helper()
	roleOf := func(expression string) string {
		part := roleInWorkflow.FindStringSubmatch(expression)
		require.NotNil(t, part, expression)
		arn, _ := roles[part[1]].(map[string]any)[part[2]].(string)
		return arn
	}
	var jobs []gitHubJob
	deploy := workflowFile(t, "deploy-stack.yml").Jobs["deploy"]
	require.Equal(t, "${{ inputs.stack }}", deploy.Environment)
	for name, caller := range workflowFile(t, "deploy.yml").Jobs {
		if stack := caller.With["stack"]; stack != "" {
			jobs = append(jobs, gitHubJob{
				name: "deploy.yml " + name, stack: stack, role: roleOf(caller.With["role"]), minutes: deploy.Minutes,
				subjects: []string{"environment:" + stack}, seconds: deploy.seconds(t),
			})
		}
	}
	for file, subject := range map[string]string{"preview.yml": "pull_request", "drift.yml": "ref:refs/heads/main"} {
		for name, j := range workflowFile(t, file).Jobs {
			require.Empty(t, j.Environment, "%s: an environment is another subject, and asks for approval", file)
			for _, of := range j.Strategy.Matrix.Include {
				jobs = append(jobs, gitHubJob{
					name: file + " " + name, stack: of["stack"], role: roleOf(of["role"]), minutes: j.Minutes,
					subjects: []string{subject}, seconds: j.seconds(t),
				})
			}
		}
	}
	return jobs
}

type workflowJob struct {
	Environment string            `yaml:"environment"`
	Minutes     int               `yaml:"timeout-minutes"`
	With        map[string]string `yaml:"with"`
	Strategy    struct {
		Matrix struct {
			Include []map[string]string `yaml:"include"`
		} `yaml:"matrix"`
	} `yaml:"strategy"`
	Steps []struct {
		With struct {
			Seconds int `yaml:"role-duration-seconds"`
		} `yaml:"with"`
	} `yaml:"steps"`
}

// seconds that the job's credentials last.
func (j workflowJob) seconds(t *testing.T) int {
	t.Helper()
	for _, step := range j.Steps {
		if step.With.Seconds > 0 {
			return step.With.Seconds
		}
	}
	require.Fail(t, "no step says how long credentials last")
	return 0
}

func workflowFile(t *testing.T, name string) (w struct {
	Jobs map[string]workflowJob `yaml:"jobs"`
},
) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, ".github", "workflows", name))
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(content, &w), name)
	return w
}

// allowedAccounts returns the accounts that the stack's file allows.
func allowedAccounts(t *testing.T, stack string) []string {
	t.Helper()
	content, err := os.ReadFile(fixtures.StackFile(t, stack))
	require.NoError(t, err)
	var file struct {
		Config map[string]yaml.Node `yaml:"config"`
	}
	require.NoError(t, yaml.Unmarshal(content, &file))
	var aws struct {
		Accounts []string `yaml:"allowedAccountIds"`
	}
	node := file.Config["aws-webapp:aws"]
	require.NoError(t, node.Decode(&aws))
	return aws.Accounts
}
