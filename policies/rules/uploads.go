package rules

import (
	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/prop"
)

// failedUploads returns the control about parts of uploads that were never completed: S3 keeps them, and no
// listing shows them.
func failedUploads() *control.Control {
	return &control.Control{
		Name: "s3-abort-uploads", Subject: "S3", IDs: control.ParseIDs("K300+"),
		Title:    "Buckets remove the parts of uploads that were never completed",
		Severity: control.Low, Levels: advisory, Scope: control.PerStack,
		Types: bucketsAnd(bucketLifecycleType), Present: []string{"aws:s3/bucketV2", "aws:s3/bucket:"},
		Risk: "Parts that no listing shows are paid for ever",
		Fix: "add a rule for the whole bucket with abortIncompleteMultipartUpload.daysAfterInitiation to the " +
			"s3.BucketLifecycleConfigurationV2",
		Link: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html",
		Judge: func(c in) control.Result {
			itself := prop.No
			if c.Type != bucketLifecycleType {
				itself = some(c.Get("lifecycleRules"), func(rule prop.Value) prop.Truth {
					return rule.Get("enabled").IsTrue().And(rule.Get("abortIncompleteMultipartUploadDays").AtLeast(1)).
						And(rule.Get("prefix").IsEmpty()).And(rule.Get("tags").IsEmpty())
				})
			}
			return judgeCompanions(c, bucketLifecycleType, "keeps the parts of uploads that were never completed", itself,
				func(r *graph.Resource) prop.Truth { return some(r.Get("rules"), aborts) })
		},
	}
}

// aborts answers whether a rule of a lifecycle removes such parts in the whole bucket.
func aborts(rule prop.Value) prop.Truth {
	answer := rule.Get("status").Is("Enabled").And(rule.Get("prefix").IsEmpty()).
		And(rule.Dig("abortIncompleteMultipartUpload", "daysAfterInitiation").AtLeast(1))
	for _, narrower := range []string{"prefix", "tag", "and", "objectSizeGreaterThan", "objectSizeLessThan"} {
		answer = answer.And(rule.Dig("filter", narrower).IsEmpty())
	}
	return answer
}
