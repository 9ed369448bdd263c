package config

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// found returns the errors of a staging stack with changes about a key.
func found(t *testing.T, key string, changes edits) []string {
	t.Helper()
	_, err := Parse(project, valuesOf(t, stagingStack, changes))
	var errs Errors
	require.True(t, err == nil || errors.As(err, &errs), "%v", err)
	texts := []string{}
	for _, e := range errs {
		if e.Key == "aws-webapp:"+key {
			texts = append(texts, e.Found)
		}
	}
	return texts
}

// TestTakenVariables tries every variable that the program sets, with and without the key that makes it do so.
func TestTakenVariables(t *testing.T) {
	const (
		taken    = "a variable that the program sets"
		override = "a variable that overrides the task's role"
		value    = `"arn:aws:secretsmanager:eu-west-1:111122223333:secret:x-AbCdEf"`
	)
	with := func(list, name string, on bool) edits {
		changes := edits{
			"services[0]." + list:        fmt.Sprintf(`{%q: %s}`, name, value),
			"services[0].databaseAccess": fmt.Sprint(on), "services[0].bucketAccess": `"none"`,
		}
		if on {
			changes["services[0].bucketAccess"] = `"read"`
		}
		return changes
	}
	for _, list := range []string{"environment", "secrets"} {
		for _, name := range []string{"DATABASE_URL", "PGUSER", "PGPASSWORD", "BUCKET_NAME"} {
			key := "services[0]." + list + "." + name
			if looksSecret("", name) != "" {
				key = fmt.Sprintf("services[0].%s[%q]", list, name)
			}
			assert.Contains(t, found(t, key, with(list, name, true)), taken, key)
			assert.NotContains(t, found(t, key, with(list, name, false)), taken, key)
			assert.NotContains(t, found(t, key+"S", with(list, name+"S", true)), taken, "a neighbour of %s", key)
		}
		// The variables that the SDKs look at before the task's role: AWS SDKs and Tools Reference Guide,
		// "Static credentials" and "Shared config and credentials files".
		for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"} {
			key := "services[0]." + list + "." + name
			assert.Contains(t, found(t, key, with(list, name, false)), override, key)
		}
		assert.NotContains(t, found(t, "services[0]."+list+".AWS_REGION", with(list, "AWS_REGION", false)), override)
	}
}

func TestNamesAtTheirEdges(t *testing.T) {
	for project, good := range map[string]bool{
		"internal": false, "internal-shop": false, "internals": true, "sthree": false, "sthree-x": false, "sthrees": true,
		"amzn-s3-demo": false, "amzn-s3-demo-x": false, "amzn-s3-demos": true, "a-internal": true,
		"abcdefghijklmnopqrstuvwxyz-0123456789-ab": true, "abcdefghijklmnopqrstuvwxyz-0123456789-abc": false,
		"-a": false, "a-": false, "": false, "z9": true, "9z": false,
	} {
		assert.Equal(t, good, CheckNames(project, "prod") == nil, "%s", project)
	}
	for stack, instead := range map[string]string{
		"a_z": "a-z", "0_9": "0-9", "A.Z": "a-z", "é": "staging", "{a`b@c[d/e:f": "a-b-c-d-e-f",
	} {
		assert.Equal(t, instead, better(stack))
		assert.ErrorContains(t, CheckNames("shop", stack), "such as "+instead)
	}
}

// TestNamesOfOneRegistration: names under one registered domain may share a zone; about names that nobody can
// register nothing is known.
func TestNamesOfOneRegistration(t *testing.T) {
	for _, test := range []struct {
		one, other string
		want       bool
	}{
		{"example.com", "example.com", true},
		{"example.com", "*.example.com", true},
		{"www.example.com", "a.b.example.com", true},
		{"shop.co.uk", "www.shop.co.uk", true},
		{"co.uk", "example.com", true},
		{"example.com", "example.org", false},
		{"example.com", "myexample.com", false},
		{"shop.co.uk", "other.co.uk", false},
		{"example.com", "com", false},
	} {
		assert.Equal(t, test.want, sameRegistration(test.one, test.other), "%v", test)
	}
}

// TestAddressesOfTheAppTier counts what tasks, releases, endpoints and the log search need in the fullest zone.
func TestAddressesOfTheAppTier(t *testing.T) {
	service := func(tasks, percent int, controller DeploymentController) Service {
		s := DefaultService()
		s.Scaling.Max, s.Deployment.MaximumPercent, s.Deployment.Controller = tasks, percent, controller
		return s
	}
	for name, test := range map[string]struct {
		services             []Service
		tasks, largest, more int
	}{
		"no services":                  {nil, 0, 0, 0},
		"a rolling release in full":    {[]Service{service(10, 200, Rolling)}, 5, 5, 0},
		"half of it at a time":         {[]Service{service(10, 150, Rolling)}, 5, 3, 0},
		"one by one in place":          {[]Service{service(10, 100, Rolling)}, 5, 0, 0},
		"blue/green is all again":      {[]Service{service(10, 100, BlueGreen)}, 5, 5, 0},
		"the largest, not all of them": {[]Service{service(3, 200, Rolling), service(4, 100, BlueGreen)}, 4, 2, 0},
		"with endpoints and a domain":  {[]Service{service(1, 200, Rolling)}, 1, 1, 2},
	} {
		t.Run(name, func(t *testing.T) {
			c := Config{}
			c.Network.AvailabilityZoneCount, c.Services = 2, test.services
			want := []int{test.tasks, test.largest, test.more}
			if test.more > 0 {
				c.Network.InterfaceEndpoints = []string{"logs", "sts"}
				c.LogSearch.Enabled, c.LogSearch.InstanceCount = true, 2
				want = append(want, 6, 1)
			}
			counts := []int{}
			for _, a := range c.appAddresses() {
				counts = append(counts, a.count)
			}
			assert.Equal(t, want, counts)
		})
	}
}

// The program sets these tags itself. AWS would take one that differs in case as another.
func TestTagsOfTheProgram(t *testing.T) {
	for _, tag := range []string{"Project", "Stack", "Environment", "Owner", "CostCenter", "Repository"} {
		for _, name := range []string{tag, strings.ToLower(tag), strings.ToUpper(tag)} {
			set := edits{"tags.extra": fmt.Sprintf(`{%q: "x"}`, name)}
			assert.Equal(t, []string{"a tag that the program sets"}, found(t, "tags.extra."+name, set))
		}
		assert.Empty(t, found(t, "tags.extra."+tag+"s", edits{"tags.extra": fmt.Sprintf(`{%q: "x"}`, tag+"s")}))
	}
}
