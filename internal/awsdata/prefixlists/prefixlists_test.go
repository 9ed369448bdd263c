package prefixlists

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWhatListsCountFor(t *testing.T) {
	for name, want := range map[string]int{
		CloudFrontName:                             55,
		"com.amazonaws.eu-west-1.s3":               1,
		"com.amazonaws.us-east-1.ipv6.vpc-lattice": 10,
		"offices": 0,
	} {
		assert.Equal(t, want, Weight(name), name)
	}
	assert.Equal(t, 55, LeastWeight("pl-3b927c52"))
	assert.Equal(t, 1, LeastWeight("pl-0123456789abcdef0"), "a list of one's own")
}

func TestCloudFrontHasAListInEachRegion(t *testing.T) {
	for region, id := range cloudFront {
		assert.True(t, IsID(id), region)
		assert.Equal(t, region, CloudFrontRegion(id), "no two regions share one")
		assert.Equal(t, id, CloudFront(region))
	}
	assert.Empty(t, CloudFront("eu-isoe-west-1"))
	assert.Empty(t, CloudFrontRegion("pl-0123456789abcdef0"))
}

func TestIDs(t *testing.T) {
	for text, want := range map[string]bool{
		"pl-3b927c52": true, "pl-0123456789abcdef0": true, "pl-3b927c5": false, "pl-3b927c5g": false, "3b927c52": false,
		CloudFrontName: false,
	} {
		assert.Equal(t, want, IsID(text), text)
	}
}
