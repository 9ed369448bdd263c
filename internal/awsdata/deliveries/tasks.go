package deliveries

const (
	filesPage = "https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html"
	//nolint:gosec // an address, no credential
	taskSecretsPage    = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html"
	taskParametersPage = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-ssm-paramstore.html"
)

// The values that ECS reads with the execution role before a task starts; the target is the secret or the parameter.
// The services that keep the secrets decrypt them on the role's behalf.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
// https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html
var (
	TaskReadsSecret    = byRole("ECS reads a secret for a task", taskSecretsPage, "secretsmanager:GetSecretValue")
	TaskDecryptsSecret = Delivery{
		Name: "ECS decrypts a secret for a task", Actions: []string{"kms:Decrypt"},
		Readings: []Reading{{
			Keys: map[string]string{
				"kms:ViaService":                  "secretsmanager.{region}.amazonaws.com",
				"kms:EncryptionContext:SecretARN": "{target}",
			},
			Sources: []string{taskSecretsPage},
		}},
	}
	TaskReadsParameter    = byRole("ECS reads a parameter for a task", taskParametersPage, "ssm:GetParameters")
	TaskDecryptsParameter = Delivery{
		Name: "ECS decrypts a parameter for a task", Actions: []string{"kms:Decrypt"},
		Readings: []Reading{{
			Keys: map[string]string{
				"kms:ViaService":                      "ssm.{region}.amazonaws.com",
				"kms:EncryptionContext:PARAMETER_ARN": "{target}",
			},
			Sources: []string{taskParametersPage},
		}},
	}
)

// What EFS asks when a task mounts a file system with its role, and when it writes; the target is the access point. EFS
// knows no other condition keys than these and TLS.
var (
	TaskMountsFiles = mountsFiles("ECS mounts a file system for a task", "elasticfilesystem:ClientMount")
	TaskWritesFiles = mountsFiles("a task writes to a file system", "elasticfilesystem:ClientWrite")
)

func mountsFiles(name, action string) Delivery {
	return Delivery{Name: name, Actions: []string{action}, Readings: []Reading{{
		Keys: map[string]string{
			"elasticfilesystem:AccessPointArn": "{target}", "elasticfilesystem:AccessedViaMountTarget": "true",
		},
		Sources: []string{filesPage},
	}}}
}
