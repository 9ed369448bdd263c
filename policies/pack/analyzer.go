package pack

import (
	"context"
	"strings"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
)

// analyzer is a pack behind the engine's interface.
type analyzer struct {
	pack *Pack
}

var _ plugin.Analyzer = (*analyzer)(nil)

// Analyzer returns the pack as an analyzer of the engine's SDK.
func (p *Pack) Analyzer() plugin.Analyzer { return &analyzer{pack: p} }

// Close has nothing to release.
func (a *analyzer) Close() error { return nil }

// Cancel has nothing to stop: a judgement takes less time than the call.
func (a *analyzer) Cancel(context.Context) error { return nil }

// Name returns the pack's name.
func (a *analyzer) Name() tokens.QName { return Name }

// GetPluginInfo returns the pack's version.
func (a *analyzer) GetPluginInfo(context.Context) (plugin.PluginInfo, error) {
	version := semver.MustParse(Version)
	return plugin.PluginInfo{Version: &version}, nil
}

// Configure applies the policies' configuration.
func (a *analyzer) Configure(_ context.Context, config map[string]plugin.AnalyzerPolicyConfig) error {
	return a.pack.Configure(config)
}

// GetAnalyzerInfo describes the controls, with the levels of the stack's environment.
func (a *analyzer) GetAnalyzerInfo(context.Context) (plugin.AnalyzerInfo, error) {
	env := a.pack.Environment()
	a.pack.mu.Lock()
	defer a.pack.mu.Unlock()
	info := plugin.AnalyzerInfo{
		Name: Name, DisplayName: "AWS web application", Version: Version, SupportsConfig: true,
		Description: "Security and availability rules of the AWS web application stack",
		Provider:    "AWS",
	}
	for _, c := range a.pack.controls {
		info.Policies = append(info.Policies, policyInfo(a.pack.inForce(c), env, a.pack.own()))
	}
	return info, nil
}

func policyInfo(c *control.Control, env control.Environment, own bool) plugin.AnalyzerPolicyInfo {
	scope := plugin.AnalyzerPolicyTypeResource
	if c.Scope == control.PerStack {
		scope = plugin.AnalyzerPolicyTypeStack
	}
	info := plugin.AnalyzerPolicyInfo{
		Name: c.Name, DisplayName: c.Title, Description: c.Title, Message: sentence(c.Risk),
		EnforcementLevel: c.Levels.In(env), Type: scope, Severity: c.Severity,
		Tags: append([]string{c.Subject}, c.IDs.List()...), RemediationSteps: sentence(fix(c, own)), URL: c.DocURL(),
		ConfigSchema: &plugin.AnalyzerPolicyConfigSchema{Properties: schema(c)},
	}
	for _, framework := range control.Frameworks {
		if claims := c.IDs[framework]; len(claims) > 0 {
			info.Framework = &plugin.AnalyzerPolicyComplianceFramework{
				Name: string(framework), Reference: strings.Join(c.IDs.Texts(framework), ", "),
			}
			break
		}
	}
	return info
}

// schema describes what the policy's configuration accepts.
func schema(c *control.Control) map[string]plugin.JSONSchema {
	properties := map[string]plugin.JSONSchema{
		onUnknownKey: {
			"type": "string", "enum": []any{"disabled", "advisory", "mandatory", "remediate"},
			"description": "Level at which a value is reported that cannot be judged yet.",
		},
		environmentsKey: {
			"type":        "object",
			"description": "Overrides per environment: its name, then enforcementLevel, onUnknown or parameters.",
		},
	}
	for _, param := range c.Params {
		properties[param.Name] = param.Schema()
	}
	return properties
}

// Analyze judges one resource by its inputs.
func (a *analyzer) Analyze(_ context.Context, r plugin.AnalyzerResource) (plugin.AnalyzeResponse, error) {
	return a.respond(a.pack.JudgeResource(fromEngine(r))), nil
}

// AnalyzeStack judges all resources together, by their outputs.
func (a *analyzer) AnalyzeStack(
	_ context.Context, resources []plugin.AnalyzerStackResource,
) (plugin.AnalyzeResponse, error) {
	converted := make([]*graph.Resource, len(resources))
	for i, r := range resources {
		c := fromEngine(r.AnalyzerResource)
		c.Outputs, c.Inputs = c.Inputs, nil
		c.Parent = string(r.Parent)
		for _, urn := range r.Dependencies {
			c.Dependencies = append(c.Dependencies, string(urn))
		}
		c.PropertyDependencies = make(map[string][]string, len(r.PropertyDependencies))
		for key, urns := range r.PropertyDependencies {
			for _, urn := range urns {
				c.PropertyDependencies[string(key)] = append(c.PropertyDependencies[string(key)], string(urn))
			}
		}
		converted[i] = c
	}
	judgements, err := a.pack.JudgeStack(converted)
	return a.respond(judgements), err
}

// Remediate runs the repairs of controls that are set to remediate.
func (a *analyzer) Remediate(_ context.Context, r plugin.AnalyzerResource) (plugin.RemediateResponse, error) {
	var response plugin.RemediateResponse
	for _, repair := range a.pack.Remediate(fromEngine(r)) {
		response.Remediations = append(response.Remediations, plugin.Remediation{
			PolicyName: repair.Control.Name, Description: repair.Control.Title,
			PolicyPackName: Name, PolicyPackVersion: Version,
			URN: r.URN, Properties: repair.Properties,
		})
	}
	return response, nil
}

func (a *analyzer) respond(judgements []Judgement) plugin.AnalyzeResponse {
	var response plugin.AnalyzeResponse
	for _, j := range judgements {
		if !j.Violation() {
			continue
		}
		c := a.pack.byName[j.Control]
		response.Diagnostics = append(response.Diagnostics, plugin.AnalyzeDiagnostic{
			PolicyName: c.Name, PolicyPackName: Name, PolicyPackVersion: Version,
			Description: c.Title, Message: j.Message(c), EnforcementLevel: j.EffectiveLevel(),
			URN: resource.URN(j.URN), Severity: c.Severity,
		})
	}
	return response
}

func fromEngine(r plugin.AnalyzerResource) *graph.Resource {
	converted := &graph.Resource{
		URN: string(r.URN), Type: graph.Canonical(string(r.Type)), Name: r.Name,
		Parent: string(r.Options.Parent), Inputs: r.Properties, Protect: r.Options.Protect,
	}
	if r.Provider != nil {
		converted.Provider = &graph.Provider{
			URN: string(r.Provider.URN), Name: r.Provider.Name, Inputs: r.Provider.Properties,
		}
	}
	return converted
}
