package rules

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/control"
)

var kebab = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)+$`)

// page matches the address of a page of AWS's or Pulumi's, perhaps of a section of it.
var page = regexp.MustCompile(`^https://(docs\.aws\.amazon\.com|www\.pulumi\.com)/[\w/.-]+(\.html(#[\w.-]+)?|/)$`)

func TestEveryRowIsComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range All() {
		t.Run(c.Name, func(t *testing.T) {
			assert.False(t, seen[c.Name], "the name is taken")
			seen[c.Name] = true
			assert.Regexp(t, kebab, c.Name)
			assert.NotEmpty(t, c.Subject)
			assert.NotEmpty(t, c.IDs)
			assert.NotEmpty(t, c.Severity)
			assert.NotEmpty(t, c.Levels.Prod)
			assert.NotEmpty(t, c.Levels.Other)
			for _, text := range []string{c.Title, c.Risk, c.Fix} {
				assert.NotEmpty(t, text)
				assert.False(t, strings.HasSuffix(text, "."), "sentences get their full stop later: %s", text)
			}
			assert.True(t, unicode.IsUpper(rune(c.Title[0])), c.Title)
			assert.True(t, unicode.IsUpper(rune(c.Risk[0])), c.Risk)
			assert.NotEqual(t, c.Judge != nil, len(c.Types) == 0, "a control judges types, and only the pack's own have none")
			if c.Judge != nil {
				assert.Regexp(t, page, c.DocURL(), "no page of documentation")
			}
		})
	}
}

func TestRepairsAndLevelsBelongTogether(t *testing.T) {
	for _, c := range All() {
		assert.Equal(t, c.Levels.Prod == control.Remediate, c.Remedy != nil, c.Name)
		assert.False(t, c.Remedy != nil && c.Scope == control.PerStack,
			"%s: the engine repairs single resources only", c.Name)
	}
}

func TestParametersTakeTheirOwnDefaults(t *testing.T) {
	for _, c := range All() {
		for _, p := range c.Params {
			assert.NotEmpty(t, p.Doc, "%s.%s", c.Name, p.Name)
			parsed, err := p.Parse(onTheWire(p.Default))
			assert.NoError(t, err, "%s.%s", c.Name, p.Name)
			assert.Equal(t, p.Default, parsed, "%s.%s", c.Name, p.Name)
		}
	}
}

// onTheWire returns a default as it would come from a configuration file.
func onTheWire(value any) any {
	list := []any{}
	switch v := value.(type) {
	case []string:
		for _, s := range v {
			list = append(list, s)
		}
		return list
	case []int:
		for _, n := range v {
			list = append(list, float64(n))
		}
		return list
	default:
		return value
	}
}

func TestDefaultFlowsCanBeRead(t *testing.T) {
	for _, text := range defaultFlows {
		_, err := parseFlow(text)
		assert.NoError(t, err)
	}
}

// The table of contents that readers know, and the rules that hold for this architecture alone.
func TestSubjectsAndRulesOfOurOwn(t *testing.T) {
	subjects := strings.Split("AWS Backup, Account, CloudTrail, CloudWatch, CodeBuild and CodePipeline, Deployments, "+
		"EBS, ECR, ECS, EFS, ElastiCache, IAM, Lambda, Load balancer, OpenSearch, Policy pack, Protection, RDS, S3, "+
		"SNS and SQS, Secrets and keys, Security groups, VPC, Versions, WAF, Whole stack", ", ")
	used := map[string]bool{}
	var own []string
	for _, c := range All() {
		assert.Contains(t, subjects, c.Subject, c.Name)
		used[c.Subject] = true
		if c.Own {
			own = append(own, c.Name)
			assert.NotEmpty(t, c.IDs[control.House], "%s: no framework knows a rule of ours", c.Name)
		}
	}
	assert.Len(t, used, len(subjects))
	slices.Sort(own)
	assert.Equal(t, []string{
		"account-settings-present", "codedeploy-traffic-shift", "ecs-app-subnets", "ecs-rollback-alarms",
		"explicit-provider", "log-search-present", "policy-coverage", "required-tags", "s3-encryption-header",
		"sg-flow-matrix", "vpc-protected",
	}, own)
}

// Advice that names a key of the stack file names one that there is.
func TestAdviceNamesKeysThatThereAre(t *testing.T) {
	reference, err := os.ReadFile(filepath.Join("..", "..", "docs", "config.md"))
	require.NoError(t, err)
	key := regexp.MustCompile(`^[a-z][A-Za-z]*(\[\])?(\.[a-z][A-Za-z]*)+$`)
	named := 0
	for _, c := range All() {
		for _, word := range strings.Fields(c.Here) {
			if key.MatchString(word) {
				named++
				assert.Regexp(t, "`"+regexp.QuoteMeta(word)+"[`.\\[]", string(reference), c.Name)
			}
		}
	}
	assert.Greater(t, named, 10)
}
