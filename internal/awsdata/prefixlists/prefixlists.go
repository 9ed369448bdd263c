// Package prefixlists holds facts about the prefix lists that AWS manages: what each counts against the rules of a
// security group, and the ids of CloudFront's. It knows nothing of the project.
package prefixlists

import (
	"slices"
	"strings"
)

// CloudFrontName is the list of the addresses from which CloudFront asks origins, by IPv4.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/LocationsOfEdgeServers.html
const CloudFrontName = "com.amazonaws.global.cloudfront.origin-facing"

// weights by the last part of the name.
// https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
var weights = map[string]int{
	"origin-facing": 55, "dynamodb": 1, "ec2-instance-connect": 2, "groundstation": 5, "route53-healthchecks": 25,
	"s3": 1, "s3express": 6, "vpc-lattice": 10,
}

// Weight is the number of rules that a rule with this list of AWS counts for; 0 for a name that is not known. A list
// of one's own counts for the entries that it may have at most.
// https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html
func Weight(name string) int { return weights[name[strings.LastIndexByte(name, '.')+1:]] }

// cloudFront has the id of CloudFront's list by region. AWS publishes none; these are what projects on GitHub have
// found with `aws ec2 describe-managed-prefix-lists`, each in two of them or more.
var cloudFront = map[string]string{
	"ap-northeast-1": "pl-58a04531", "ap-northeast-2": "pl-22a6434b", "ap-south-1": "pl-9aa247f3",
	"ap-southeast-1": "pl-31a34658", "ap-southeast-2": "pl-b8a742d1", "ca-central-1": "pl-38a64351",
	"eu-central-1": "pl-a3a144ca", "eu-north-1": "pl-fab65393", "eu-west-1": "pl-4fa04526", "eu-west-2": "pl-93a247fa",
	"eu-west-3": "pl-75b1541c", "sa-east-1": "pl-5da64334", "us-east-1": "pl-3b927c52", "us-east-2": "pl-b6a144df",
	"us-west-1": "pl-4ea04527", "us-west-2": "pl-82a045eb",
}

// CloudFront is the id of CloudFront's list in a region; empty where it is not known here.
func CloudFront(region string) string { return cloudFront[region] }

// CloudFrontRegion is the region whose list of CloudFront has this id; empty for another list.
func CloudFrontRegion(id string) string {
	for region, of := range cloudFront {
		if of == id {
			return region
		}
	}
	return ""
}

// LeastWeight is what a rule with a list counts for at least: that of CloudFront's where the id is known, or 1.
func LeastWeight(id string) int {
	if CloudFrontRegion(id) != "" {
		return Weight(CloudFrontName)
	}
	return 1
}

// IsID accepts an id of a prefix list: 8 or 17 hex digits, as all of EC2's.
func IsID(text string) bool {
	id, isList := strings.CutPrefix(text, "pl-")
	return isList && slices.Contains([]int{8, 17}, len(id)) && strings.Trim(id, "0123456789abcdef") == ""
}
