package deliveries_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/awsdata/deliveries"
)

func TestEveryReadingHasASource(t *testing.T) {
	names := map[string]bool{}
	for _, d := range deliveries.All() {
		assert.False(t, names[d.Name], "%s is there twice", d.Name)
		names[d.Name] = true
		assert.NotEmpty(t, d.Service, d.Name)
		assert.NotEmpty(t, d.Actions, d.Name)
		assert.NotEmpty(t, d.Readings, d.Name)
		for i, reading := range d.Readings {
			assert.NotEmpty(t, reading.Sources, "%s, reading %d", d.Name, i+1)
			for _, source := range reading.Sources {
				assert.Regexp(t, `^https://`, source, d.Name)
			}
		}
	}
}

func TestGuardedAreOnlyThoseThatSurelySendTheirSource(t *testing.T) {
	guarded := deliveries.Guarded()
	assert.Contains(t, guarded, "codebuild.amazonaws.com")
	for _, silent := range []string{
		"cloudtrail.amazonaws.com", "backup.amazonaws.com", "codepipeline.amazonaws.com", "lambda.amazonaws.com",
	} {
		assert.NotContains(t, guarded, silent)
	}
}

func TestRequest(t *testing.T) {
	keys := deliveries.LogsToFunction.Request(deliveries.LogsToFunction.Readings[0], deliveries.Place{
		Account: "123456789012", Region: "eu-west-1", Partition: "aws",
		Source: "arn:aws:logs:eu-west-1:123456789012:log-group:x:*",
	})
	assert.Equal(t, []string{"arn:aws:logs:eu-west-1:123456789012:log-group:x:*"}, keys[deliveries.SourceARN])
	assert.Equal(t, []string{"123456789012"}, keys[deliveries.SourceAccount])
	assert.Equal(t, []string{"logs.eu-west-1.amazonaws.com"}, keys["aws:PrincipalServiceName"])
	assert.Equal(t, []string{"true"}, keys["aws:PrincipalIsAWSService"])
	role := deliveries.FunctionToQueue
	assert.Equal(t, []string{"false"}, role.Request(role.Readings[0], deliveries.Place{})["aws:PrincipalIsAWSService"])
}

func TestBy(t *testing.T) {
	decrypt := func(action string) bool { return action == "kms:Decrypt" }
	assert.Len(t, deliveries.By("events.amazonaws.com", decrypt), 2)
	assert.Len(t, deliveries.By("logs.us-east-1.amazonaws.com", decrypt), 1)
	assert.Empty(t, deliveries.By("ec2.amazonaws.com", decrypt))
}
