package pack_test

import (
	"errors"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/pack"
	"aws-webapp/policies/prop"
)

const thing = "aws:rds/instance:Instance"

// table returns a small table: a mandatory control with a parameter, one that is mandatory in
// prod, and an advisory one that cannot be judged.
func table() []*control.Control {
	return append([]*control.Control{
		{
			Name: "size", Title: "Size", Risk: "Risk", Fix: "fix", Types: []string{thing},
			Levels: control.Everywhere(control.Mandatory),
			Params: []control.Param{
				{Name: "least", Kind: control.Number, Default: 3.0, Min: 1, Max: 10},
				{Name: "colours", Kind: control.Texts, Default: []string{}},
				{Name: "ports", Kind: control.Ports, Default: []int{}},
				{Name: "strict", Kind: control.Flag, Default: false},
				{Name: "mode", Kind: control.Text, Default: "a", Allowed: []string{"a", "b"}},
			},
			Judge: func(c control.Case) control.Result {
				return control.Want(c.Get("size").AtLeast(c.Params.Number("least")), "%s is too small", c.Name)
			},
		},
		{
			Name: "shape", Title: "Shape", Risk: "Risk", Fix: "fix", Types: []string{thing}, Levels: control.MandatoryInProd(),
			Judge: func(c control.Case) control.Result {
				return control.Want(c.Get("round").IsTrue(), "%s is not round", c.Name)
			},
		},
		{
			Name: "hint", Title: "Hint", Risk: "Risk", Fix: "fix", Types: []string{thing},
			Levels: control.Everywhere(control.Advisory),
			Judge:  func(c control.Case) control.Result { return control.Want(prop.Maybe, "%s glows", c.Name) },
		},
	}, pack.Integrity()...)
}

func newPack(t *testing.T, stack pack.Stack) *pack.Pack {
	t.Helper()
	p, err := pack.New(pack.Options{Controls: table()})
	require.NoError(t, err)
	p.ConfigureStack(stack)
	return p
}

func flat() *graph.Resource {
	return &graph.Resource{
		URN: "urn:pulumi:prod::app::" + thing + "::db", Type: thing, Name: "db",
		Inputs: resource.PropertyMap{"size": resource.NewNumberProperty(5)},
	}
}

func levels(judgements []pack.Judgement) map[string]control.Level {
	found := map[string]control.Level{}
	for _, j := range judgements {
		if j.Violation() {
			found[j.Control] = j.EffectiveLevel()
		}
	}
	return found
}

func policy(level control.Level, properties map[string]any) plugin.AnalyzerPolicyConfig {
	return plugin.AnalyzerPolicyConfig{EnforcementLevel: level, Properties: properties}
}

func TestLevelsFollowTheEnvironment(t *testing.T) {
	tags := resource.PropertyMap{"defaultTags": resource.NewStringProperty(`{"tags":{"Environment":"Production"}}`)}
	for name, c := range map[string]struct {
		stack    pack.Stack
		provider *graph.Provider
		config   map[string]plugin.AnalyzerPolicyConfig
		want     control.Level
	}{
		"configured": {
			stack: pack.Stack{Name: "x", Project: "app", Config: map[string]string{"app:environment": "prod"}},
			want:  control.Mandatory,
		},
		"configured, other": {
			stack: pack.Stack{Name: "prod", Project: "app", Config: map[string]string{"app:environment": "dev"}},
			want:  control.Advisory,
		},
		"another project's": {
			stack: pack.Stack{Name: "dev", Project: "app", Config: map[string]string{"other:environment": "prod"}},
			want:  control.Advisory,
		},
		"default tags": {
			stack: pack.Stack{Name: "dev", Project: "app"}, provider: &graph.Provider{Inputs: tags},
			want: control.Mandatory,
		},
		"stack name":          {stack: pack.Stack{Name: "staging", Project: "app"}, want: control.Advisory},
		"stack name, prod":    {stack: pack.Stack{Name: "org/app/webapp-prod", Project: "app"}, want: control.Mandatory},
		"stack name, product": {stack: pack.Stack{Name: "product", Project: "app"}, want: control.Advisory},
		"nothing but the URN": {want: control.Mandatory},
		"policy configuration": {
			stack: pack.Stack{Name: "dev", Project: "app"},
			config: map[string]plugin.AnalyzerPolicyConfig{
				pack.ConfigurationControl: policy("", map[string]any{"environment": "prod"}),
			},
			want: control.Mandatory,
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPack(t, c.stack)
			require.NoError(t, p.Configure(c.config))
			r := flat()
			r.Provider = c.provider
			assert.Equal(t, c.want, levels(p.JudgeResource(r))["shape"])
		})
	}
}

