package rules

import (
	"aws-webapp/policies/control"
	"aws-webapp/policies/iamdoc"
)

func containerRegistry() []*control.Control {
	const subject = "ECR"
	repositories := []string{ecrRepositoryType}
	present := []string{"aws:ecr/repository:"}
	return []*control.Control{
		{
			Name: "ecr-scan-on-push", Subject: subject, IDs: control.ParseIDs("ECR.1+ K163"),
			Title:    "Images are scanned when they are pushed",
			Severity: control.High, Levels: remediate, Types: repositories, Present: present,
			Risk: "Images with known vulnerabilities are deployed unnoticed",
			Fix:  "set imageScanningConfiguration.scanOnPush",
			Judge: func(c in) control.Result {
				return control.Want(c.Get("imageScanningConfiguration", "scanOnPush").IsTrue(),
					"repository %s does not scan its images", c.Name)
			},
			Remedy: func(in) []control.Patch { return set(true, "imageScanningConfiguration", "scanOnPush") },
		},
		{
			Name: "ecr-immutable-tags", Subject: subject, IDs: control.ParseIDs("ECR.2 K51"),
			Title:    "Tags of images cannot be moved",
			Severity: control.Medium, Levels: mandatory, Types: repositories, Present: present,
			Risk: "What was tested under a tag is not what runs under it",
			Fix:  "set imageTagMutability to IMMUTABLE",
			Judge: func(c in) control.Result {
				return control.Want(c.Get("imageTagMutability").Is("IMMUTABLE"), "the tags of repository %s can be moved", c.Name)
			},
		},
		{
			Name: "ecr-lifecycle", Subject: subject, IDs: control.ParseIDs("ECR.3"),
			Title:    "Repositories expire old images",
			Severity: control.Low, Levels: advisory, Scope: control.PerStack, Types: repositories, Present: present,
			Risk: "Old images cost money and stay deployable with all their vulnerabilities",
			Fix:  "add an ecr.LifecyclePolicy",
			Judge: func(c in) control.Result {
				return control.Want(exists(c.Graph.Referrers(c.Resource, ecrLifecycleType, "repository"), anything),
					"repository %s keeps every image", c.Name)
			},
		},
		{
			Name: "ecr-customer-key", Subject: subject, IDs: control.ParseIDs("ECR.5 K136+"),
			Title:    "Images are encrypted with a key of our own",
			Severity: control.Low, Levels: advisory, Types: repositories, Present: present,
			Risk: "AWS's shared key cannot be revoked or audited",
			Fix:  "set encryptionConfigurations with encryptionType KMS and kmsKey; changing it replaces the repository",
			Link: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html",
			Judge: func(c in) control.Result {
				encryption := c.Get("encryptionConfigurations")
				return control.Want(encryption.Get("encryptionType").Is("KMS", "KMS_DSSE").And(ownKey(c, encryption.Get("kmsKey"))),
					"repository %s is not encrypted with a key of our own", c.Name)
			},
		},
		{
			Name: "ecr-not-public", Subject: subject, IDs: control.ParseIDs("N:ECR1~ K32"),
			Beyond:   "cdk-nag wants no * among the principals, whatever the condition",
			Title:    "No repository is public, and no repository policy allows everybody",
			Severity: control.Critical, Levels: mandatory, Types: []string{
				ecrPolicyType, ecrRegistryType,
				ecrPublicType,
			}, Optional: true,
			OnUnknown: control.Disabled,
			Risk:      "Anybody can pull the program, or push another one",
			Fix:       "name the accounts or roles that may pull",
			Link:      "https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html",
			Judge: func(c in) control.Result {
				if c.Type == ecrPublicType {
					return control.Failed("repository %s is in the public registry", c.Name)
				}
				return judgeDocument(c, "the policy of repository "+c.Name, c.Get("policy"), iamdoc.Document.Public)
			},
		},
	}
}
