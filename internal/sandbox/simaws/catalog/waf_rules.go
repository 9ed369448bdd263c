package catalog

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/awsdata/waf"
	"aws-webapp/internal/sandbox/simaws/prop"
)

// managedGroupsExist refuses groups that AWS does not have, as AWS does, and overrides of rules that a group does
// not have: AWS accepts and ignores those, so the rule would act as before (API reference of WAF,
// RuleActionOverride).
func managedGroupsExist(c *Call) error {
	for _, group := range prop.Objects(c.Inputs, "rules[].statement.managedRuleGroupStatement") {
		if prop.Text(group, "vendorName") != "AWS" {
			continue
		}
		name := prop.Text(group, "name")
		rules, known := waf.Groups[name]
		if !known && !slices.Contains(waf.FineTuned, name) {
			return Errorf("WAFNonexistentItemException", "AWS WAF couldn't perform the operation because your resource "+
				"doesn't exist: managed rule group %s", name)
		}
		for _, override := range prop.Texts(group, "ruleActionOverrides[].name") {
			if known && !slices.Contains(rules, override) {
				return fmt.Errorf("AWS accepts the override of %s and silently ignores it: %s has no such rule, but %s",
					override, name, strings.Join(rules, ", "))
			}
		}
	}
	return nil
}

// wafLogName: WAF only writes to destinations whose name starts with aws-waf-logs-.
func wafLogName(inputs resource.PropertyMap) (string, string) {
	for _, destination := range prop.Texts(inputs, "logDestinationConfigs[]") {
		name := destination[strings.LastIndexAny(strings.TrimSuffix(destination, ":*"), ":/")+1:]
		if !strings.HasPrefix(name, "aws-waf-logs-") {
			return "logDestinationConfigs", fmt.Sprintf("%q: the name of the destination must start with aws-waf-logs-",
				destination)
		}
	}
	return "", ""
}

func wafLogGroupExists(c *Call) error {
	for _, destination := range prop.Texts(c.Inputs, "logDestinationConfigs[]") {
		if !strings.Contains(destination, ":log-group:") {
			continue
		}
		if _, ok := c.Find(resourcetypes.LogGroup, "arn", strings.TrimSuffix(destination, ":*")); !ok {
			return Errorf("WAFLogDestinationPermissionIssueException", "Unable to deliver logs to the configured "+
				"destination. You might need to grant log delivery permissions for the destination: %s", destination)
		}
	}
	return nil
}
