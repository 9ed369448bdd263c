package pack_test

import (
	"context"
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/emptypb"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/pack"
	"aws-webapp/policies/prop"
)

const thingURN = "urn:pulumi:prod::app::" + thing + "::db"

// whole has everything that a control can have.
func whole(scope control.Scope) *control.Control {
	return &control.Control{
		Name: "whole", Subject: "Database", Title: "Is whole", Risk: "Parts are lost", Fix: "add the parts",
		Here: "set database.parts", IDs: control.ParseIDs("C2.3.1 RDS.3 RDS.4~ house"), Severity: control.High,
		Levels: control.MandatoryInProd(), Scope: scope, Types: []string{thing},
		Params: []control.Param{{Name: "least", Kind: control.Number, Default: 3.0, Min: 1, Max: 9, Doc: "How many."}},
		Judge:  func(control.Case) control.Result { return control.Failed("db is broken") },
	}
}

func packOf(t *testing.T, stack pack.Stack, controls ...*control.Control) *pack.Pack {
	t.Helper()
	p, err := pack.New(pack.Options{Controls: append(controls, pack.Integrity()...)})
	require.NoError(t, err)
	p.ConfigureStack(stack)
	return p
}

var ourProd = pack.Stack{Name: "prod", Project: pack.Name}

// What every policy's configuration accepts, as JSON schema.
var (
	onUnknownSchema = map[string]any{
		"type": "string", "enum": []any{"disabled", "advisory", "mandatory", "remediate"},
		"description": "Level at which a value is reported that cannot be judged yet.",
	}
	environmentsSchema = map[string]any{
		"type":        "object",
		"description": "Overrides per environment: its name, then enforcementLevel, onUnknown or parameters.",
	}
	leastSchema = map[string]any{"type": "number", "minimum": 1.0, "maximum": 9.0, "description": "How many."}
)

func TestTheEngineIsToldEverythingAboutAControl(t *testing.T) {
	want := plugin.AnalyzerPolicyInfo{
		Name: "whole", DisplayName: "Is whole", Description: "Is whole", Message: "Parts are lost.",
		EnforcementLevel: control.Mandatory, Type: plugin.AnalyzerPolicyTypeResource, Severity: control.High,
		Tags:             []string{"Database", "RDS.3", "RDS.4 (part)", "CIS 2.3.1"},
		RemediationSteps: "Add the parts (in this project: set database.parts).",
		URL:              "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-3",
		Framework: &plugin.AnalyzerPolicyComplianceFramework{
			Name: "AWS Security Hub", Reference: "RDS.3, RDS.4 (part)",
		},
		ConfigSchema: &plugin.AnalyzerPolicyConfigSchema{Properties: map[string]plugin.JSONSchema{
			"onUnknown": onUnknownSchema, "environments": environmentsSchema, "least": leastSchema,
		}},
	}
	info, err := packOf(t, ourProd, whole(control.PerResource)).Analyzer().GetAnalyzerInfo(t.Context())
	require.NoError(t, err)
	assert.Equal(t, want, info.Policies[0])
	policies := info.Policies
	info.Policies = nil
	assert.Equal(t, plugin.AnalyzerInfo{
		Name: "aws-webapp", DisplayName: "AWS web application", Version: pack.Version, SupportsConfig: true,
		Description: "Security and availability rules of the AWS web application stack", Provider: "AWS",
	}, info)
	assert.Len(t, policies, 4)

	// The second is told by the stack's name that it is not production.
	staging := packOf(t, pack.Stack{Name: "staging", Project: "shop"}, whole(control.PerStack))
	info, err = staging.Analyzer().GetAnalyzerInfo(t.Context())
	require.NoError(t, err)
	assert.Equal(t, plugin.AnalyzerPolicyTypeStack, info.Policies[0].Type)
	assert.Equal(t, control.Advisory, info.Policies[0].EnforcementLevel)
	assert.Equal(t, "Add the parts.", info.Policies[0].RemediationSteps)

	bare := whole(control.PerResource)
	bare.IDs = nil
	info, err = packOf(t, ourProd, bare).Analyzer().GetAnalyzerInfo(t.Context())
	require.NoError(t, err)
	assert.Nil(t, info.Policies[0].Framework)
	assert.Equal(t, []string{"Database"}, info.Policies[0].Tags)
	assert.Empty(t, info.Policies[0].URL)
}