// Permission to change the policies' configuration must not be enough to change which rules
// apply.
func TestTheConfigurationMayNotContradictTheStack(t *testing.T) {
	stack := pack.Stack{Name: "prod", Project: "app", Config: map[string]string{"app:environment": "prod"}}
	environment := func(name string) map[string]plugin.AnalyzerPolicyConfig {
		return map[string]plugin.AnalyzerPolicyConfig{
			pack.ConfigurationControl: policy("", map[string]any{"environment": name}),
		}
	}
	p := newPack(t, stack)
	assert.EqualError(t, p.Configure(environment("staging")),
		`policy configuration: policy-configuration: environment is "staging", `+
			`but the stack's own configuration says "prod" (app:environment): leave it out, the levels follow the stack`)
	assert.Equal(t, control.Prod, p.Environment())
	assert.NoError(t, p.Configure(environment("Production")))
}

// The engine sends back the level that it was told for every policy that the file does not
// mention. That must not pin the level.
func TestAnAdvertisedLevelIsNotConfiguration(t *testing.T) {
	p := newPack(t, pack.Stack{Name: "dev", Project: "app"})
	info, err := p.Analyzer().GetAnalyzerInfo(t.Context())
	require.NoError(t, err)
	config := map[string]plugin.AnalyzerPolicyConfig{}
	for _, policy := range info.Policies {
		config[policy.Name] = plugin.AnalyzerPolicyConfig{EnforcementLevel: policy.EnforcementLevel}
	}
	require.NoError(t, p.Configure(config))
	r := flat()
	r.Provider = &graph.Provider{Inputs: resource.PropertyMap{
		"defaultTags": resource.NewObjectProperty(resource.PropertyMap{
			"tags": resource.NewObjectProperty(resource.PropertyMap{
				"Environment": resource.NewStringProperty("prod"),
			}),
		}),
	}}
	assert.Equal(t, control.Mandatory, levels(p.JudgeResource(r))["shape"])
}

