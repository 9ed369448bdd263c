package catalog

import (
	"encoding/json"
	"strings"

	"aws-webapp/internal/awsdata/deliveries"
	"aws-webapp/internal/sandbox/simaws/prop"
)

// secretsReadable: a service does not start if its execution role cannot read, or decrypt, a secret of its
// containers. Secrets from outside are assumed to be readable.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html
func secretsReadable(c *Call) error {
	task, _ := c.taskOfService()
	var containers []struct{ Secrets []struct{ ValueFrom string } }
	// Definitions that cannot be read, which the check of their type refuses, have no containers.
	_ = json.Unmarshal([]byte(prop.Text(task.Props, "containerDefinitions")), &containers)
	role := prop.Text(task.Props, "executionRoleArn")
	for _, container := range containers {
		for _, secret := range container.Secrets {
			if err := c.startsWith(secret.ValueFrom, role); err != nil {
				return refuse("ResourceInitializationError: unable to pull secrets or registry auth: execution resource "+
					"retrieval failed: unable to retrieve secret", err)
			}
		}
	}
	return nil
}

// startsWith says why a role cannot pass a secret, or a parameter, to a container. After the ARN, the value may
// name a key in the secret, a stage and a version.
func (c *Call) startsWith(value, role string) error {
	const parts = 7
	fields := strings.Split(value, ":")
	arn := strings.Join(fields[:min(len(fields), parts)], ":")
	read, decrypt, key := deliveries.TaskReadsSecret, deliveries.TaskDecryptsSecret, "kmsKeyId"
	stored, ours := c.Find(secretToken, "arn", arn)
	if !ours {
		stored, ours = c.Find(secretToken, "id", arn)
	}
	if !ours {
		read, decrypt, key = deliveries.TaskReadsParameter, deliveries.TaskDecryptsParameter, "keyId"
		if stored, ours = c.Find(parameterToken, "arn", arn); !ours {
			return nil
		}
	}
	if err := c.roleDoes(read, role, holding("", arn)); err != nil {
		return err
	}
	return c.roleUses(decrypt, role, arn, prop.Text(stored.Props, key))
}
