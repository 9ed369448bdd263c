package fargate

import (
	"slices"
	"strings"
)

// zones lists, for the regions where not every availability zone has Fargate for Linux, the zones
// that do. The ids are the same in every account; the letters of the zones are not. Source:
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate-Regions.html, "Linux
// containers on AWS Fargate".
var zones = map[string][]string{
	"usw1":  {"usw1-az1", "usw1-az3"},
	"apne1": {"apne1-az1", "apne1-az2", "apne1-az4"},
	"cnn1":  {"cnn1-az1", "cnn1-az2"},
}

// Runs reports whether Fargate runs in a zone, given its id such as apne1-az1.
func Runs(zoneID string) bool {
	region, _, _ := strings.Cut(zoneID, "-")
	only, restricted := zones[region]
	return !restricted || slices.Contains(only, zoneID)
}