func TestConfigurationChangesLevelsAndParameters(t *testing.T) {
	staging := pack.Stack{Name: "staging", Project: "app"}
	for name, c := range map[string]struct {
		config map[string]plugin.AnalyzerPolicyConfig
		want   map[string]control.Level
	}{
		"nothing": {nil, map[string]control.Level{"shape": "advisory", "hint": "advisory"}},
		"stricter": {
			map[string]plugin.AnalyzerPolicyConfig{"shape": policy("mandatory", nil)},
			map[string]control.Level{"shape": "mandatory", "hint": "advisory"},
		},
		"weaker": {
			map[string]plugin.AnalyzerPolicyConfig{"shape": policy("disabled", nil)},
			map[string]control.Level{"hint": "advisory"},
		},
		"parameter": {
			map[string]plugin.AnalyzerPolicyConfig{"size": policy("", map[string]any{"least": 6.0})},
			map[string]control.Level{"size": "mandatory", "shape": "advisory", "hint": "advisory"},
		},
		"parameter and less": {
			map[string]plugin.AnalyzerPolicyConfig{"size": policy("advisory", map[string]any{"least": 6.0})},
			map[string]control.Level{"size": "advisory", "shape": "advisory", "hint": "advisory"},
		},
		"unknown": {
			map[string]plugin.AnalyzerPolicyConfig{"hint": policy("", map[string]any{"onUnknown": "mandatory"})},
			map[string]control.Level{"shape": "advisory", "hint": "mandatory"},
		},
		"unknown, silent": {
			map[string]plugin.AnalyzerPolicyConfig{"hint": policy("", map[string]any{"onUnknown": "disabled"})},
			map[string]control.Level{"shape": "advisory"},
		},
		"this environment": {map[string]plugin.AnalyzerPolicyConfig{"shape": policy("", map[string]any{
			"environments": map[string]any{"staging": map[string]any{"enforcementLevel": "mandatory"}},
		})}, map[string]control.Level{"shape": "mandatory", "hint": "advisory"}},
		"another environment": {map[string]plugin.AnalyzerPolicyConfig{"size": policy("", map[string]any{
			"environments": map[string]any{"dev": map[string]any{"least": 9.0}},
		})}, map[string]control.Level{"shape": "advisory", "hint": "advisory"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPack(t, staging)
			require.NoError(t, p.Configure(c.config))
			// Values that were unknown show once the whole stack is there.
			found := p.JudgeResource(flat())
			open, err := p.JudgeStack([]*graph.Resource{flat()})
			require.NoError(t, err)
			assert.Equal(t, c.want, levels(append(found, open...)))
		})
	}
}

func TestWrongConfigurationIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		environment string
		config      map[string]plugin.AnalyzerPolicyConfig
		want        string
	}{
		"unknown policy": {
			"dev",
			map[string]plugin.AnalyzerPolicyConfig{"shap": policy("mandatory", nil)},
			"shap: there is no such policy: did you mean shape?",
		},
		"far from any": {
			"dev",
			map[string]plugin.AnalyzerPolicyConfig{"completely-different": policy("mandatory", nil)},
			"there is no such policy: docs/controls.md lists them all",
		},
		"unknown property": {
			"dev",
			map[string]plugin.AnalyzerPolicyConfig{"size": policy("", map[string]any{"lest": 1.0})},
			"size: there is no property lest: allowed are onUnknown, environments, least, colours, ports, strict, mode",
		},
		"no number": {
			"dev",
			map[string]plugin.AnalyzerPolicyConfig{"size": policy("", map[string]any{"least": "6"})},
			`size: least is the string "6": give a number`,
		},
		"out of range": {
			"dev",
			map[string]plugin.AnalyzerPolicyConfig{"size": policy("", map[string]any{"least": 11.0})},
			"size: least is 11: give a number from 1 to 10",
		},
		"no list": {
			"dev",
			map[string]plugin.AnalyzerPolicyConfig{"size": policy("", map[string]any{"colours": "red"})},
			"colours is the string \"red\": give a list of strings",
		},
		"no text in the list": {
			"dev",
			map[string]plugin.AnalyzerPolicyConfig{"size": policy("", map[string]any{"colours": []any{"red", nil}})},
			"colours[1] is null: give a string",
		},
		"no ports": {
			"dev",
			map[string]plugin.AnalyzerPolicyConfig{"size": policy("", map[string]any{"ports": true})},
			"ports is true: give a list of ports",
		},
		"no port": {
			"dev",
			map[string]plugin.AnalyzerPolicyConfig{"size": policy("", map[string]any{"ports": []any{70000.0}})},
			"ports[0] is the number 70000: give a port from 0 to 65535",
		},
		"no flag": {
			"dev",
			map[string]plugin.AnalyzerPolicyConfig{"size": policy("", map[string]any{"strict": []any{}})},
			"strict is a list: give true or false",
		},
		"no text": {
			"dev",
			map[string]plugin.AnalyzerPolicyConfig{"size": policy("", map[string]any{"mode": map[string]any{}})},
			"mode is an object: give a string",
		},
		"not allowed": {
			"dev",
			map[string]plugin.AnalyzerPolicyConfig{"size": policy("", map[string]any{"mode": "c"})},
			`mode is "c": give one of a, b`,
		},
		"no level": {
			"dev",
			map[string]plugin.AnalyzerPolicyConfig{"size": policy("", map[string]any{"onUnknown": "loud"})},
			"size: onUnknown is loud: give disabled, advisory, mandatory or remediate",
		},
		"below prod's floor": {
			"prod",
			map[string]plugin.AnalyzerPolicyConfig{"size": policy("advisory", nil)},
			"size: the level is advisory, but prod allows nothing below mandatory",
		},
		"below another floor": {
			"dev",
			map[string]plugin.AnalyzerPolicyConfig{"size": policy("disabled", nil)},
			"size: the level is disabled, but dev allows nothing below advisory",
		},
		"below an unknown one": {
			"",
			map[string]plugin.AnalyzerPolicyConfig{"size": policy("advisory", nil)},
			"a stack of unknown environment allows nothing below mandatory",
		},
		"below prod's floor, written down in dev": {
			"dev", map[string]plugin.AnalyzerPolicyConfig{"size": policy("", map[string]any{
				"environments": map[string]any{"prod": map[string]any{"enforcementLevel": "advisory"}},
			})}, "size: the level is advisory, but prod allows nothing below mandatory",
		},
		"wrong in another environment": {"dev", map[string]plugin.AnalyzerPolicyConfig{"size": policy("", map[string]any{
			"environments": map[string]any{"prod": map[string]any{"least": true}},
		})}, "environments.prod: size: least is true: give a number"},
		"environments in environments": {"dev", map[string]plugin.AnalyzerPolicyConfig{"size": policy("", map[string]any{
			"environments": map[string]any{"prod": map[string]any{"environments": map[string]any{}}},
		})}, "there is no property environments"},
		"no environments": {
			"dev",
			map[string]plugin.AnalyzerPolicyConfig{"size": policy("", map[string]any{"environments": "prod"})},
			"size: environments is string: give an object",
		},
		"no environment": {
			"dev", map[string]plugin.AnalyzerPolicyConfig{
				"size": policy("", map[string]any{"environments": map[string]any{"prod": 1.0}}),
			}, "size: environments.prod is float64: give an object",
		},
		"the second of two": {"dev", map[string]plugin.AnalyzerPolicyConfig{
			"size": policy("", map[string]any{"least": 4.0, "mode": "c"}),
		}, `mode is "c": give one of a, b`},
		"several": {"dev", map[string]plugin.AnalyzerPolicyConfig{
			"shap": policy("", nil), "size": policy("", map[string]any{"least": true}),
		}, "did you mean shape?\nsize: least is true: give a number"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPack(t, pack.Stack{Name: c.environment, Project: pack.Name})
			err := p.Configure(c.config)
			require.Error(t, err)
			assert.Contains(t, err.Error(), c.want)
			assert.Equal(t, control.Environment(c.environment), p.Environment(), "what is refused changes nothing")
		})
	}
}

// The configuration counts more than what a control says of unknown values, and that more than the pack.
func TestTheLevelOfUnknownValues(t *testing.T) {
	for name, c := range map[string]struct {
		own    control.Level
		config map[string]any
		want   control.Level
	}{
		"nobody":      {want: control.Advisory},
		"the control": {own: control.Mandatory, want: control.Mandatory},
		"the configuration": {
			own: control.Mandatory, config: map[string]any{"onUnknown": "disabled"}, want: control.Disabled,
		},
	} {
		hint := judging("hint", control.Doubt("nobody knows"))
		hint.OnUnknown = c.own
		p := packOf(t, ourProd, hint)
		require.NoError(t, p.Configure(map[string]plugin.AnalyzerPolicyConfig{"hint": policy("", c.config)}))
		found, err := judgedAs(t, p, flat())
		require.NoError(t, err)
		assert.Equal(t, c.want, levelsOf(found)["hint"], name)
	}
}

