package catalog

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/awsdata/deliveries"
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/prop"
)

const (
	elbArn = "arn:{partition}:elasticloadbalancing:{region}:{account}:"
)

// lbChars: letters, digits and hyphens, no hyphen at the ends.
var lbChars = regexp.MustCompile(`^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$`)

func init() { tables = append(tables, loadBalancerTypes) }

// loadBalancerTypes are application and network load balancers.
var loadBalancerTypes = Types{
	resourcetypes.LoadBalancer: {
		Name: &Name{Prefix: "namePrefix", Max: 32, Chars: lbChars},
		ID:   "{.arn}",
		Outputs: Outputs{
			"arn":           elbArn + "loadbalancer/{.arnSuffix}",
			"arnSuffix":     Compute(loadBalancerSuffix),
			"dnsName":       Compute(loadBalancerDNS),
			"zoneId":        Compute(func(c *Call) any { return c.Expand("Z{upper13#elb-zone}", nil) }),
			"vpcId":         Compute(loadBalancerVpc),
			"ipAddressType": "ipv4", "internal": false,
			"enforceSecurityGroupInboundRulesOnPrivateLinkTraffic": "",
		},
		Refs: []Ref{
			{Path: "subnets[]", To: resourcetypes.Subnet, Holds: true},
			{Path: "securityGroups[]", To: resourcetypes.SecurityGroup, Holds: true},
			{Path: "accessLogs.bucket", To: resourcetypes.Bucket, Foreign: true},
			{Path: "connectionLogs.bucket", To: resourcetypes.Bucket, Foreign: true},
		},
		Unique: []Unique{{Properties: []string{"name"}, Error: "DuplicateLoadBalancerName: " +
			"A load balancer with the same name '{.name}' exists, but with different settings"}},
		Rules: []Rule{
			subnetsCoverZones("subnets[]", "ValidationError: At least two subnets in two different Availability Zones "+
				"must be specified"),
			loadBalancerNeedsInternetGateway,
			groupsOfVpc("securityGroups[]", func(c *Call) string { return c.vpcOf("subnets[]") }),
			logsDelivered("accessLogs"), logsDelivered("connectionLogs"),
		},
		Protect: map[string]string{"enableDeletionProtection": "OperationNotPermitted: Load balancer '{id}' cannot be " +
			"deleted because deletion protection is enabled"},
		Tags:     true,
		NotFound: "LoadBalancerNotFound: Load balancer '{value}' not found",
	},
	resourcetypes.TargetGroup: {
		Differs: []Difference{{"deregistrationDelay", Computed, filledIn}},
		Name:    &Name{Prefix: "namePrefix", Max: 32, Chars: lbChars},
		ID:      "{.arn}",
		Outputs: Outputs{
			"arn": elbArn + "{.arnSuffix}", "arnSuffix": "targetgroup/{.name}/{hex16}",
			"ipAddressType": "ipv4", "protocolVersion": "HTTP1", "loadBalancingAlgorithmType": "round_robin",
			"loadBalancingAnomalyMitigation": "off", "loadBalancingCrossZoneEnabled": "use_load_balancer_configuration",
			"loadBalancerArns": []any{}, "preserveClientIp": "", "deregistrationDelay": 300,
		},
		Refs: []Ref{{Path: "vpcId", To: resourcetypes.VPC}},
		Unique: []Unique{{Properties: []string{"name"}, Error: "DuplicateTargetGroupName: " +
			"A target group with the same name '{.name}' exists, but with different settings"}},
		Checks:   []Check{healthCheckFits},
		Rules:    []Rule{matcherFits},
		Tags:     true,
		NotFound: "TargetGroupNotFound: Target groups '{value}' not found",
		InUse:    "ResourceInUse: Target group '{id}' is currently in use by a listener or a rule",
	},
	resourcetypes.Listener: {
		ID: "{.arn}",
		Outputs: Outputs{
			"arn": Compute(func(c *Call) any {
				return strings.ReplaceAll(c.Text("loadBalancerArn"), ":loadbalancer/", ":listener/") + c.Expand("/{hex16}", nil)
			}),
			"sslPolicy": "", "protocol": "HTTP",
		},
		Refs: []Ref{
			{Path: "loadBalancerArn", To: resourcetypes.LoadBalancer},
			{Path: "certificateArn", To: resourcetypes.Certificate, Holds: true, Foreign: true},
			{Path: "defaultActions[].targetGroupArn", To: resourcetypes.TargetGroup, Holds: true},
			{Path: "defaultActions[].forward.targetGroups[].arn", To: resourcetypes.TargetGroup, Holds: true},
		},
		Unique: []Unique{{Properties: []string{"loadBalancerArn", "port"}, Error: "DuplicateListener: " +
			"A listener already exists on this port for this load balancer '{.loadBalancerArn}'"}},
		Rules:    []Rule{tlsNeedsCertificate, certificateIssued("certificateArn"), targetsOfOneBalancer},
		Tags:     true,
		NotFound: "ListenerNotFound: Listener '{value}' not found",
	},
	resourcetypes.ListenerRule: {
		ID: "{.arn}",
		Outputs: Outputs{
			"arn": Compute(func(c *Call) any {
				return strings.ReplaceAll(c.Text("listenerArn"), ":listener/", ":listener-rule/") + c.Expand("/{hex16}", nil)
			}),
			"priority": Compute(nextPriority),
		},
		Rules: []Rule{listenerSpeaksAsTargets, targetsOfOneBalancer},
		Refs: []Ref{
			{Path: "listenerArn", To: resourcetypes.Listener},
			{Path: "actions[].targetGroupArn", To: resourcetypes.TargetGroup, Holds: true},
			{Path: "actions[].forward.targetGroups[].arn", To: resourcetypes.TargetGroup, Holds: true},
		},
		Unique: []Unique{{Properties: []string{"priority", "listenerArn"}, Error: "PriorityInUse: " +
			"Priority '{.priority}' is currently in use"}},
		Tags: true,
	},
}

