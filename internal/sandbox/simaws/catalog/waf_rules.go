package catalog

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/sandbox/simaws/prop"
)

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
		if _, ok := c.Find(logGroupToken, "arn", strings.TrimSuffix(destination, ":*")); !ok {
			return Errorf("WAFLogDestinationPermissionIssueException", "Unable to deliver logs to the configured "+
				"destination. You might need to grant log delivery permissions for the destination: %s", destination)
		}
	}
	return nil
}
