package config

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestErrors(t *testing.T) {
	first := &Error{Key: "a:b", Found: "1", Allowed: "2", Fix: "set 2"}
	second := &Error{Key: "a:c", Found: "3", Allowed: "4", Fix: "set 4"}
	assert.EqualError(t, Errors{first}, "a:b: found 1, allowed 2: set 2")
	both := Errors{first, second}
	assert.EqualError(t, both, "2 errors in the configuration:\n  - a:b: found 1, allowed 2: set 2\n  - a:c: found 3, "+
		"allowed 4: set 4")
	assert.ErrorIs(t, both, second)
	var one *Error
	require.True(t, errors.As(error(both), &one))
	assert.Equal(t, first, one)
}

func TestErrorsAreSorted(t *testing.T) {
	want := []string{"a", "a.b", "a[2]", "a[2].b", "a[10]", "a[10].b", "b"}
	rapid.Check(t, func(t *rapid.T) {
		var errs Errors
		for _, key := range rapid.Permutation(want).Draw(t, "keys") {
			errs = append(errs, &Error{Key: key})
		}
		assert.Equal(t, want, keysOfErrors(errs.Sorted()))
	})
}

func TestNumberRule(t *testing.T) {
	tests := map[string]struct{ good, bad []int }{
		"7":                                 {[]int{7}, []int{6, 8, -7}},
		"-1 to 3":                           {[]int{-1, 0, 3}, []int{-2, 4}},
		"0, 30 to 900":                      {[]int{0, 30, 900}, []int{1, 29, 901}},
		"2 or more":                         {[]int{2, 1 << 30}, []int{1}},
		"7, multiples of 31 up to 713, 731": {[]int{7, 31, 93, 713, 731}, []int{0, 14, 32, 730, 744}},
	}
	for tag, test := range tests {
		t.Run(tag, func(t *testing.T) {
			r, err := numberRule(tag)
			require.NoError(t, err)
			for _, number := range test.good {
				assert.True(t, r.takesNumber(number), number)
			}
			for _, number := range test.bad {
				assert.False(t, r.takesNumber(number), number)
			}
		})
	}
}

func TestBrokenRules(t *testing.T) {
	for _, tag := range []string{"", "many", "1 till 2", "a to b", "1 to b", "multiples of x up to 3"} {
		_, err := numberRule(tag)
		assert.Error(t, err, tag)
	}
	for _, tag := range []string{"", "<no such format>"} {
		_, err := textRule(tag)
		assert.Error(t, err, tag)
	}
}

func TestClosest(t *testing.T) {
	keys := []string{"min", "max", "multiAz", "interfaceEndpoints", "healthCheck"}
	tests := map[string]string{
		"mim":                  "min",
		"MAX":                  "max",
		"multi_az":             "multiAz",
		"multiAvailability":    "",
		"interfaceEndpoint":    "interfaceEndpoints",
		"interface-end-points": "interfaceEndpoints",
		"healthcheck":          "healthCheck",
		"memory":               "",
	}
	for found, want := range tests {
		assert.Equal(t, want, closest(found, keys), found)
	}
}

func TestForeignKeys(t *testing.T) {
	tests := map[string]*Error{
		"aws:region": {
			"aws:region", "a setting of the default AWS provider (not shown)",
			"none: every resource uses the program's own provider, which does not read it", "set aws.region instead",
		},
		"aws:secretKey": {
			"aws:secretKey", "a setting of the default AWS provider (not shown)",
			"none: every resource uses the program's own provider, which does not read it",
			"remove it; credentials come from the environment, a profile or a role",
		},
		"aws-webap:network": {
			"aws-webap:network", `the unknown namespace "aws-webap"`, "keys of aws-webapp", "did you mean aws-webapp:network?",
		},
	}
	for key, want := range tests {
		t.Run(key, func(t *testing.T) {
			values := valuesOf(t, stagingStack, nil)
			values[key] = "topsecret"
			_, err := Parse(project, values)
			assert.Equal(t, Errors{want}, err)
		})
	}
}

// Whoever brings a setting of the default provider along is told where it belongs.
func TestSettingsOfTheDefaultProvider(t *testing.T) {
	for name, fix := range map[string]string{
		"region": "set aws.region instead", "allowedAccountIds": "set aws.allowedAccountIds instead",
		"endpoints": "set aws.endpoints instead", "maxRetries": "set aws.maxRetries instead",
		"defaultTags": "set tags instead", "profile": "set the environment variable AWS_PROFILE instead",
		"token": "remove it; credentials come from the environment, a profile or a role",
	} {
		values := valuesOf(t, stagingStack, nil)
		values["aws:"+name] = "topsecret"
		_, err := Parse(project, values)
		assert.ErrorContains(t, err, "aws:"+name+": found a setting of the default AWS provider (not shown)")
		assert.ErrorContains(t, err, ": "+fix)
	}
}

