package pack_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/pack"
	"aws-webapp/policies/prop"
)

// house returns a rule of this project's architecture, with its own fix.
func house() *control.Control {
	return &control.Control{
		Name: "house", Title: "House", Risk: "Risk", Fix: "build it", Here: "set house.built", Own: true,
		Types: []string{thing}, Levels: control.Everywhere(control.Mandatory),
		Judge: func(c control.Case) control.Result { return control.Want(prop.No, "%s is not built", c.Name) },
	}
}

// A program is this project's by its name, or by its components once a fork has renamed it.
func TestOwnRulesAreOffElsewhere(t *testing.T) {
	component := flat()
	component.URN = "urn:pulumi:prod::fork::aws-webapp:database:Database$" + thing + "::db"
	for name, c := range map[string]struct {
		project string
		first   *graph.Resource
		config  control.Level
		want    control.Level
	}{
		"ours":                    {project: pack.Name, want: control.Mandatory},
		"ours, lowered":           {project: pack.Name, config: control.Advisory, want: control.Mandatory},
		"not known":               {want: control.Mandatory},
		"another's":               {project: "shop"},
		"another's, raised":       {project: "shop", config: control.Advisory, want: control.Advisory},
		"a fork":                  {project: "fork", first: component, want: control.Mandatory},
		"a fork, lowered":         {project: "fork", first: component, config: control.Advisory, want: control.Mandatory},
		"another's by like names": {project: "shop", first: &graph.Resource{URN: "urn:pulumi:d::shop::x:y:Z::aws-webapp:db"}},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := pack.New(pack.Options{Controls: append(table(), house())})
			require.NoError(t, err)
			p.ConfigureStack(pack.Stack{Name: "prod", Project: c.project})
			err = p.Configure(map[string]plugin.AnalyzerPolicyConfig{"house": policy(c.config, nil)})
			if err != nil {
				assert.ErrorContains(t, err, "allows nothing below mandatory")
				require.NoError(t, p.Configure(nil))
			}
			if c.first != nil {
				p.JudgeResource(c.first)
			}
			assert.Equal(t, c.want, levels(p.JudgeResource(flat()))["house"])
		})
	}
}

// A control that is mandatory in prod may be lowered in stacks of other programs, but not
// switched off.
func TestTheFloorElsewhere(t *testing.T) {
	configured := func(level control.Level) error {
		return newPack(t, pack.Stack{Name: "prod", Project: "shop"}).
			Configure(map[string]plugin.AnalyzerPolicyConfig{"size": policy(level, nil)})
	}
	assert.NoError(t, configured(control.Advisory))
	assert.ErrorContains(t, configured(control.Disabled),
		"size: the level is disabled, but prod allows nothing below advisory")
}

func TestMessagesSpeakToTheProgram(t *testing.T) {
	for project, want := range map[string]string{
		pack.Name: "Build it (in this project: set house.built).", "shop": "Build it.",
	} {
		p, err := pack.New(pack.Options{Controls: append(table(), house())})
		require.NoError(t, err)
		p.ConfigureStack(pack.Stack{Name: "prod", Project: project})
		require.NoError(t, p.Configure(map[string]plugin.AnalyzerPolicyConfig{"house": policy(control.Mandatory, nil)}))
		for _, j := range p.JudgeResource(flat()) {
			if j.Control == "house" {
				assert.Equal(t, "Db is not built.\nRisk: Risk.\nFix: "+want, j.Message(house()))
			}
		}
		info, err := p.Analyzer().GetAnalyzerInfo(t.Context())
		require.NoError(t, err)
		for _, described := range info.Policies {
			if described.Name == "house" {
				assert.Equal(t, want, described.RemediationSteps)
				assert.Equal(t, project == pack.Name, described.EnforcementLevel == control.Mandatory, project)
			}
		}
	}
}
