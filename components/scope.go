package components

import (
	"errors"
	"fmt"
	"regexp"
)

// Scope identifies a stack: project, account, region. From it components compute names and ARNs
// that would otherwise be unknown until AWS has created the resource.
type Scope struct {
	// Project is the Pulumi project, the first part of every physical name.
	Project string
	// Stack is the Pulumi stack, the second part of every physical name.
	Stack string
	// Partition of the account, such as aws, aws-cn or aws-us-gov.
	Partition string
	// Region such as us-east-1.
	Region string
	// AccountID has 12 digits.
	AccountID string
	// RunbookURL is the address of the page with a section per alarm, to which alarms link. May be
	// empty.
	RunbookURL string
}

// ARN returns the ARN of a resource in the scope's account and region.
func (s Scope) ARN(service, resource string) string {
	return fmt.Sprintf("arn:%s:%s:%s:%s:%s", s.Partition, service, s.Region, s.AccountID, resource)
}

// consoleHost returns the host of AWS's console in the scope's partition.
// Amazon ECS Developer Guide, "Amazon ECS-optimized Linux AMIs", whose links lead into all three.
func (s Scope) consoleHost() string {
	switch s.Partition {
	case "aws-cn":
		return "console.amazonaws.cn"
	case "aws-us-gov":
		return "console.amazonaws-us-gov.com"
	}
	return "console.aws.amazon.com"
}

// GlobalARN returns the ARN of a resource of a service without regions, such as iam.
func (s Scope) GlobalARN(service, resource string) string {
	return fmt.Sprintf("arn:%s:%s::%s:%s", s.Partition, service, s.AccountID, resource)
}

// BucketARN returns the ARN of an S3 bucket; bucket names are global, so the ARN has no
// account.
func (s Scope) BucketARN(bucket string) string {
	return fmt.Sprintf("arn:%s:s3:::%s", s.Partition, bucket)
}

// LogGroupARN returns the ARN of a CloudWatch log group, without the :* that stands for its
// streams.
func (s Scope) LogGroupARN(name string) string {
	return s.ARN("logs", "log-group:"+name)
}

// codeDeployApplication returns the name of a service's CodeDeploy application. Its deployment
// group has the service's name.
func (s Scope) codeDeployApplication(service string) string { return s.Name(NameCodeDeploy, service) }

// in returns the same scope in another account.
func (s Scope) in(accountID string) Scope {
	s.AccountID = accountID
	return s
}

// rootARN returns the account's root principal, which stands for the whole account in key
// policies.
func (s Scope) rootARN() string {
	return s.GlobalARN("iam", "root")
}

var accountIDPattern = regexp.MustCompile(`^\d{12}$`)

func (s Scope) validate() error {
	var errs []error
	for _, field := range []struct{ name, value string }{
		{"Project", s.Project}, {"Stack", s.Stack}, {"Partition", s.Partition}, {"Region", s.Region},
	} {
		if field.value == "" {
			errs = append(errs, fmt.Errorf("Scope.%s is empty: set it", field.name))
		}
	}
	if names := s.NamesBegin(); len(names) > longestBeginning {
		errs = append(errs, fmt.Errorf("Scope: names begin with %q, of %d characters: shorten project or stack, to %d in all",
			names, len(names), longestBeginning))
	}
	if !accountIDPattern.MatchString(s.AccountID) {
		errs = append(errs, fmt.Errorf("Scope.AccountID is %q: set the account's 12 digits", s.AccountID))
	}
	return errors.Join(errs...)
}
