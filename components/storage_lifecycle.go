package components

import (
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// abandonedUploadDays after which the parts of an upload that never ended are deleted. AWS
// charges for them, and no listing shows them.
const abandonedUploadDays = 7

// lifecycleRule of a bucket; it applies to all objects unless its name says otherwise.
type lifecycleRule = s3.BucketLifecycleConfigurationV2RuleArgs

func newLifecycleRule(id string) lifecycleRule {
	return lifecycleRule{
		Id:     pulumi.String(id),
		Status: pulumi.String("Enabled"),
		Filter: s3.BucketLifecycleConfigurationV2RuleFilterArgs{Prefix: pulumi.String("")},
	}
}

func abortUploads() lifecycleRule {
	rule := newLifecycleRule("abort-abandoned-uploads")
	rule.AbortIncompleteMultipartUpload = s3.BucketLifecycleConfigurationV2RuleAbortIncompleteMultipartUploadArgs{
		DaysAfterInitiation: pulumi.Int(abandonedUploadDays),
	}
	return rule
}

// expireVersions also removes the delete markers that remain when the last version of an object
// is gone: they slow down listings.
func expireVersions(days int) lifecycleRule {
	rule := newLifecycleRule("expire-noncurrent-versions")
	rule.NoncurrentVersionExpiration = s3.BucketLifecycleConfigurationV2RuleNoncurrentVersionExpirationArgs{
		NoncurrentDays: pulumi.Int(days),
	}
	rule.Expiration = s3.BucketLifecycleConfigurationV2RuleExpirationArgs{
		ExpiredObjectDeleteMarker: pulumi.Bool(true),
	}
	return rule
}

// expireVersionsBelow is expireVersions only for the objects below a prefix.
func expireVersionsBelow(prefix string, days int) lifecycleRule {
	rule := expireVersions(days)
	rule.Id = pulumi.String("expire-noncurrent-versions-of-" + strings.Trim(strings.ReplaceAll(prefix, "/", "-"), ".-"))
	rule.Filter = s3.BucketLifecycleConfigurationV2RuleFilterArgs{Prefix: pulumi.String(prefix)}
	return rule
}

func expireObjects(days int) lifecycleRule {
	rule := newLifecycleRule("expire-objects")
	rule.Expiration = s3.BucketLifecycleConfigurationV2RuleExpirationArgs{Days: pulumi.Int(days)}
	return rule
}

func infrequentAccess(days int) lifecycleRule {
	rule := newLifecycleRule("move-to-infrequent-access")
	rule.Transitions = s3.BucketLifecycleConfigurationV2RuleTransitionArray{
		s3.BucketLifecycleConfigurationV2RuleTransitionArgs{
			Days:         pulumi.Int(days),
			StorageClass: pulumi.String("STANDARD_IA"),
		},
	}
	return rule
}
