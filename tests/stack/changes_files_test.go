package stack_test

import (
	"fmt"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"
)

// deployedFiles is the access point of the file system media, as the provider reports it.
func deployedFiles(user float64, permissions string) resource.PropertyMap {
	const token = "aws:efs/accessPoint:AccessPoint"
	const urn = "urn:pulumi:staging::aws-webapp::aws-webapp:fileSystem:FileSystem$" + token + "::files-media"
	return resource.PropertyMap{urn: resource.NewProperty(resource.NewPropertyMapFromMap(map[string]any{
		"type": token,
		"outputs": map[string]any{
			"posixUser": map[string]any{"uid": user, "gid": user},
			"rootDirectory": map[string]any{"path": "/data", "creationInfo": map[string]any{
				"ownerUid": user, "ownerGid": user, "permissions": permissions,
			}},
		},
	}))}
}

// TestFilesKeepTheirOwner: services could not read what they wrote.
func TestFilesKeepTheirOwner(t *testing.T) {
	for name, test := range map[string]struct {
		user       float64
		mode, json string
		refused    string
	}{
		"as it was":    {1000, "0750", `"user": "1000:1000"`, ""},
		"a large id":   {1000680000, "0750", `"user": "1000680000:1000680000"`, ""},
		"another user": {1000, "0750", `"user": "1001:1001"`, "fileSystems[0].user: found 1001:1001, allowed 1000:1000"},
		"other permissions": {
			1000, "0750", `"user": "1000:1000", "permissions": "0770"`,
			"fileSystems[0].permissions: found 0770, allowed 0750",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := deployOver(t, "staging", deployedFiles(test.user, test.mode), replaced(map[string]string{
				"fileSystems": fmt.Sprintf(`[{"name": "media", %s}]`, test.json),
				"services": `[{"name": "visitor-book", "image": "visitor-book:1.0.0",
					"routing": {"priority": 60, "paths": ["/*"]}, "fileSystems": [{"name": "media", "path": "/srv/media"}]}]`,
			}))
			if test.refused == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.refused)
		})
	}
}
