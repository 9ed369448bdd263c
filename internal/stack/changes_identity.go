package stack

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/config"
	"aws-webapp/internal/deployed"
)

// kindTypes has for each kind of stack a component that every stack of that kind has.
var kindTypes = map[config.Kind]string{
	config.KindWorkload: "aws-webapp:network:Network",
	config.KindDelivery: "aws-webapp:delivery:Registry",
}

// refuseMove refuses to turn a deployed stack into one of another kind, region or account: the
// engine would delete its resources, or look for them in the wrong place.
func refuseMove(project string, was *deployed.Stack, kind config.Kind, aws config.AWS) error {
	var errs config.Errors
	refuse := func(key, found, allowed string) {
		errs = append(errs, &config.Error{
			Key: project + ":" + key, Found: found, Allowed: allowed + " while the stack is up",
			Fix: "make a new stack for it (pulumi stack init), or destroy this one first",
		})
	}
	for other, token := range kindTypes {
		if other != kind && len(was.Of(token)) > 0 {
			refuse("kind", string(kind), string(other))
		}
	}
	if region, accountID := home(was); region != "" {
		if aws.Region != region {
			refuse("aws.region", aws.Region, region)
		}
		if !slices.Contains(aws.AllowedAccountIDs, accountID) {
			refuse("aws.allowedAccountIds", strings.Join(aws.AllowedAccountIDs, ", "), "a list with "+accountID)
		}
	}
	if len(errs) == 0 {
		return nil
	}
	return errs.Sorted()
}

// home returns a stack's region and account: every stack has keys, and a key's ARN contains
// both.
func home(was *deployed.Stack) (region, accountID string) {
	for _, key := range was.Of(resourcetypes.KMSKey) {
		if found, err := arn.Parse(key.Text("arn")); err == nil {
			return found.Region, found.AccountID
		}
	}
	return "", ""
}
