package rotate

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/cli"
	"aws-webapp/internal/cli/clitest"
)

func TestRotateEndsAsItsPagesSay(t *testing.T) {
	const (
		topic = `{"alertTopicArn":"arn:aws:sns:eu-west-1:123456789012:alerts"`
		stack = topic + `,"clusterName":"app","databaseSecretArn":"arn:x","services":{"web":{"name":"web"}}}`
		fresh = `{"VersionIdsToStages":{"v1":["AWSCURRENT"]}}`
		taken = `{"VersionIdsToStages":{"v1":["AWSCURRENT"],"v2":["AWSPENDING"]}}`
		empty = `<DescribeDBInstancesResponse><DescribeDBInstancesResult><DBInstances/></DescribeDBInstancesResult>` +
			`</DescribeDBInstancesResponse>`
	)
	for name, row := range map[string]struct {
		outputs, secret string
		code            int
		says            string
	}{
		"no database":  {topic + `}`, "", cli.ExitFailed, "it has no database"},
		"no right":     {stack, "", cli.ExitCannotAsk, "needs the permission secretsmanager:DescribeSecret"},
		"refused":      {stack, fresh, cli.ExitFailed, "no instance of RDS manages the secret"},
		"the time up":  {stack, taken, cli.ExitUndecided, "after 0s: the rotation is not over"},
		"JSON is none": {"x", "", cli.ExitUsage, "found no JSON"},
	} {
		answers := map[string]string{"ListTasks": `{"taskArns":[]}`, "DescribeDBInstances": empty}
		if row.secret != "" {
			answers["DescribeSecret"] = row.secret
		}
		awsfake.Serve(t, answers)
		result := clitest.CallWith(t, row.outputs, New(), "--outputs", "-", "--timeout", "0s")
		assert.Equal(t, row.code, result.Code(), name)
		assert.ErrorContains(t, result.Error, row.says, name)
	}
}
