package rules

import (
	"aws-webapp/policies/control"
	"aws-webapp/policies/prop"
)

func volumes() []*control.Control {
	return []*control.Control{
		{
			Name: "ebs-encrypted", Subject: "EBS", IDs: control.ParseIDs("EC2.3 EC2.7~ EC2.181 K3 K8~ K106"),
			Beyond:   "Whether EC2.7's setting is there, account-settings-present judges. Launch configurations are not judged",
			Title:    "Volumes are encrypted, those of machines included, and so is every new one by default",
			Severity: control.High, Levels: mandatory, Optional: true,
			Types: []string{volumeType, defaultVolumeEncType, machineType, launchTemplateType},
			Risk:  "Data can be read by whoever gets at the storage or a snapshot",
			Fix:   "set encrypted on the volume, and enabled on ebs.EncryptionByDefault",
			Judge: func(c in) control.Result {
				encrypted := func(device prop.Value) prop.Truth { return device.Get("encrypted").IsTrue() }
				switch c.Type {
				case defaultVolumeEncType:
					return control.Want(c.Get("enabled").TrueByDefault(), "encryption by default is switched off (%s)", c.Name)
				case machineType:
					more := c.Get("ebsBlockDevices")
					return control.Want(encrypted(c.Get("rootBlockDevice")).And(more.IsEmpty().Or(every(more, encrypted))),
						"a volume of machine %s is not encrypted", c.Name)
				case launchTemplateType:
					return control.Want(every(c.Get("blockDeviceMappings"),
						func(device prop.Value) prop.Truth { return encrypted(device.Get("ebs")) }),
						"a volume of launch template %s is not encrypted", c.Name)
				}
				return control.Want(c.Get("encrypted").IsTrue(), "volume %s is not encrypted", c.Name)
			},
		},
	}
}