func judgedAs(t *testing.T, p *pack.Pack, r *graph.Resource) ([]pack.Judgement, error) {
	t.Helper()
	first := p.JudgeResource(r)
	second, err := p.JudgeStack([]*graph.Resource{r})
	return append(first, second...), err
}

// The block of an environment begins with what holds everywhere, and the floor of production is that of every stack
// whose environment nobody knows.
func TestFloorsOfParameters(t *testing.T) {
	floored := whole(control.PerResource)
	floored.Floor = func(params control.Params) error {
		if params.Number("least") < 2 {
			return errors.New("least is below 2")
		}
		return nil
	}
	least := func(n float64) map[string]any { return map[string]any{"least": n} }
	inProd := func(top float64, block map[string]any) map[string]any {
		return map[string]any{"least": top, "environments": map[string]any{"Production": block}}
	}
	const refused = "allows no less than the control's floor: least is below 2"
	dev := pack.Stack{Name: "dev", Project: pack.Name}
	for name, c := range map[string]struct {
		stack      pack.Stack
		properties map[string]any
		want       string
	}{
		"prod":                        {ourProd, least(1), "whole: prod " + refused},
		"prod, enough":                {ourProd, least(2), ""},
		"nobody knows":                {pack.Stack{}, least(1), "whole: a stack of unknown environment " + refused},
		"elsewhere":                   {dev, least(1), ""},
		"of another program":          {pack.Stack{Name: "prod", Project: "shop"}, least(1), ""},
		"prod's block, elsewhere":     {dev, inProd(5, least(1)), "environments.Production: whole: prod " + refused},
		"what prod's block begins as": {dev, inProd(1, nil), "environments.Production: whole: prod " + refused},
		"prod's block mends it":       {ourProd, inProd(1, least(3)), ""},
	} {
		config := map[string]plugin.AnalyzerPolicyConfig{"whole": policy("", c.properties)}
		err := packOf(t, c.stack, floored).Configure(config)
		if c.want == "" {
			assert.NoError(t, err, name)
		} else {
			assert.ErrorContains(t, err, c.want, name)
		}
	}
}

// What the pack learns from the first resource holds for the stack: a later one cannot change it.
func TestWhatResourcesTellOfTheStack(t *testing.T) {
	tagged := func(environment string) *graph.Resource {
		r := flat()
		r.Provider = &graph.Provider{Inputs: resource.PropertyMap{
			"defaultTags": resource.NewStringProperty(`{"tags":{"Environment":"` + environment + `"}}`),
		}}
		return r
	}
	p := newPack(t, pack.Stack{Name: "x", Project: "app"})
	p.JudgeResource(tagged("dev"))
	p.JudgeResource(tagged("prod"))
	assert.Equal(t, control.Environment("dev"), p.Environment())

	nobody := newPack(t, pack.Stack{})
	assert.Empty(t, nobody.Environment())
	nobody.JudgeResource(&graph.Resource{URN: "no URN", Type: thing})
	assert.Empty(t, nobody.Environment())
	other := flat()
	other.URN = "urn:pulumi:org/app/dev_eu::shop::" + thing + "::db"
	nobody.JudgeResource(other)
	nobody.JudgeResource(flat())
	assert.Equal(t, control.Environment("dev_eu"), nobody.Environment())
	for name, want := range map[string]control.Environment{
		"prod.eu": control.Prod, "eu_PROD": control.Prod, "live-2": control.Prod, "prodeu": "prodeu", "prod/x": "x",
		"Dev": "dev",
	} {
		assert.Equal(t, want, newPack(t, pack.Stack{Name: name, Project: "app"}).Environment(), name)
	}
}
