package rules

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

func TestCaches(t *testing.T) {
	judgeAll(t, onlyTrue("cache-minor-upgrades", "autoMinorVersionUpgrade", passes, cacheGroupType))
	judgeAll(t, []judged{
		{
			control: "cache-encrypted", want: passes, base: p{"atRestEncryptionEnabled": true, "kmsKeyId": ours},
			changes: []change{
				{"atRestEncryptionEnabled", false, fails}, {"atRestEncryptionEnabled", nil, fails}, {"kmsKeyId", nil, fails},
			},
		},
		{control: "cache-encrypted", want: passes, base: p{"engine": "valkey", "kmsKeyId": ours}, changes: []change{
			{"atRestEncryptionEnabled", false, fails}, {"engine", "redis", fails}, {
				"kmsKeyId", "alias/aws/elasticache",
				fails,
			},
		}},
		{control: "cache-tls", want: passes, base: p{"transitEncryptionEnabled": true}, changes: []change{
			{"transitEncryptionEnabled", false, fails},
			{"transitEncryptionEnabled", nil, fails},
			{"transitEncryptionMode", "required", passes},
			{"transitEncryptionMode", "preferred", fails},
		}},
		{control: "cache-authentication", want: passes, base: p{"userGroupIds": []any{"app"}}, changes: []change{
			{"userGroupIds", nil, fails},
			{"authToken", "plain", fails},
			{"authToken", unknownText, open},
			{"authToken", resource.MakeSecret(resource.NewStringProperty("x")), passes},
		}},
		{
			control: "cache-authentication", want: passes,
			base: p{"authToken": resource.MakeSecret(resource.NewStringProperty("x"))},
		},
		{
			control: "cache-multi-az", want: passes, base: p{"automaticFailoverEnabled": true, "multiAzEnabled": true},
			changes: []change{
				{"automaticFailoverEnabled", false, fails},
				{"automaticFailoverEnabled", nil, fails},
				{"multiAzEnabled", false, fails},
				{"multiAzEnabled", nil, fails},
			},
		},
		{control: "cache-backups", want: passes, base: p{"snapshotRetentionLimit": 1}, changes: []change{
			{"snapshotRetentionLimit", 0, fails}, {"snapshotRetentionLimit", nil, fails},
		}},
	})
}
