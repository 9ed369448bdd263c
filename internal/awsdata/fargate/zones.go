// Package fargate says where AWS Fargate runs tasks.
package fargate

import (
	"slices"
	"strings"
)

// zones are the only availability zones with Fargate for Linux, in the regions where it is not in
// all of them. The ids are the same in every account; which letter a zone has is not.
// Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate-Regions.html,
// "Linux containers on AWS Fargate".
var zones = map[string][]string{
	"usw1":  {"usw1-az1", "usw1-az3"},
	"apne1": {"apne1-az1", "apne1-az2", "apne1-az4"},
	"cnn1":  {"cnn1-az1", "cnn1-az2"},
}

// Runs says whether Fargate runs in a zone, given its id such as apne1-az1.
func Runs(zoneID string) bool {
	region, _, _ := strings.Cut(zoneID, "-")
	only, restricted := zones[region]
	return !restricted || slices.Contains(only, zoneID)
}