func loadBalancerSuffix(c *Call) any {
	kind := map[string]string{"network": "net", "gateway": "gwy"}[c.Text("loadBalancerType")]
	if kind == "" {
		kind = "app"
	}
	return kind + c.Expand("/{.name}/{hex16}", nil)
}

func loadBalancerDNS(c *Call) any {
	prefix := ""
	if prop.True(c.Inputs, "internal") {
		prefix = "internal-"
	}
	return prefix + c.Expand("{.name}-{digits10#dns}.{region}.elb.amazonaws.com", nil)
}

func loadBalancerVpc(c *Call) any { return c.vpcOf("subnets[]") }

func loadBalancerNeedsInternetGateway(c *Call) error {
	vpc := c.vpcOf("subnets[]")
	if vpc == "" || prop.True(c.Inputs, "internal") || c.attachedGateway(vpc) {
		return nil
	}
	return Errorf("InvalidSubnet", "VPC %s has no internet gateway", vpc)
}

// logsDelivered: a load balancer tries to write to its log bucket before it accepts the
// setting, so the bucket's policy must be in place first, and the bucket must not use a
// KMS key (ALB delivers with SSE-S3 only). AWS asks to name the service in the policy; the accounts that it named for
// regions from before August 2022 are not known here. Source: "Enable access logs for your Application Load Balancer",
// AWS documentation.
func logsDelivered(property string) Rule {
	return func(c *Call) error {
		bucket := c.Text(property + ".bucket")
		if _, ours := c.Find(resourcetypes.Bucket, "id", bucket); !prop.True(c.Inputs, property+".enabled") || !ours {
			return nil
		}
		refusal := fmt.Sprintf("InvalidConfigurationRequest: Access Denied for bucket: %s. "+
			"Please check S3bucket permission", bucket)
		if c.encryptsByKMS(bucket) {
			return refuse(refusal, errors.New(
				"load balancers write to buckets with S3's own encryption alone: leave out the KMS key"))
		}
		folder := "/"
		if prefix := c.Text(property + ".prefix"); prefix != "" {
			folder += prefix + "/"
		}
		to := c.bucketPolicy(bucket).on(folder + "AWSLogs/" + c.Account + "/ELBAccessLogTestFile")
		why := c.delivers(deliveries.BalancerToBucket, c.Text("arn"), to)
		if why == nil {
			return nil
		}
		return refuse(refusal, why)
	}
}

func healthCheckFits(inputs resource.PropertyMap) (string, string) {
	interval, timed := prop.Number(inputs, "healthCheck.interval")
	timeout, limited := prop.Number(inputs, "healthCheck.timeout")
	if timed && limited && timeout >= interval {
		return "healthCheck", fmt.Sprintf("timeout %v must be less than interval %v", timeout, interval)
	}
	return "", ""
}

