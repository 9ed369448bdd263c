package pack_test

import (
	"os"
	"slices"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/pack"
	"aws-webapp/policies/rules"
	"aws-webapp/policies/testgraph"
)

func readAll(file string) ([]byte, error) { return os.ReadFile(file) }

func fullPack(t *testing.T, waivers string) *pack.Pack {
	t.Helper()
	p, err := pack.New(pack.Options{Controls: rules.All(), Waivers: []byte(waivers)})
	require.NoError(t, err)
	p.ConfigureStack(pack.Stack{Name: "prod", Project: "aws-webapp"})
	return p
}

// database returns a database whose tags are not copied and whose upgrades are off, with
// everything that a repair must not touch.
func database() *graph.Resource {
	stack := &testgraph.Stack{Resources: testgraph.Baseline("prod", testgraph.Deployed)}
	db := testgraph.First("aws:rds/instance:Instance")
	stack.Set(db, nil, "copyTagsToSnapshot")
	stack.Set(db, false, "autoMinorVersionUpgrade")
	r := stack.Get(db)
	r.Outputs = nil // a repair comes before the provider answers
	r.Inputs["password"] = resource.MakeSecret(resource.NewStringProperty("hunter2"))
	r.Inputs["kmsKeyId"] = resource.MakeComputed(resource.NewStringProperty(""))
	r.Inputs["__defaults"] = resource.NewArrayProperty([]resource.PropertyValue{
		resource.NewStringProperty("applyImmediately"), resource.NewStringProperty("autoMinorVersionUpgrade"),
	})
	return r
}

func TestRepairsChangeNothingElse(t *testing.T) {
	p, r := fullPack(t, ""), database()
	before := r.Inputs.Copy()
	repairs := p.Remediate(r)
	require.Len(t, repairs, 2)
	assert.Equal(t, before, r.Inputs, "the original stays as it was")

	after := repairs[1].Properties
	want := before.Copy()
	want["copyTagsToSnapshot"] = resource.NewBoolProperty(true)
	want["autoMinorVersionUpgrade"] = resource.NewBoolProperty(true)
	want["__defaults"] = resource.NewArrayProperty([]resource.PropertyValue{
		resource.NewStringProperty("applyImmediately"),
	})
	assert.Equal(t, want, after)

	repaired := *r
	repaired.Inputs = after
	assert.Empty(t, p.Remediate(&repaired), "a repair is not repeated")
	for _, j := range p.JudgeResource(&repaired) {
		assert.NotEqual(t, control.Fail, j.Verdict, j.Control)
	}
}

func TestRepairsOfNestedProperties(t *testing.T) {
	for name, scanning := range map[string]resource.PropertyValue{
		"absent": {},
		"off": resource.NewObjectProperty(resource.PropertyMap{
			"scanOnPush": resource.NewBoolProperty(false),
			"x":          resource.NewNumberProperty(1),
		}),
		"secret": resource.MakeSecret(resource.NewObjectProperty(resource.PropertyMap{
			"scanOnPush": resource.NewBoolProperty(false),
		})),
	} {
		t.Run(name, func(t *testing.T) {
			r := &graph.Resource{Type: "aws:ecr/repository:Repository", Name: "x", Inputs: resource.PropertyMap{
				"imageScanningConfiguration": scanning,
			}}
			repairs := fullPack(t, "").Remediate(r)
			require.Len(t, repairs, 1)
			after := repairs[0].Properties["imageScanningConfiguration"]
			assert.Equal(t, scanning.IsSecret(), after.IsSecret())
			repaired := graph.Resource{Type: r.Type, Inputs: repairs[0].Properties}
			on := repaired.Get("imageScanningConfiguration", "scanOnPush")
			assert.Equal(t, "yes", on.IsTrue().String())
		})
	}
}

func TestNoRepairOfWhatIsUnknownWaivedOrSetToReport(t *testing.T) {
	unknown := database()
	unknown.Inputs["copyTagsToSnapshot"] = resource.MakeComputed(resource.NewStringProperty(""))
	unknown.Inputs["autoMinorVersionUpgrade"] = resource.MakeSecret(resource.MakeComputed(resource.NewStringProperty("")))
	assert.Empty(t, fullPack(t, "").Remediate(unknown))

	waived := fullPack(t, `waivers:
  - control: rds-tags-to-snapshots
    resource: urn:pulumi:prod::aws-webapp::aws:rds/instance:Instance::*
    reason: the snapshots are somebody else's
    owner: platform
    ticket: PLAT-7
    expires: `+time.Now().AddDate(0, 1, 0).Format(time.DateOnly)+"\n")
	repairs := waived.Remediate(database())
	require.Len(t, repairs, 1)
	assert.Equal(t, "rds-minor-upgrades", repairs[0].Control.Name)

	reporting := fullPack(t, "")
	require.NoError(t, reporting.Configure(map[string]plugin.AnalyzerPolicyConfig{
		"rds-tags-to-snapshots": policy(control.Mandatory, nil), "rds-minor-upgrades": policy(control.Mandatory, nil),
	}))
	assert.Empty(t, reporting.Remediate(database()))
	assert.Equal(t, control.Mandatory, levels(reporting.JudgeResource(database()))["rds-minor-upgrades"])
}

