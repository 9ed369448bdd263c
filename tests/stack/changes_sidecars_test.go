package stack_test

import (
	"fmt"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// deployedBehindNginx is deployedService whose requests a sidecar takes. The provider orders containers by name.
func deployedBehindNginx() resource.PropertyMap {
	state := deployedService("CODE_DEPLOY", mayRead)
	const urn = "urn:pulumi:prod::aws-webapp::aws-webapp:service:Service$" +
		"aws:ecs/taskDefinition:TaskDefinition::visitor-book"
	containers := fmt.Sprintf(`[
		{"name":"nginx","image":"222222222222.dkr.ecr.us-east-1.amazonaws.com/nginx:1.4.0",
			"portMappings":[{"containerPort":8000}],"secrets":[{"name":"CERTIFICATE","valueFrom":%q}]},
		{"name":"visitor-book","image":%q,"portMappings":[],
			"environment":[{"name":"DATABASE_URL"},{"name":"BUCKET_NAME"}]}]`, signingSecret, otherImage)
	state[urn].ObjectValue()["outputs"] = resource.NewProperty(resource.NewPropertyMapFromMap(map[string]any{
		"taskRoleArn": taskRole, "containerDefinitions": containers,
	}))
	return state
}

// TestRunningSidecarsKeepWhatTheyNeed: tasks of the last deployment start again with their own images and secrets.
func TestRunningSidecarsKeepWhatTheyNeed(t *testing.T) {
	const uses = `, "databaseAccess": true, "bucketAccess": "read"`
	sidecars := func(image, secret string) string {
		return fmt.Sprintf(`, "sidecars": [{"name": "nginx", "image": %q, "secrets": {"CERTIFICATE": %q}}],
			"routing": {"priority": 100, "paths": ["/*"], "container": "nginx"}`, image, secret)
	}
	const nginx = "222222222222.dkr.ecr.us-east-1.amazonaws.com/nginx"
	for name, test := range map[string]struct {
		json     string
		messages []string
	}{
		"another version": {sidecars(nginx+":1.5.0", signingSecret), nil},
		"another repository": {sidecars("example/nginx:1.5.0", signingSecret), []string{
			"services[0].sidecars: found another repository than " + nginx + ", which tasks are started from",
			"services[0].previous.sidecarImages to a list with " + nginx + ":1.4.0",
		}},
		"another repository, old one kept": {
			sidecars("example/nginx:1.5.0", signingSecret) + `, "previous": {"sidecarImages": ["` + nginx + `:1.4.0"]}`, nil,
		},
		"another secret": {sidecars(nginx+":1.5.0", "/nginx/certificate"), []string{
			"services[0].secrets: found another secret than the running tasks read as CERTIFICATE",
		}},
		"another secret, old one kept": {
			sidecars(nginx+":1.5.0", "/nginx/certificate") + `, "previous": {"secrets": ["` + signingSecret + `"]}`, nil,
		},
		"another port": {sidecars(nginx+":1.5.0", signingSecret) + `, "port": 80`, []string{
			"services[0].port: found 80, while tasks listen on 8000",
		}},
		"no longer there": {`, "previous": {"secrets": ["` + signingSecret + `"]}`, []string{
			"services[0].previous.sidecarImages to a list with " + nginx,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			change := servicesKey("visitor-book", 100, "blue-green", uses+test.json)
			_, err := deployOver(t, "prod", deployedBehindNginx(), change)
			if test.messages == nil {
				require.NoError(t, err)
				return
			}
			for _, message := range test.messages {
				require.ErrorContains(t, err, message)
			}
			assert.NotContains(t, err.Error(), signingSecret)
		})
	}
}