func TestTheAnalyzerIsThePack(t *testing.T) {
	analyzer := packOf(t, ourProd).Analyzer()
	assert.Equal(t, "aws-webapp", string(analyzer.Name()))
	info, err := analyzer.GetPluginInfo(t.Context())
	require.NoError(t, err)
	assert.Equal(t, pack.Version, info.Version.String())
	assert.NoError(t, analyzer.Cancel(t.Context()))
	assert.NoError(t, analyzer.Close())
	wrong := map[string]plugin.AnalyzerPolicyConfig{"nothing": {}}
	assert.ErrorContains(t, analyzer.Configure(t.Context(), wrong), "nothing: there is no such policy")
}

// asked is a resource as the engine sends it.
func asked() plugin.AnalyzerResource {
	return plugin.AnalyzerResource{
		URN: "urn:pulumi:prod::app::aws:alb/listener:Listener::l", Type: "aws:alb/listener:Listener", Name: "l",
		Properties: resource.PropertyMap{"port": resource.NewNumberProperty(443)},
		Options:    plugin.AnalyzerResourceOptions{Protect: true, Parent: "urn:parent"},
		Provider: &plugin.AnalyzerProviderResource{
			URN: "urn:provider", Name: "aws", Properties: resource.PropertyMap{"region": resource.NewStringProperty("x")},
		},
	}
}

// The engine first sends what the program declares, and then what the provider answers.
func TestNothingIsLostOnTheWayToAControl(t *testing.T) {
	var got []control.Case
	record := func(name string, scope control.Scope) *control.Control {
		return &control.Control{
			Name: name, Scope: scope, Types: []string{"aws:lb/listener:Listener"}, Levels: control.Everywhere(control.Mandatory),
			Judge: func(c control.Case) control.Result { got = append(got, c); return control.Passed() },
		}
	}
	stack := pack.Stack{Name: "prod", Project: "app", Config: map[string]string{
		"app:kind": "delivery", "app:staging": `{"accountId":"111111111111"}`, "app:services": `[{"previous":{"port":8000}}]`,
	}}
	p := packOf(t, stack, record("one", control.PerResource), record("all", control.PerStack))
	response, err := p.Analyzer().Analyze(t.Context(), asked())
	require.NoError(t, err)
	assert.Empty(t, response.Diagnostics)
	want := graph.Resource{
		URN: "urn:pulumi:prod::app::aws:alb/listener:Listener::l", Type: "aws:lb/listener:Listener", Name: "l",
		Parent: "urn:parent", Inputs: asked().Properties, Protect: true,
		Provider: &graph.Provider{URN: "urn:provider", Name: "aws", Inputs: asked().Provider.Properties},
	}
	require.Len(t, got, 1)
	assert.Equal(t, want, *got[0].Resource)
	assert.Nil(t, got[0].Graph)
	assert.Equal(t, control.Prod, got[0].Environment)
	assert.Equal(t, []string{"111111111111"}, got[0].Accounts)
	assert.Equal(t, []int{8000}, got[0].EarlierPorts)

	answered := plugin.AnalyzerStackResource{
		AnalyzerResource: asked(), Parent: "urn:other", Dependencies: []resource.URN{"urn:a", "urn:b"},
		PropertyDependencies: map[resource.PropertyKey][]resource.URN{"port": {"urn:c"}},
	}
	answered.Properties = resource.PropertyMap{"arn": resource.NewStringProperty("arn:x")}
	stranger := answered
	stranger.URN, stranger.Provider = "urn:pulumi:prod::app::aws:lb/listener:Listener::z", nil
	response, err = p.Analyzer().AnalyzeStack(t.Context(), []plugin.AnalyzerStackResource{answered, stranger})
	require.NoError(t, err)
	assert.Empty(t, response.Diagnostics)
	require.Len(t, got, 3)
	want.Outputs, want.Parent, want.Dependencies = answered.Properties, "urn:other", []string{"urn:a", "urn:b"}
	want.PropertyDependencies = map[string][]string{"port": {"urn:c"}}
	assert.Equal(t, want, *got[1].Resource)
	assert.NotNil(t, got[1].Graph.Lookup(want.URN))
	want.URN, want.Provider, want.Inputs = string(stranger.URN), nil, nil
	assert.Equal(t, want, *got[2].Resource)
}

