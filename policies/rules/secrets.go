package rules

import (
	"time"

	"aws-webapp/internal/awsdata/schedule"
	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/iamdoc"
	"aws-webapp/policies/prop"
)

func secretsAndKeys() []*control.Control {
	const subject = "Secrets and keys"
	keys := []string{keyType}
	return []*control.Control{
		{
			Name: "secret-rotation", Subject: subject,
			IDs:      control.ParseIDs("SecretsManager.1+ SecretsManager.4~ N:SMG4+ K304+ K2:57+"),
			Beyond:   "SecretsManager.4 looks when a secret was rotated last, which no program says",
			Title:    "Secrets are rotated within 90 days",
			Severity: control.Medium, Levels: advisory, Scope: control.PerStack,
			Types: []string{secretType, secretRotationType}, Present: []string{"aws:secretsmanager/secret:"},
			Risk: "A secret that leaked once works for ever",
			Fix:  "add a secretsmanager.SecretRotation with a schedule; RDS rotates its own secret, give it a schedule too",
			Params: []control.Param{{
				Name: "maximumDays", Kind: control.Number, Default: 90.0, Min: 1, Max: 1000,
				Doc: "Days within which secrets have to be rotated.",
			}},
			Judge: judgeRotation,
		},
		{
			Name: "secret-customer-key", Subject: subject, IDs: control.ParseIDs("K149"),
			Title:    "Secrets are encrypted with a key of our own",
			Severity: control.Medium, Levels: mandatory, Types: []string{secretType, dbInstanceType, dbClusterType},
			Present: []string{"aws:secretsmanager/secret:"},
			Risk:    "Everybody in the account who may read secrets may decrypt them",
			Fix:     "set kmsKeyId, or masterUserSecretKmsKeyId for the secret that RDS manages, to a key of your own",
			Here:    "pass the data key",
			Link:    "https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html",
			Judge: func(c in) control.Result {
				if c.Type != secretType {
					if c.Get("manageMasterUserPassword").IsTrue() == prop.No {
						return control.Skip()
					}
					return control.Want(ownKey(c, c.Get("masterUserSecretKmsKeyId")),
						"the master secret of database %s has no key of our own", c.Name)
				}
				return control.Want(ownKey(c, c.Get("kmsKeyId")), "secret %s has no kmsKeyId of our own", c.Name)
			},
		},
		{
			Name: "kms-key-rotation", Subject: subject, IDs: control.ParseIDs("KMS.4+ C3.6+ N:KMS5+ K7+"),
			Title:    "Keys are rotated every year, or more often",
			Severity: control.Medium, Levels: remediate, Types: keys, Present: []string{"aws:kms/key:"},
			Risk: "All data stays under the same key material for ever",
			Fix:  "set enableKeyRotation",
			Judge: func(c in) control.Result {
				if symmetric(c) == prop.No {
					return control.Skip()
				}
				const shortest, longest = 90, 366
				period := c.Get("rotationPeriodInDays")
				return control.All(
					control.Want(c.Get("enableKeyRotation").IsTrue(), "key %s is not rotated", c.Name),
					control.Want(period.IsEmpty().Or(period.Between(shortest, longest)),
						"key %s is rotated less than once a year", c.Name),
				)
			},
			Remedy: func(c in) []control.Patch {
				const year = 365.0
				patches := set(true, "enableKeyRotation")
				if c.Get("rotationPeriodInDays").IsSet() == prop.Yes {
					patches = append(patches, set(year, "rotationPeriodInDays")...)
				}
				return patches
			},
		},
		{
			Name: "kms-key-enabled", Subject: subject, IDs: control.ParseIDs("K227+"),
			Title:    "Keys are enabled",
			Severity: control.High, Levels: mandatory, Present: []string{"aws:kms/key:"},
			Types: allKeys,
			Risk:  "Nothing that is encrypted with the key can be read or written any more: databases stop, logs are lost",
			Fix:   "leave isEnabled out, or enabled of replicas and of keys whose material you bring",
			Link:  "https://docs.aws.amazon.com/kms/latest/developerguide/enabling-keys.html",
			Judge: func(c in) control.Result {
				property := "enabled"
				if c.Type == keyType {
					property = "isEnabled"
				}
				return control.Want(c.Get(property).TrueByDefault(), "key %s is disabled", c.Name)
			},
		},
		{
			Name: "kms-key-not-public", Subject: subject, IDs: control.ParseIDs("KMS.5 K33+"),
			Title:    "No key policy allows everybody",
			Severity: control.Critical, Levels: mandatory, Types: append([]string{keyPolicyType}, allKeys...),
			Present: []string{"aws:kms/key:"}, OnUnknown: control.Disabled,
			Risk: "Anybody can decrypt what the key protects",
			Fix:  "name the principals of the key policy, or add kms:CallerAccount or aws:SourceArn",
			Judge: func(c in) control.Result {
				return judgeDocument(c, "the policy of key "+c.Name, c.Get("policy"), iamdoc.Document.Public)
			},
		},
	}
}

// allKeys lists the types of keys.
var allKeys = []string{keyType, replicaKeyType, externalKeyType, externalReplicaKeyType}

// symmetric answers whether a key is of the kind that AWS can rotate.
func symmetric(c in) prop.Truth {
	return c.Get("customerMasterKeySpec").IsOrAbsent("SYMMETRIC_DEFAULT", "").
		And(c.Get("keyUsage").IsOrAbsent("ENCRYPT_DECRYPT", ""))
}

// judgeRotation judges rotations, and secrets by their rotation. A secret that RDS manages is
// rotated every seven days unless a rotation changes that.
func judgeRotation(c in) control.Result {
	most := c.Params.Number("maximumDays")
	within := func(r *graph.Resource) prop.Truth {
		rules := r.Get("rotationRules")
		days := rules.Get("automaticallyAfterDays")
		return days.Between(1, most).Or(days.IsSet().Not().And(firesWithin(rules.Get("scheduleExpression"), most)))
	}
	if c.Type == secretRotationType {
		return control.Want(within(c.Resource), "rotation %s comes less often than every %v days, or never", c.Name, most)
	}
	return control.Want(exists(c.Graph.Referrers(c.Resource, secretRotationType, "secretId"), within),
		"secret %s is not rotated within %v days", c.Name, most)
}

// firesWithin answers whether a rate or cron expression always fires within this many days. For an
// unreadable one the answer is no.
//
// Source: ScheduleExpression in the API reference of Secrets Manager,
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotationRulesType.html
func firesWithin(expression prop.Value, days float64) prop.Truth {
	text, ok := expression.Text()
	if !ok {
		return ifUnknown(expression)
	}
	parsed, err := schedule.Parse(text)
	if err != nil {
		return prop.No
	}
	const day = 24 * time.Hour
	longest, goesOn := parsed.Longest()
	return prop.Known(goesOn && longest <= time.Duration(days)*day)
}