func TestKeysOfAnotherProject(t *testing.T) {
	renamed := map[string]string{"shop:environment": "", "shop:network": "{}"}
	for key, value := range valuesOf(t, stagingStack, nil) {
		renamed[key] = value
	}
	_, err := Parse("shop", renamed)
	assert.Equal(t, Errors{{
		"aws-webapp:aws", `keys of a project "aws-webapp"`, `keys of "shop", the name in Pulumi.yaml`,
		"begin each key with shop: in the stack file, or set name: aws-webapp in Pulumi.yaml",
	}}, err)
	_, err = KindOf("shop", renamed)
	assert.NoError(t, err, "the kind is asked first, and the error comes with the rest")
}

func TestWindowsOverlap(t *testing.T) {
	tests := map[string]struct {
		daily, weekly string
		want          bool
	}{
		"apart":                              {"03:00-04:00", "sun:04:30-sun:05:30", false},
		"one ends when the other begins":     {"03:00-04:00", "wed:04:00-wed:05:00", false},
		"one begins when the other ends":     {"03:00-04:00", "wed:02:00-wed:03:00", false},
		"a minute":                           {"03:00-04:00", "wed:03:59-wed:05:00", true},
		"one in the other":                   {"03:00-06:00", "wed:04:00-wed:05:00", true},
		"the other in the one":               {"04:00-04:30", "wed:03:00-wed:06:00", true},
		"backup over midnight":               {"23:30-00:30", "wed:00:15-wed:00:45", true},
		"backup over the end of the week":    {"23:30-00:30", "mon:00:00-mon:00:30", true},
		"maintenance over midnight":          {"00:00-00:30", "wed:23:30-thu:00:15", true},
		"maintenance over the week's end":    {"00:00-00:30", "sun:23:45-mon:00:15", true},
		"both over the end of the week":      {"23:45-00:15", "sun:23:45-mon:00:15", true},
		"maintenance ends at the week's end": {"00:00-00:30", "sun:23:00-mon:00:00", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.want, parseWeeklyWindow(test.weekly).overlapsDaily(parseDailyWindow(test.daily)))
		})
	}
}

// The windows overlap exactly if some minute of the week is in both.
func TestWindowsOverlapByMinutes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		daily := newWindow(rapid.IntRange(0, minutesPerDay-1).Draw(t, "from"),
			rapid.IntRange(0, minutesPerDay-1).Draw(t, "to"), minutesPerDay)
		weekly := newWindow(rapid.IntRange(0, minutesPerWeek-1).Draw(t, "begin"),
			rapid.IntRange(0, minutesPerWeek-1).Draw(t, "end"), minutesPerWeek)
		want := false
		for minute := weekly.start; minute < weekly.start+weekly.length; minute++ {
			sinceBackup := (minute - daily.start + minutesPerWeek) % minutesPerDay
			want = want || sinceBackup < daily.length
		}
		assert.Equal(t, want, weekly.overlapsDaily(daily))
	})
}

func TestMutableTag(t *testing.T) {
	const digest = "@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	for _, image := range []string{
		"web", "web:latest", "web:main", "web:master", "web:develop", "web:stable", "web:prod", "web:staging", "web:LATEST",
		"web:stable-alpine", "web:1", "web:v2", "web:1.27", "localhost:5000/web",
	} {
		assert.NotEmpty(t, mutableTag(image), image)
	}
	for _, image := range []string{
		"web" + digest, "web:latest" + digest, "web:1.4.2", "web:v1.4.2-rc.1", "web:3f2a1bc", "web:main-3f2a1bc",
		"web:20261124", "localhost:5000/web:1.0.0",
	} {
		assert.Empty(t, mutableTag(image), image)
	}
}

func TestRequiredEndpoints(t *testing.T) {
	cfg := parse(t, stagingStack, edits{
		"services[0].databaseAccess": `true`,
		"services[1]": `{"name": "api", "executeCommand": true, "image": "nginx:1.27.3",
			"routing": {"priority": 200, "paths": ["/api/*"]}, "secrets": {
			"A": "arn:aws:ssm:eu-west-1:111111111111:parameter/a",
			"B": "arn:aws:ssm:eu-west-1:111111111111:parameter/b",
			"C": "arn:aws:secretsmanager:eu-west-1:111111111111:secret:c-AbCdEf"}}`,
	})
	assert.Equal(t, []RequiredEndpoint{
		{"ecr.api", "Fargate asks ECR for the right to pull images"},
		{"ecr.dkr", "Fargate pulls images from ECR"},
		{"logs", "containers log to CloudWatch"},
		{"secretsmanager", "Fargate reads the database secret for web"},
		{"ssm", "Fargate reads parameters for api"},
		{"ssmmessages", "ECS Exec talks to Session Manager for api"},
		{"kms", "ECS Exec encrypts its sessions for api"},
		{"sqs", "log search queues what it cannot deliver"},
	}, RequiredEndpoints(cfg))
}

func TestNetworkPlan(t *testing.T) {
	plan, err := parse(t, stagingStack, edits{"network.availabilityZoneCount": `3`}).Network.Plan()
	require.NoError(t, err)
	assert.Len(t, plan.DB, 3)
	assert.Equal(t, "10.0.9.0/24", plan.DB[2].String())
	_, err = (&Network{}).Plan()
	assert.Error(t, err)
}