func TestWhatTheEngineIsToldOfAViolation(t *testing.T) {
	r := plugin.AnalyzerResource{URN: thingURN, Type: thing, Name: "db"}
	diagnostic := plugin.AnalyzeDiagnostic{
		PolicyName: "whole", PolicyPackName: "aws-webapp", PolicyPackVersion: pack.Version, Description: "Is whole",
		Message: "Db is broken.\nRisk: Parts are lost.\nFix: Add the parts (in this project: set database.parts).\n" +
			"Controls: RDS.3, RDS.4 (part), CIS 2.3.1\n" +
			"See: https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-3",
		EnforcementLevel: control.Mandatory, URN: thingURN, Severity: control.High,
	}
	response, err := packOf(t, ourProd, whole(control.PerResource)).Analyzer().Analyze(t.Context(), r)
	require.NoError(t, err)
	assert.Equal(t, []plugin.AnalyzeDiagnostic{diagnostic}, response.Diagnostics)
	response, err = packOf(t, ourProd, whole(control.PerStack)).Analyzer().
		AnalyzeStack(t.Context(), []plugin.AnalyzerStackResource{{AnalyzerResource: r}})
	require.NoError(t, err)
	assert.Equal(t, []plugin.AnalyzeDiagnostic{diagnostic}, response.Diagnostics)

	repairing := whole(control.PerResource)
	repairing.Levels = control.Everywhere(control.Remediate)
	repairing.Judge = func(c control.Case) control.Result { return control.Want(c.Get("whole").IsTrue(), "db is broken") }
	repairing.Remedy = func(control.Case) []control.Patch {
		return []control.Patch{{Path: []string{"whole"}, Value: true}}
	}
	repaired, err := packOf(t, ourProd, repairing).Analyzer().Remediate(t.Context(), r)
	require.NoError(t, err)
	assert.Equal(t, []plugin.Remediation{{
		PolicyName: "whole", Description: "Is whole", PolicyPackName: "aws-webapp", PolicyPackVersion: pack.Version,
		URN: thingURN, Properties: resource.PropertyMap{"whole": resource.NewBoolProperty(true)},
	}}, repaired.Remediations)
}

