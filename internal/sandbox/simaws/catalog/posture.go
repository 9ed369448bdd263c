package catalog

import (
	"errors"
	"regexp"

	"aws-webapp/internal/awsdata/deliveries"
	"aws-webapp/internal/awsdata/resourcetypes"
)

func init() { tables = append(tables, postureTypes) }

// postureTypes are the account's settings and detective controls: GuardDuty, Security Hub, Config and
// Access Analyzer.
var postureTypes = Types{
	resourcetypes.GuardDutyDetector: {
		ID: "{hex32}",
		Outputs: Outputs{
			"arn": "arn:{partition}:guardduty:{region}:{account}:detector/{id}", "accountId": "{account}",
			"findingPublishingFrequency": "SIX_HOURS",
		},
		Rules: []Rule{oneDetector},
		Tags:  true,
		NotFound: "BadRequestException: The request is rejected because the input detectorId is not owned by the current " +
			"account.",
	},
	resourcetypes.EBSEncryptionByDefault: {
		ID:      "ebs-encryption-by-default",
		Account: true,
	},
	resourcetypes.GuardDutyFeature: {
		Name: &Name{Max: 255},
		ID:   "{.detectorId}/{.name}",
		Refs: []Ref{{Path: "detectorId", To: resourcetypes.GuardDutyDetector}},
	},
	resourcetypes.SecurityHub: {
		ID: "{account}",
		Outputs: Outputs{
			"arn": "arn:{partition}:securityhub:{region}:{account}:hub/default", "controlFindingGenerator": "SECURITY_CONTROL",
		},
		Account: true,
	},
	resourcetypes.SecurityStandard: {
		ID:    "arn:{partition}:securityhub:{region}:{account}:subscription/{hex16}",
		Rules: []Rule{hubEnabled},
	},
	resourcetypes.ConfigRecorder: {
		Name: &Name{Max: 256, Fallback: "default"},
		ID:   "{.name}",
		Refs: []Ref{{Path: "roleArn", To: resourcetypes.Role, By: arn, Foreign: true}},
		Rules: []Rule{trusts("roleArn", deliveries.ConfigRole, "InvalidRoleException: The sts:AssumeRole call failed. "+
			"Check the role's trust policy.")},
		NotFound: "NoSuchConfigurationRecorderException: Cannot find configuration recorder with specified name '{value}'.",
	},
	resourcetypes.ConfigRecorderStatus: {
		Name:  &Name{Max: 256},
		ID:    "{.name}",
		Refs:  []Ref{{Path: "name", To: resourcetypes.ConfigRecorder}},
		Rules: []Rule{recorderDelivers},
	},
	resourcetypes.ConfigDeliveryChannel: {
		Name: &Name{Max: 256, Fallback: "default"},
		ID:   "{.name}",
		Refs: []Ref{
			{Path: "s3BucketName", To: resourcetypes.Bucket, Foreign: true},
			{Path: "s3KmsKeyArn", To: resourcetypes.KMSKey, By: arn, Foreign: true},
		},
		Rules: []Rule{channelNeedsRecorder, channelDelivers},
	},
	resourcetypes.AccessAnalyzer: {
		Name:    &Name{Property: "analyzerName", Max: 255, Chars: regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.-]*$`)},
		ID:      "{.analyzerName}",
		Outputs: Outputs{"arn": "arn:{partition}:access-analyzer:{region}:{account}:analyzer/{.analyzerName}"},
		Unique: []Unique{{Properties: []string{"analyzerName"}, Error: "ConflictException: " +
			"An analyzer with the name {.analyzerName} already exists."}},
		Tags: true,
	},
}

// oneDetector: GuardDuty has one detector per account and region.
func oneDetector(c *Call) error {
	for _, other := range c.List(resourcetypes.GuardDutyDetector) {
		if !c.is(other) {
			return Errorf("BadRequestException", "The request is rejected because a detector already exists for the "+
				"current account.")
		}
	}
	return nil
}

func hubEnabled(c *Call) error {
	if len(c.List(resourcetypes.SecurityHub)) == 0 {
		return Errorf("InvalidAccessException", "Account %s is not subscribed to AWS Security Hub", c.Account)
	}
	return nil
}

func channelNeedsRecorder(c *Call) error {
	if len(c.List(resourcetypes.ConfigRecorder)) == 0 {
		return Errorf("NoAvailableConfigurationRecorderException",
			"Configuration recorder is not available to put delivery channel.")
	}
	return nil
}

// channelDelivers: AWS Config writes a test object before it accepts a channel. A bucket of the
// stack has to let the service in: the service-linked role has no permission for it.
func channelDelivers(c *Call) error {
	name := c.Text("s3BucketName")
	if _, ours := c.Find(resourcetypes.Bucket, "id", name); !ours {
		return nil
	}
	bucket, folder := c.bucketPolicy(name), "/"
	if prefix := c.Text("s3KeyPrefix"); prefix != "" {
		folder += prefix + "/"
	}
	object := bucket.on(folder + "AWSLogs/" + c.Account + "/Config/ConfigWritabilityCheckFile")
	err := errors.Join(
		c.delivers(deliveries.ConfigChecksBucket, "", bucket),
		c.delivers(deliveries.ConfigWritesBucket, "", object))
	if key := c.Text("s3KmsKeyArn"); key != "" {
		err = errors.Join(err, c.encrypts(deliveries.ConfigEncrypts, "", object.resource, key))
	}
	if err != nil {
		return refuse(c.Expand("InsufficientDeliveryPolicyException: Insufficient delivery policy to s3 bucket: "+
			"{.s3BucketName}, unable to write to bucket, provided s3 key prefix is '{.s3KeyPrefix}'.", nil), err)
	}
	return nil
}

func recorderDelivers(c *Call) error {
	if len(c.List(resourcetypes.ConfigDeliveryChannel)) == 0 {
		return Errorf("NoAvailableDeliveryChannelException",
			"Delivery channel is not available to start configuration recorder.")
	}
	return nil
}
