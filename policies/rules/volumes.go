package rules

import "aws-webapp/policies/control"

func volumes() []*control.Control {
	return []*control.Control{
		{
			Name: "ebs-encrypted", Subject: "EBS", IDs: ids("EC2.3 EC2.7 K3 K106"),
			Title:    "Volumes are encrypted, and so is every new one by default",
			Severity: control.High, Levels: mandatory, Optional: true,
			Types: []string{volumeType, defaultVolumeEncType},
			Risk:  "Data can be read by whoever gets at the storage or a snapshot",
			Fix:   "set encrypted on the volume, and enabled on ebs.EncryptionByDefault",
			Judge: func(c in) control.Result {
				if c.Type == defaultVolumeEncType {
					return want(c.Get("enabled").TrueByDefault(), "encryption by default is switched off (%s)", c.Name)
				}
				return want(c.Get("encrypted").IsTrue(), "volume %s is not encrypted", c.Name)
			},
		},
	}
}