// serve runs a pack as the executable does, and returns a client and what ends it.
func serve(t *testing.T, p *pack.Pack) (pulumirpc.AnalyzerClient, func() error) {
	t.Helper()
	out, in := net.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	ended := make(chan error, 1)
	go func() { ended <- pack.Serve(ctx, p, in) }()
	line := make([]byte, len("65535\n"))
	n, err := out.Read(line)
	require.NoError(t, err)
	require.Equal(t, byte('\n'), line[n-1])
	port, err := strconv.Atoi(string(line[:n-1]))
	require.NoError(t, err)
	conn, err := grpc.NewClient("127.0.0.1:"+strconv.Itoa(port), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return pulumirpc.NewAnalyzerClient(conn), func() error {
		cancel()
		select {
		case err := <-ended:
			return err
		case <-time.After(10 * time.Second):
			return context.DeadlineExceeded
		}
	}
}

func TestServe(t *testing.T) {
	p := packOf(t, pack.Stack{}, whole(control.PerResource))
	client, end := serve(t, p)
	info, err := client.GetAnalyzerInfo(t.Context(), &emptypb.Empty{})
	require.NoError(t, err)
	assert.Equal(t, "whole", info.GetPolicies()[0].GetName())
	assert.Equal(t, map[string]any{
		"onUnknown": onUnknownSchema, "environments": environmentsSchema, "least": leastSchema,
	}, info.GetPolicies()[0].GetConfigSchema().GetProperties().AsMap())

	_, err = client.ConfigureStack(t.Context(), &pulumirpc.AnalyzerStackConfigureRequest{
		Project: "shop", Stack: "prod", Config: map[string]string{"shop:environment": "dev"},
	})
	require.NoError(t, err)
	assert.Equal(t, control.Environment("dev"), p.Environment())
	// What is secret is not kept, not even what the environment is.
	_, err = client.ConfigureStack(t.Context(), &pulumirpc.AnalyzerStackConfigureRequest{
		Project: "shop", Stack: "prod", Config: map[string]string{"shop:environment": "dev"},
		ConfigSecretKeys: []string{"shop:environment"},
	})
	require.NoError(t, err)
	assert.Equal(t, control.Prod, p.Environment())
	assert.NoError(t, end())
}

// closed is a writer that takes nothing.
type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, net.ErrClosed }

func TestServeFailsWhereTheEngineDoesNotListen(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	assert.ErrorIs(t, pack.Serve(ctx, packOf(t, ourProd), closed{}), net.ErrClosed)
}

// A schema that the protocol cannot carry is an error, and no panic.
func TestASchemaThatCannotBeSent(t *testing.T) {
	odd := whole(control.PerResource)
	odd.Name, odd.Params = "odd", []control.Param{{Name: "least", Doc: "\xff"}}
	_, err := pack.NewServer(packOf(t, ourProd, odd)).GetAnalyzerInfo(t.Context(), &emptypb.Empty{})
	assert.ErrorContains(t, err, "configuration schema of odd: ")
}

// The rows about the pack itself hold everywhere, and cannot be left out of any report.
func TestTheControlsOfThePackItself(t *testing.T) {
	rows := pack.Integrity()
	for _, c := range rows {
		assert.Equal(t, "Policy pack", c.Subject, c.Name)
		assert.Equal(t, control.Everywhere(control.Mandatory), c.Levels, c.Name)
		assert.Equal(t, control.PerStack, c.Scope, c.Name)
		assert.Equal(t, control.ParseIDs("house"), c.IDs, c.Name)
		for _, text := range []string{c.Title, c.Risk, c.Fix} {
			assert.NotEmpty(t, text, c.Name)
		}
	}
	type row struct {
		name     string
		severity apitype.PolicySeverity
		own      bool
		here     string
		params   int
	}
	var got []row
	for _, c := range rows {
		got = append(got, row{c.Name, c.Severity, c.Own, c.Here, len(c.Params)})
	}
	assert.Equal(t, []row{
		{"policy-configuration", control.Low, false, "", 1},
		// Another program may lack what the controls expect.
		{"policy-coverage", control.High, true, "", 0},
		{"policy-waivers", control.High, false, "in policies/waivers.yaml", 0},
	}, got)
	environment := rows[0].Params[0]
	assert.Equal(t, "environment", environment.Name)
	assert.Equal(t, map[string]any{"type": "string", "description": environment.Doc}, environment.Schema())
	assert.NotEmpty(t, environment.Doc)
	assert.Empty(t, environment.Default)
}

// levelsOf are the levels by control of all judgements, reported or not.
func levelsOf(judgements []pack.Judgement) map[string]control.Level {
	found := map[string]control.Level{}
	for _, j := range judgements {
		found[j.Control] = j.Level
	}
	return found
}

