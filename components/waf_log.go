package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/wafv2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// wafLogPrefix is the required prefix of log groups that WAF writes to.
const wafLogPrefix = "aws-waf-logs-"

// redactedHeaders carry credentials and are kept out of the logs.
var redactedHeaders = []string{"authorization", "cookie"}

// createWAFLog makes the firewall's log and its own log delivery policy. Otherwise enabling the log would make AWS
// extend an account-wide policy that no stack owns and that is full after some ten groups.
func (l *LoadBalancer) createWAFLog(ctx *pulumi.Context, name string, acl *wafv2.WebAcl) error {
	scope := l.args.Scope
	groupName := wafLogPrefix + scope.Name(NameLogGroup, name)
	l.WAFLogGroupName = groupName
	group, err := cloudwatch.NewLogGroup(ctx, name, &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(groupName),
		RetentionInDays: pulumi.Int(l.args.WAF.LogRetentionDays),
		KmsKeyId:        l.args.WAF.LogKeyARN,
	}, pulumi.Parent(l))
	if err != nil {
		return err
	}
	policy, err := cloudwatch.NewLogResourcePolicy(ctx, name, &cloudwatch.LogResourcePolicyArgs{
		PolicyName: pulumi.String(scope.Name(NameLogGroup, name)),
		PolicyDocument: policyDocument(statement{
			Sid:       "DeliverWAFLogs",
			Effect:    "Allow",
			Principal: map[string]any{"Service": "delivery.logs.amazonaws.com"},
			Action:    []string{"logs:CreateLogStream", "logs:PutLogEvents"},
			Resource:  scope.LogGroupARN(groupName) + ":log-stream:*",
			Condition: scope.fromSource(scope.ARN("logs", "*")),
		}),
	}, pulumi.Parent(l))
	if err != nil {
		return err
	}
	_, err = wafv2.NewWebAclLoggingConfiguration(ctx, name, &wafv2.WebAclLoggingConfigurationArgs{
		ResourceArn:           acl.Arn,
		LogDestinationConfigs: pulumi.StringArray{group.Arn},
		RedactedFields:        l.args.WAF.redactedFields(),
		LoggingFilter:         l.args.WAF.loggingFilter(),
	}, pulumi.Parent(l), pulumi.DependsOn([]pulumi.Resource{policy}), pulumi.DeleteBeforeReplace(true))
	return err
}

// redactedFields returns the fields that are redacted in the log. They do not apply to sampled
// requests.
func (a WAFArgs) redactedFields() wafv2.WebAclLoggingConfigurationRedactedFieldArray {
	var redacted wafv2.WebAclLoggingConfigurationRedactedFieldArray
	for _, header := range redactedHeaders {
		redacted = append(redacted, wafv2.WebAclLoggingConfigurationRedactedFieldArgs{
			SingleHeader: wafv2.WebAclLoggingConfigurationRedactedFieldSingleHeaderArgs{Name: pulumi.String(header)},
		})
	}
	if a.RedactQueryStrings {
		redacted = append(redacted, wafv2.WebAclLoggingConfigurationRedactedFieldArgs{
			QueryString: wafv2.WebAclLoggingConfigurationRedactedFieldQueryStringArgs{},
		})
	}
	return redacted
}

// dataProtection keeps headers with credentials, and query strings, out of the places that redactedFields does
// not cover: the sampled requests, and what a rule found in them. API reference of WAF, LoggingConfiguration,
// DataProtection and FieldToProtect. WAF does not charge for it
// (https://aws.github.io/aws-security-services-best-practices/guides/waf/waf-cost/docs/).
func (a WAFArgs) dataProtection() wafv2.WebAclDataProtectionConfigPtrInput {
	type field = wafv2.WebAclDataProtectionConfigDataProtectionFieldArgs
	substitute := func(what field) wafv2.WebAclDataProtectionConfigDataProtectionInput {
		return wafv2.WebAclDataProtectionConfigDataProtectionArgs{Action: pulumi.String("SUBSTITUTION"), Field: what}
	}
	protections := wafv2.WebAclDataProtectionConfigDataProtectionArray{
		substitute(field{
			FieldType: pulumi.String("SINGLE_HEADER"), FieldKeys: pulumi.ToStringArray(redactedHeaders),
		}),
	}
	if a.RedactQueryStrings {
		protections = append(protections, substitute(field{
			FieldType: pulumi.String("QUERY_STRING"),
		}))
	}
	return wafv2.WebAclDataProtectionConfigArgs{DataProtections: protections}
}

// loggingFilter keeps the requests that a rule blocked or counted; the load balancer logs all of them. A rule that
// counts because of an override has the action EXCLUDED_AS_COUNT (API reference of WAF, ActionCondition).
func (a WAFArgs) loggingFilter() wafv2.WebAclLoggingConfigurationLoggingFilterPtrInput {
	if a.LogAll {
		return nil
	}
	var conditions wafv2.WebAclLoggingConfigurationLoggingFilterFilterConditionArray
	for _, action := range []string{"BLOCK", "COUNT", "EXCLUDED_AS_COUNT"} {
		conditions = append(conditions, wafv2.WebAclLoggingConfigurationLoggingFilterFilterConditionArgs{
			ActionCondition: wafv2.WebAclLoggingConfigurationLoggingFilterFilterConditionActionConditionArgs{
				Action: pulumi.String(action),
			},
		})
	}
	return wafv2.WebAclLoggingConfigurationLoggingFilterArgs{
		DefaultBehavior: pulumi.String("DROP"),
		Filters: wafv2.WebAclLoggingConfigurationLoggingFilterFilterArray{
			wafv2.WebAclLoggingConfigurationLoggingFilterFilterArgs{
				Behavior: pulumi.String("KEEP"), Requirement: pulumi.String("MEETS_ANY"), Conditions: conditions,
			},
		},
	}
}
