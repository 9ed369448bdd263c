package config

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCheckNames(t *testing.T) {
	for _, good := range [][2]string{{"aws-webapp", "prod"}, {"shop2", "2"}, {"a", "feature-login"}} {
		require.NoError(t, CheckNames(good[0], good[1]), good)
	}
	for name, test := range map[string]struct{ project, stack, want string }{
		"underscore": {
			"aws-webapp", "feature_login", `name of the stack: found "feature_login", allowed up to 40 of a-z, 0-9 and single ` +
				`inner hyphens: choose another name, such as feature-login`,
		},
		"capitals":          {"aws-webapp", "Prod", "such as prod"},
		"two hyphens":       {"aws-webapp", "a--b", "such as a-b"},
		"nothing of it":     {"aws-webapp", "___", "such as staging"},
		"long":              {"aws-webapp", strings.Repeat("a", 41), "such as " + strings.Repeat("a", 40)},
		"digit first":       {"2shop", "prod", `name of the project: found "2shop"`},
		"dot":               {"shop.web", "prod", "rename it in Pulumi.yaml"},
		"load balancer":     {"internal", "prod", "does not begin with internal-"},
		"prefix of buckets": {"sthree-shop", "prod", "does not begin with sthree-"},
	} {
		t.Run(name, func(t *testing.T) {
			assert.ErrorContains(t, CheckNames(test.project, test.stack), test.want)
		})
	}
}
