package catalog

import (
	"regexp"

	"aws-webapp/internal/awsdata/deliveries"
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/prop"
)

func init() { tables = append(tables, opensearchTypes) }

// opensearchTypes are search domains.
var opensearchTypes = Types{
	resourcetypes.SearchDomain: {
		Differs: []Difference{{
			"vpcOptions", InPlace, "the provider decides by code: other subnets are an update in place, only a move into or " +
				"out of a VPC, which no stack makes, is a new domain",
		}},
		Name: &Name{
			Property: "domainName", Max: 28, Lower: true, Chars: regexp.MustCompile(`^[a-z][a-z0-9-]{2,27}$`),
		},
		ID: "{.arn}",
		Outputs: Outputs{
			"arn": "arn:{partition}:es:{region}:{account}:domain/{.domainName}", "domainId": "{account}/{.domainName}",
			"endpoint": Compute(domainEndpoint), "dashboardEndpoint": "{.endpoint}/_dashboards",
			"kibanaEndpoint": "{.endpoint}/_plugin/kibana/", "endpointV2": "", "dashboardEndpointV2": "",
			"domainEndpointV2HostedZoneId": "Z{upper13#zone}", "engineVersion": "OpenSearch_1.3", "ipAddressType": "ipv4",
			"advancedOptions": map[string]any{}, "accessPolicies": "",
		},
		Refs: []Ref{
			{Path: "vpcOptions.subnetIds[]", To: resourcetypes.Subnet, Holds: true},
			{Path: "vpcOptions.securityGroupIds[]", To: resourcetypes.SecurityGroup, Holds: true},
			{Path: "encryptAtRest.kmsKeyId", To: resourcetypes.KMSKey, By: keyNames, Foreign: true},
			{Path: "advancedSecurityOptions.masterUserOptions.masterUserArn", To: resourcetypes.Role, By: arn, Foreign: true},
			{Path: "logPublishingOptions[].cloudwatchLogGroupArn", To: resourcetypes.LogGroup, By: arn},
		},
		Unique: []Unique{{Properties: []string{"domainName"}, Error: "ResourceAlreadyExistsException: Domain " +
			"{.domainName} already exists"}},
		JSON:     []string{"accessPolicies"},
		Rules:    []Rule{domainMayPublishLogs, domainZones},
		Tags:     true,
		NotFound: "ResourceNotFoundException: Domain not found: {value}",
	},
}

func domainEndpoint(c *Call) any {
	prefix := "search-"
	if prop.Has(c.Inputs, "vpcOptions") {
		prefix = "vpc-"
	}
	return prefix + c.Expand("{.domainName}-{lower26}.{region}.es.amazonaws.com", nil)
}

// domainMayPublishLogs: without a resource policy of CloudWatch Logs the domain is refused.
func domainMayPublishLogs(c *Call) error {
	for _, group := range prop.Texts(c.Inputs, "logPublishingOptions[].cloudwatchLogGroupArn") {
		if err := c.delivers(deliveries.SearchToLogs, c.Text("arn"), c.logPolicies(group).on(":log-stream:any")); err != nil {
			return refuse("ValidationException: The Resource Access Policy specified for the CloudWatch Logs log group does "+
				"not grant sufficient permissions for Amazon OpenSearch Service to create a log stream. Please check the Resource "+
				"Access Policy.", err)
		}
	}
	return nil
}

// domainZones: zone awareness and the number of subnets must agree.
func domainZones(c *Call) error {
	subnets := len(prop.Texts(c.Inputs, "vpcOptions.subnetIds[]"))
	zones := 1
	if prop.True(c.Inputs, "clusterConfig.zoneAwarenessEnabled") {
		zones = 2
		if n, ok := prop.Number(c.Inputs, "clusterConfig.zoneAwarenessConfig.availabilityZoneCount"); ok {
			zones = int(n)
		}
	}
	if subnets == 0 || subnets == zones {
		return nil
	}
	return Errorf("ValidationException", "You must specify exactly %d subnet(s) for %d Availability Zone(s), found %d.",
		zones, zones, subnets)
}