// codes are a list or a range.
var codes = regexp.MustCompile(`^(\d+)([,-]\d+)*$`)

// matcherFits: target groups of gRPC compare its codes, 0 to 99, and others the statuses of HTTP.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Matcher.html
func matcherFits(c *Call) error {
	matcher, grpc := c.Text("healthCheck.matcher"), c.Text("protocolVersion") == "GRPC"
	if matcher == "" {
		return nil
	}
	const mostCode, leastStatus = 99, 200
	listed := codes.FindStringSubmatch(matcher)
	if listed == nil {
		return Errorf("ValidationError", "Health check matcher '%s' must be a list or a range of codes", matcher)
	}
	first, _ := strconv.Atoi(listed[1])
	switch {
	case grpc && first > mostCode:
		return Errorf("ValidationError", "Health check matcher GRPC code '%s' must be within the range [0-99]", matcher)
	case !grpc && first < leastStatus:
		return Errorf("ValidationError", "Health check matcher HTTP code '%s' must be within the range [200-499]", matcher)
	}
	return nil
}

// listenerSpeaksAsTargets: HTTP/2 and gRPC come over TLS alone. The words are those that
// https://github.com/aws/copilot-cli/issues/4551 quotes.
func listenerSpeaksAsTargets(c *Call) error {
	listener, _ := c.Find(resourcetypes.Listener, "arn", c.Text("listenerArn"))
	if prop.Text(listener.Props, "protocol") == "HTTPS" {
		return nil
	}
	for _, arn := range append(prop.Texts(c.Inputs, "actions[].targetGroupArn"),
		prop.Texts(c.Inputs, "actions[].forward.targetGroups[].arn")...) {
		group, _ := c.Find(resourcetypes.TargetGroup, "arn", arn)
		if version := prop.Text(group.Props, "protocolVersion"); version == "HTTP2" || version == "GRPC" {
			return Errorf("InvalidLoadBalancerAction", "Listener protocol '%s' is not supported with a target group with "+
				"the protocol-version '%s'", prop.Text(listener.Props, "protocol"), version)
		}
	}
	return nil
}

// targetsOfOneBalancer: a target group serves one load balancer. That stops the replacement of a load balancer half
// way: the rules of the new one are made before those of the old one go. The words are those that
// https://github.com/hashicorp/terraform-provider-aws/issues/22005 quotes.
func targetsOfOneBalancer(c *Call) error {
	mine, balancer := targetGroupsOf(c, c.Inputs), balancerOf(c, c.Inputs)
	for _, token := range []string{resourcetypes.Listener, resourcetypes.ListenerRule} {
		for _, other := range c.List(token) {
			if c.is(other) || balancerOf(c, other.Props) == balancer {
				continue
			}
			for _, group := range targetGroupsOf(c, other.Props) {
				if slices.Contains(mine, group) {
					return Errorf("TargetGroupAssociationLimit", "The following target groups cannot be associated with more "+
						"than one load balancer: %s", group)
				}
			}
		}
	}
	return nil
}

func tlsNeedsCertificate(c *Call) error {
	if slices.Contains([]string{"HTTPS", "TLS"}, c.Text("protocol")) && c.Text("certificateArn") == "" {
		return Errorf("ValidationError", "A certificate must be specified for %s listeners", c.Text("protocol"))
	}
	return nil
}

func nextPriority(c *Call) any {
	highest := 0.0
	for _, rule := range c.List(resourcetypes.ListenerRule) {
		n, _ := prop.Number(rule.Props, "priority")
		if prop.Text(rule.Props, "listenerArn") == c.Text("listenerArn") && !c.is(rule) {
			highest = max(highest, n)
		}
	}
	return highest + 1
}

// attached reports whether a listener or a rule sends traffic to the target group.
func (c *Call) attached(targetGroup string) bool {
	actions := map[string]string{resourcetypes.Listener: "defaultActions[]", resourcetypes.ListenerRule: "actions[]"}
	for token, action := range actions {
		for _, user := range c.List(token) {
			groups := append(prop.Texts(user.Props, action+".targetGroupArn"),
				prop.Texts(user.Props, action+".forward.targetGroups[].arn")...)
			if slices.Contains(groups, targetGroup) {
				return true
			}
		}
	}
	return false
}
