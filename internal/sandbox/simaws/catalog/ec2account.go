package catalog

// ec2AccountTypes are the settings of EC2 and EBS that an account has once per region.
var ec2AccountTypes = Types{
	"aws:ebs/encryptionByDefault:EncryptionByDefault": {
		Defaults: map[string]any{"enabled": true},
		ID:       "ebs-encryption-by-default",
		Account:  true,
	},
	"aws:ebs/defaultKmsKey:DefaultKmsKey": {
		Required: []string{"keyArn"},
		Replace:  []string{"keyArn"},
		ID:       "{.keyArn}",
		Refs:     []Ref{{Path: "keyArn", To: kmsKeyToken, By: arn, Foreign: true}},
		Account:  true,
	},
	"aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess": {
		Required: []string{"state"},
		ID:       "{region}",
		Account:  true,
	},
	"aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults": {
		ID:      "{region}",
		Account: true,
	},
}