// judging is a control that gives one result.
func judging(name string, result control.Result) *control.Control {
	return &control.Control{
		Name: name, Title: name, Risk: "risk", Fix: "fix", Types: []string{thing},
		Levels: control.Everywhere(control.Mandatory), Judge: func(control.Case) control.Result { return result },
	}
}

// A result that only advises is advice at any level but where nothing is reported.
func TestLevelsOfResults(t *testing.T) {
	advice := control.Failed("wrong")
	advice.Advisory = true
	unsure := control.Doubt("nobody knows")
	unsure.Advisory = true
	louder := judging("louder", control.Want(prop.Maybe, "it rings"))
	louder.OnUnknown = control.Mandatory
	silent := judging("silent", unsure)
	silent.OnUnknown = control.Disabled
	p := packOf(t, ourProd, judging("wrong", control.Failed("wrong")), judging("advice", advice),
		judging("elsewhere", control.Elsewhere("in another stack")), judging("right", control.Passed()),
		judging("skipped", control.Skip()), judging("ignored", control.Ignore()),
		judging("unknown", control.Doubt("nobody knows")), louder, silent)
	first := p.JudgeResource(flat())
	assert.Equal(t, map[string]control.Level{
		"wrong": control.Mandatory, "advice": control.Advisory, "elsewhere": control.Mandatory, "right": control.Mandatory,
	}, levelsOf(first), "what is not known waits for the stack")
	second, err := p.JudgeStack([]*graph.Resource{flat()})
	require.NoError(t, err)
	assert.Equal(t, map[string]control.Level{
		"unknown": control.Advisory, "louder": control.Mandatory, "silent": control.Disabled,
		pack.CoverageControl: control.Mandatory,
	}, levelsOf(second))
	assert.NotContains(t, levels(second), "silent", "nothing is reported of it")

	again, err := p.JudgeStack([]*graph.Resource{flat()})
	require.NoError(t, err)
	assert.Empty(t, again, "the pack forgets what waited, and what there was to judge")
}

func TestMessagesOfVerdictsAndWaivers(t *testing.T) {
	c := &control.Control{Name: "x", Risk: "risk", Fix: "fix"}
	const end = "Risk: Risk.\nFix: Fix."
	for name, w := range map[string]struct {
		judgement pack.Judgement
		want      string
	}{
		"nothing but a verdict": {pack.Judgement{Verdict: control.Fail}, end},
		"a sentence already":    {pack.Judgement{Verdict: control.Fail, Reasons: []string{"Done.", ""}}, "Done.\n\n" + end},
		"not known": {
			pack.Judgement{Verdict: control.Unknown},
			"It is judged again during the update, when the value is known.\n" + end,
		},
		"outside": {
			pack.Judgement{Verdict: control.Outside},
			"No update changes that: declare it in this stack, or look at it yourself and waive the control for " +
				"this resource.\n" + end,
		},
	} {
		assert.Equal(t, w.want, w.judgement.Message(c), name)
	}
}

// What is wrong with the waivers is mended in a file that only this project has.
func TestMessagesAboutThePackSpeakToTheProgram(t *testing.T) {
	for project, want := range map[string]string{
		pack.Name: "Fix: Correct, renew or delete the entry (in this project: in policies/waivers.yaml).",
		"shop":    "Fix: Correct, renew or delete the entry.",
	} {
		p, err := pack.New(pack.Options{Controls: pack.Integrity(), Waivers: []byte("nothing")})
		require.NoError(t, err)
		p.ConfigureStack(pack.Stack{Name: "prod", Project: project})
		found, err := p.JudgeStack(nil)
		require.NoError(t, err)
		require.Len(t, found, 1)
		assert.Contains(t, found[0].Message(pack.Integrity()[2])+"\n", want+"\n")
	}
}
