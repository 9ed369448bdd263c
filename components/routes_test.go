package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func routesProgram(services ...ServiceArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		args := &RoutesArgs{}
		for i := range services {
			service, err := NewService(ctx, services[i].Name, &services[i])
			if err != nil {
				return err
			}
			args.Services = append(args.Services, service)
		}
		_, err := NewRoutes(ctx, "routes", args)
		return err
	}
}

func TestRoutesAreNamedByPriority(t *testing.T) {
	book, news := testServiceArgs(), testServiceArgs()
	news.Name, news.Routing = "news", ServiceRouting{Priority: 50, Paths: []string{"/news/*"}}
	rec := deployed(t, routesProgram(book, news))
	assert.Equal(t, []string{"https_100", "https_25050", "https_25100", "https_50"}, rec.names(listenerRuleType))
	rule := rec.one(t, listenerRuleType, "https_50")
	assert.True(t, rule.dependsOn(rec.one(t, serviceResource, "news")), "loses its requests first")
	assert.Equal(t, map[string]any{
		"listenerArn": httpsListener,
		"priority":    50.0,
		"conditions":  []any{map[string]any{"pathPattern": map[string]any{"values": []any{"/news/*"}}}},
		"actions":     []any{map[string]any{"type": "forward", "targetGroupArn": arnOf(targetGroupType, "news")}},
		"tags":        map[string]any{"Name": "news"},
	}, rule.inputs)
	for _, service := range rec.ofType(serviceResource) {
		assert.True(t, rec.waitsFor(rule, service), "requests may come from any service: %s", service.name)
	}
}

// The rules were named after their services. Without the alias the next update would make a
// second rule with a priority that is taken.
func TestRoutesKeepTheRulesOfBefore(t *testing.T) {
	args := testServiceArgs()
	rec := deployed(t, routesProgram(args))
	aliases := rec.one(t, listenerRuleType, "https_100").request.GetAliases()
	require.NotEmpty(t, aliases)
	spec := aliases[0].GetSpec()
	assert.Equal(t, "visitor-book", spec.GetName())
	assert.Equal(t, "urn:pulumi:prod::aws-webapp::aws-webapp:service:Service::visitor-book", spec.GetParentUrn())
}

func TestRoutesNeedServices(t *testing.T) {
	assert.ErrorContains(t, refused(t, routesProgram()), `routes "routes": Services is empty`)
}
