package stack

import (
	"errors"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/components"
	"aws-webapp/internal/awsdata/resourcetypes"
)

// serving is an AWS whose service runs a task definition; "" if there is no service.
type serving string

func (s serving) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	return args.Name, args.Inputs, nil
}

func (s serving) Call(pulumi.MockCallArgs) (resource.PropertyMap, error) {
	if s == "" {
		return nil, errors.New("ServiceNotFoundException")
	}
	return resource.PropertyMap{"taskDefinition": resource.NewProperty(string(s))}, nil
}

// A version may be registered and not serve: people have to be told.
func TestVersionsThatDoNotServe(t *testing.T) {
	const family = "arn:aws:ecs:us-east-1:123456789012:task-definition/app-prod-web:"
	up := resources{resourcetypes.ECSService: {{Name: "web"}}}
	failed := pulumi.String("").ToStringOutput().ApplyT(func(string) (string, error) {
		return "", errors.New("not registered")
	}).(pulumi.StringOutput)
	for name, test := range map[string]struct {
		was        resources
		migration  []string
		serves     serving
		registered pulumi.StringOutput
		want       string
	}{
		"a new service with a migration": {
			nil,
			[]string{"migrate"},
			"", pulumi.String(family + "1").ToStringOutput(),
			"its first version, which starts before its migration has run",
		},
		"a new service":           {nil, nil, family + "1", pulumi.String(family + "2").ToStringOutput(), ""},
		"the version that serves": {up, nil, family + "1", pulumi.String(family + "1").ToStringOutput(), ""},
		"another version": {
			up, nil, family + "1", pulumi.String(family + "2").ToStringOutput(), "app-prod-web:2, while app-prod-web:1 serves",
		},
		"a version of a preview": {
			up, nil, family + "1", pulumi.UnsafeUnknownOutput(nil).ApplyT(func(any) string { return "" }).(pulumi.StringOutput),
			"a new version, while app-prod-web:1 serves",
		},
		"a version that is refused":  {up, nil, family + "1", failed, ""},
		"a service that was deleted": {up, nil, "", pulumi.String(family + "2").ToStringOutput(), ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := workloadOf(test.was)
			w.cfg.Services[0].Deployment.Migration.Command = test.migration
			w.services = []*components.Service{{Task: components.Task{Name: "web", TaskDefinitionARN: test.registered}}}
			var got string
			require.NoError(t, pulumi.RunErr(func(ctx *pulumi.Context) (err error) {
				got, err = w.unserved(ctx, 0, nil)
				return err
			}, pulumi.WithMocks("app", "prod", test.serves)))
			assert.Equal(t, test.want, got)
		})
	}
}
