package outputs

import (
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/spf13/cobra"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/cli"
)

// Open reads the outputs into a value, and opens AWS in the stack's region, which the topic of its alarms names.
// Clients of the configuration only look, and call what needs one of the actions. Errors are marked for the exit code.
func (s *Source) Open(cmd *cobra.Command, into any, actions ...string) (aws.Config, error) {
	text, err := s.Read(cmd)
	if err != nil {
		return aws.Config{}, err
	}
	var every struct {
		Topic string `json:"alertTopicArn"`
	}
	for _, one := range []any{&every, into} {
		if err := json.Unmarshal(text, one); err != nil {
			return aws.Config{}, cli.Usage(fmt.Errorf("--outputs: found no JSON of pulumi stack output --json: %w", err))
		}
	}
	topic, err := arn.Parse(every.Topic)
	if err != nil {
		return aws.Config{}, cli.Usage(fmt.Errorf("--outputs: found no alertTopicArn: the stack is not deployed"))
	}
	cfg, err := awsapi.OpenToChange(cmd.Context(), topic.Region, awsapi.Profile{}, actions...)
	return cfg, cli.CannotAsk(err)
}

// Unanswered marks an error of AWS for the exit code, and adds the permission that is missing.
func Unanswered(err error) error {
	if action, denied := awsapi.Denied(err); denied {
		err = fmt.Errorf("%w\nThe caller needs the permission %s; docs/operations.md has the whole policy", err, action)
	}
	return cli.CannotAsk(err)
}
