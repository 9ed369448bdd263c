package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// taskDefinitionPlaceholder stands in the stack's AppSpec for the task definition to deploy.
const taskDefinitionPlaceholder = "<TASK_DEFINITION>"

// shift hands the version that the update registered to CodeDeploy, with the AppSpec that the
// stack knows. Steps, alarms and rollback are those of the deployment group.
func shift(t *tools, folder, application, group, appSpec, taskDefinition string, deployed image) error {
	if strings.Count(appSpec, taskDefinitionPlaceholder) != 1 {
		return fmt.Errorf("found no single %s in the AppSpec of %s: deploy the stack with this version of the program", taskDefinitionPlaceholder, application)
	}
	content := strings.Replace(appSpec, taskDefinitionPlaceholder, taskDefinition, 1)
	request, err := json.Marshal(map[string]any{
		"applicationName":     application,
		"deploymentGroupName": group,
		"description":         "Commit " + deployed.Commit,
		"revision": map[string]any{
			"revisionType":   "AppSpecContent",
			"appSpecContent": map[string]string{"content": content},
		},
	})
	if err != nil {
		return err
	}
	file := filepath.Join(folder, "deployment.json")
	if err := os.WriteFile(file, request, 0o600); err != nil {
		return err
	}
	id, err := t.ask("aws", "deploy", "create-deployment", "--cli-input-json", "file://"+file, "--query", "deploymentId", "--output", "text")
	if err != nil {
		return err
	}
	fmt.Fprintln(t.out, "CodeDeploy deployment:", id)
	return nil
}

// releaseTagPrefix is components.ReleaseTagPrefix: the repository keeps these apart.
const releaseTagPrefix = "release-"

// shortDigest is how much of a digest a tag repeats.
const shortDigest = 12

// tagRelease gives the image a second tag. The same image may have been released before.
func tagRelease(t *tools, released image) error {
	in, err := parseRepository(released.Repository)
	if err != nil {
		return err
	}
	tag := releaseTagPrefix + strings.TrimPrefix(released.Digest, "sha256:")[:shortDigest]
	manifest, err := t.ask("aws", "ecr", "batch-get-image", "--registry-id", in.account, "--region", in.region, "--repository-name", in.name,
		"--image-ids", "imageDigest="+released.Digest, "--query", "images[0].imageManifest", "--output", "text")
	if err != nil {
		return err
	}
	var messages bytes.Buffer
	quiet := &tools{ctx: t.ctx, out: t.out, err: &messages, env: t.env}
	err = quiet.run("aws", "ecr", "put-image", "--registry-id", in.account, "--region", in.region, "--repository-name", in.name,
		"--image-tag", tag, "--image-manifest", manifest, "--query", "image.imageId", "--output", "json")
	if err != nil && !strings.Contains(messages.String(), "ImageAlreadyExistsException") {
		return fmt.Errorf("%w: %s", err, strings.TrimSpace(messages.String()))
	}
	fmt.Fprintln(t.out, "released as:", tag)
	return nil
}