// For every type that a control judges: a repair satisfies the control, and a second round
// finds nothing more to repair.
func TestEveryRemedySatisfiesItsControl(t *testing.T) {
	p := fullPack(t, "")
	for _, c := range rules.All() {
		if c.Remedy == nil {
			continue
		}
		for _, typeToken := range c.Types {
			t.Run(c.Name+"/"+typeToken, func(t *testing.T) {
				r := &graph.Resource{
					URN: "urn:pulumi:prod::x::" + typeToken + "::x", Type: typeToken, Name: "x", Inputs: resource.PropertyMap{
						"autoMinorVersionUpgrade": resource.NewBoolProperty(false),
						"rotationPeriodInDays":    resource.NewNumberProperty(2000),
					},
				}
				repairs := p.Remediate(r)
				require.True(t, slices.ContainsFunc(repairs, func(repair pack.Repair) bool {
					return repair.Control.Name == c.Name
				}))
				r.Inputs = repairs[len(repairs)-1].Properties
				verdict := c.Judge(control.Case{Resource: r, Params: control.Defaults(c.Params)}).Verdict()
				assert.Equal(t, control.Pass, verdict)
				assert.Empty(t, p.Remediate(r))
			})
		}
	}
}

// repairs is a control that wants a property and can set it.
func repairs(remedy func(control.Case) []control.Patch) *control.Control {
	return &control.Control{
		Name: "repairs", Types: []string{thing}, Levels: control.Everywhere(control.Remediate),
		Params: []control.Param{{Name: "least", Kind: control.Number, Default: 3.0}},
		Judge: func(c control.Case) control.Result {
			return control.Want(c.Get("storage", "size").AtLeast(c.Params.Number("least")), "too small")
		},
		Remedy: remedy,
	}
}

func TestARemedyIsAskedAsTheControlIs(t *testing.T) {
	stack := pack.Stack{Name: "prod", Project: "app", Config: map[string]string{
		"app:kind": "delivery", "app:staging": `{"accountId":"111111111111"}`,
	}}
	var got control.Case
	p := packOf(t, stack, repairs(func(c control.Case) []control.Patch {
		got = c
		size := control.Patch{Path: []string{"storage", "size"}, Value: c.Params.Number("least")}
		return []control.Patch{size, {Path: []string{"on"}, Value: true}}
	}))
	r := flat()
	r.Inputs["storage"] = resource.NewObjectProperty(resource.PropertyMap{
		"kind":       resource.NewStringProperty("fast"),
		"__defaults": resource.NewArrayProperty([]resource.PropertyValue{resource.NewStringProperty("size")}),
	})
	r.Inputs["__defaults"] = resource.NewArrayProperty([]resource.PropertyValue{
		resource.NewNumberProperty(1), resource.NewStringProperty("off"), resource.NewStringProperty("on"),
	})
	found := p.Remediate(r)
	require.Len(t, found, 1)
	assert.Equal(t, resource.PropertyMap{
		"size": resource.NewNumberProperty(5), "on": resource.NewBoolProperty(true),
		"storage": resource.NewObjectProperty(resource.PropertyMap{
			"kind": resource.NewStringProperty("fast"), "size": resource.NewNumberProperty(3),
			"__defaults": resource.NewArrayProperty([]resource.PropertyValue{}),
		}),
		"__defaults": resource.NewArrayProperty([]resource.PropertyValue{
			resource.NewNumberProperty(1), resource.NewStringProperty("off"),
		}),
	}, found[0].Properties)
	assert.Equal(t, control.Prod, got.Environment)
	assert.Equal(t, []string{"111111111111"}, got.Accounts)
	assert.Same(t, r, got.Resource)
}

// A repair that does not satisfy its own control would hide the violation, and one that panics says nothing.
func TestRepairsThatDoNotHelpAreDropped(t *testing.T) {
	useless := repairs(func(control.Case) []control.Patch { return []control.Patch{{Path: []string{"on"}, Value: true}} })
	assert.Empty(t, packOf(t, ourProd, useless).Remediate(flat()))
	assert.Empty(t, packOf(t, ourProd, repairs(nil)).Remediate(flat()))
	good := repairs(func(control.Case) []control.Patch {
		return []control.Patch{{Path: []string{"storage"}, Value: map[string]any{"size": 3.0}}}
	})
	assert.Len(t, packOf(t, ourProd, good).Remediate(flat()), 1)
	odd := flat()
	odd.Inputs["__defaults"] = resource.NewStringProperty("storage")
	found := packOf(t, ourProd, good).Remediate(odd)
	require.Len(t, found, 1)
	assert.Equal(t, "storage", found[0].Properties["__defaults"].StringValue(), "what is no list stays")

	// The first resource tells whose program it is, before any is judged.
	fork := packOf(t, pack.Stack{Name: "prod", Project: "fork"}, func() *control.Control {
		own := *good
		own.Own = true
		return &own
	}())
	assert.Empty(t, fork.Remediate(flat()))
	component := flat()
	component.URN = "urn:pulumi:prod::fork::aws-webapp:database:Database$" + thing + "::db"
	assert.Len(t, fork.Remediate(component), 1)
}
