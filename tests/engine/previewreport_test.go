package engine_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/preview/eventlog"
	"aws-webapp/internal/preview/report"
	"aws-webapp/internal/sandbox/attach"
	"aws-webapp/internal/sandbox/simulation"
	"aws-webapp/internal/stack"
)

var update = flag.Bool("update", false, "write the event logs that the tests of the preview report read")

// logs is where those tests have them.
const logs = root + "/internal/preview/report/testdata"

// scenario is a change whose preview is reported on.
type scenario struct {
	name string
	// fresh says that nothing is deployed before.
	fresh bool
	// before and after are the configuration over staging's.
	before, after map[string]string
	// existing is what is brought up before, in place of the project's own program.
	existing pulumi.RunFunc
	// program is what is previewed in place of the project's own.
	program pulumi.RunFunc
	// pack judges the preview.
	pack string
	// drift edits the account, and the preview of a refresh takes the place of the preview.
	drift func(*sandbox)
	// fails says that the preview does not succeed.
	fails bool
	// want is what the report has to say. The whole report is kept with the log: compared here it
	// would differ with every new resource of the stack.
	want []string
}

var scenarios = []scenario{
	{name: "first-deployment", fresh: true, pack: policies, want: []string{
		"🟡 `staging`: ", "policies passed", "create `web` (`aws:lb/loadBalancer:LoadBalancer`), **medium**", "the whole internet (the group is new)",
	}},
	{name: "no-change", pack: policies, want: []string{"🟢 `staging`: no changes · policies passed"}},
	{name: "database-replaced", after: map[string]string{
		"database.name": "guestbook", "database.allowReplacement": "true",
	}, pack: policies, want: []string{
		"🔴 `staging`: 1 critical", "replace `database` (`aws:rds/instance:Instance`), **critical**, deleted before the new one is there",
		"no final snapshot is taken (skipFinalSnapshot)", "`dbName`: `visitorbook` → `guestbook` forces the replacement",
		"(?) policy is known only after the deployment and taken for wider than before",
	}},
	{name: "bucket-deleted", after: map[string]string{"auditTrail.enabled": "false"}, want: []string{
		"delete `audit` (`aws:s3/bucketV2:BucketV2`), **critical**", "delete `audit` (`aws:cloudtrail/trail:Trail`), **high**", "nobody is told any more",
	}},
	{
		name: "security-group-opened", before: map[string]string{"loadBalancer.ingressCidrs[0]": "203.0.113.0/24"}, program: opened,
		want: []string{
			"lets in port 5432 (tcp) from 0.0.0.0/0, the whole internet; before: closed",
			"lets in port 443 (tcp) from 0.0.0.0/0, the whole internet; before: port 443 (tcp) from 203.0.113.0/24",
		},
	},
	{name: "iam-widened", before: map[string]string{"services[0].bucketAccess": "read"}, want: []string{
		"🟠 `staging`: 2 high, 2 medium · 2 to delete, 2 to create",
		`statement "UseObjects" newly allows s3:abortmultipartupload, s3:deleteobject, s3:putobject on `,
	}},
	{name: "image-changed", after: map[string]string{
		"services[0].image": "111111111111.dkr.ecr.us-east-1.amazonaws.com/visitor-book:1.1.0",
	}, want: []string{"🟢 `staging`: 1 to replace, 1 to update"}},
	{name: "policy-violated", after: map[string]string{"database.backupRetentionDays": "1"}, pack: policies, fails: true, want: []string{
		"🔴 `staging`: preview failed", "1 mandatory", "- `rds-backups`, high: `database`", "backupRetentionPeriod: 7 → 1: older backups are deleted",
	}},
	{name: "secret-changed", fresh: true, existing: withSecret("old"), program: withSecret("new"), want: []string{
		"(?) policy is secret, so it cannot be compared", "`description`: `old` → `new`",
	}},
	{name: "program-failed", program: func(*pulumi.Context) error { return errors.New("the program gives up") }, fails: true, want: []string{
		"🔴 `staging`: preview failed", "the program gives up",
	}},
	{name: "drifted", drift: func(s *sandbox) {
		database := s.find("aws:rds/instance:Instance", "database")
		require.NoError(s.t, s.account().Edit(database.Token, database.ID, func(p props) {
			p["backupRetentionPeriod"] = resource.NewNumberProperty(1)
			p["publiclyAccessible"] = resource.NewBoolProperty(true)
		}))
		topic := s.find("aws:sns/topicSubscription:TopicSubscription", "app-alerts-email-e909e8")
		require.NoError(s.t, s.account().Remove(topic.Token, topic.ID))
	}, want: []string{
		"1 deleted outside of Pulumi, 1 changed outside of Pulumi", "`publiclyAccessible`: `false` → `true`",
		"deleted `app-alerts-email-e909e8`",
	}},
}

// opened is the project's program, in which somebody has opened the database to the world.
func opened(ctx *pulumi.Context) error {
	err := ctx.RegisterResourceTransform(func(_ context.Context, args *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
		if args.Type != "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule" || args.Name != "firewall-db-from-app-visitor-book-5432" {
			return nil
		}
		delete(args.Props, "referencedSecurityGroupId")
		args.Props["cidrIpv4"] = pulumi.String("0.0.0.0/0")
		return &pulumi.ResourceTransformResult{Props: args.Props, Opts: args.Opts}
	})
	if err != nil {
		return err
	}
	return stack.Deploy(ctx)
}

// canary is a secret that no report may show.
const canary = "canary-5c1f0e"

// withSecret is a program with parameters that hold a secret: in a value, and in a list.
func withSecret(value string) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		provider, err := aws.NewProvider(ctx, "aws", &aws.ProviderArgs{Region: pulumi.String("us-east-1")})
		if err != nil {
			return err
		}
		secret := pulumi.ToSecret(pulumi.String(canary + value)).(pulumi.StringOutput)
		if _, err := ssm.NewParameter(ctx, "secret", &ssm.ParameterArgs{
			Type: pulumi.String("SecureString"), Value: secret, Description: pulumi.String(value),
		}, pulumi.Provider(provider)); err != nil {
			return err
		}
		_, err = iam.NewPolicy(ctx, "secret", &iam.PolicyArgs{
			Policy: pulumi.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::%s"}]}`, secret),
		}, pulumi.Provider(provider))
		return err
	}
}

// TestPreviewReport reports on each scenario as the real engine runs it. With -update it keeps
// the event logs, which the tests of the report then read; write their golden files next, with
// go test ./internal/preview/report -update.
func TestPreviewReport(t *testing.T) {
	for _, sc := range scenarios {
		t.Run(sc.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "events.jsonl")
			sc.run(t, file)
			if *update {
				keep(t, file, filepath.Join(logs, sc.name+".jsonl.gz"), sc.drift != nil)
			}
			content, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.NotContains(t, string(content), canary)
			log, err := eventlog.ReadFile(file)
			require.NoError(t, err)
			options := report.Options{}
			if sc.drift != nil {
				options.Kind = report.Drift
			}
			markdown := report.Markdown(report.New(log, options))
			for _, want := range sc.want {
				assert.Contains(t, markdown, want)
			}
		})
	}
}

// run writes the event log of the scenario.
func (sc scenario) run(t *testing.T, file string) {
	t.Helper()
	base := setup{stack: "staging", config: sc.before, program: sc.existing}
	var s *sandbox
	if sc.fresh {
		s = fresh(t, base)
	} else {
		s = deployed(t, base)
	}
	if len(sc.before) > 0 || sc.existing != nil {
		_, err := s.Up(t.Context())
		require.NoError(t, err)
	}
	again := s.again(setup{config: sc.after, pack: sc.pack, program: sc.program, eventLog: file})
	if sc.drift != nil {
		sc.drift(s)
		s.refreshPreview(file)
		return
	}
	_, err := again.Preview(t.Context())
	assert.Equal(t, sc.fails, err != nil, "%v", err)
}

// refreshPreview looks for drift as the drift workflow does: with the CLI itself, no Automation
// API around it, and without a change of state or cloud. It takes no program, and so no
// language host.
func (s *sandbox) refreshPreview(file string) {
	s.t.Helper()
	stack := filepath.Join(s.home, "stacks", s.name)
	cloud, err := simulation.Simulation{}.Open(s.t.Context(), filepath.Join(stack, "cloud"))
	require.NoError(s.t, err)
	defer func() { require.NoError(s.t, cloud.Close()) }()
	cli, err := exec.LookPath("pulumi")
	if err != nil {
		cli = filepath.Join(s.home, "bin", "pulumi")
	}
	refresh := exec.CommandContext(s.t.Context(), cli, "refresh", "--preview-only", "--stack", s.name, "--event-log", file, "--non-interactive")
	refresh.Dir = filepath.Join(stack, "work")
	refresh.Env = append(os.Environ(),
		"PULUMI_BACKEND_URL=file://"+filepath.ToSlash(filepath.Join(s.home, "state")), "PULUMI_HOME="+filepath.Join(s.home, "home"),
		"PULUMI_CONFIG_PASSPHRASE=sandbox", "PULUMI_SKIP_UPDATE_CHECK=true", "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true",
		"PULUMI_DEBUG_COMMANDS=true", attach.EnvVar+"="+attach.Value(cloud.Providers()),
	)
	output, err := refresh.CombinedOutput()
	require.NoError(s.t, err, "%s", output)
}

// keep compresses a log, without what no report reads: the outcome of what a preview has
// announced, where it is not the drift that a refresh found; the policies' counts for each resource, and the folders of this machine.
func keep(t *testing.T, from, to string, drift bool) {
	t.Helper()
	content, err := os.ReadFile(from)
	require.NoError(t, err)
	project, err := filepath.Abs(root)
	require.NoError(t, err)
	content = bytes.ReplaceAll(content, []byte(project), []byte("/project"))
	content = bytes.ReplaceAll(content, []byte(os.TempDir()), []byte("/temporary"))
	var kept bytes.Buffer
	for line := range bytes.Lines(content) {
		var event apitype.EngineEvent
		require.NoError(t, json.Unmarshal(line, &event))
		outcome := !drift && event.ResOutputsEvent != nil && event.ResOutputsEvent.Planning
		same := event.ResOutputsEvent != nil && event.ResOutputsEvent.Metadata.Op == apitype.OpSame
		if outcome || same || event.PolicyAnalyzeSummaryEvent != nil || event.PolicyRemediateSummaryEvent != nil {
			continue
		}
		kept.Write(line)
	}
	require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o750))
	file, err := os.Create(to)
	require.NoError(t, err)
	packed, err := gzip.NewWriterLevel(file, gzip.BestCompression)
	require.NoError(t, err)
	_, err = packed.Write(kept.Bytes())
	require.NoError(t, errors.Join(err, packed.Close(), file.Close()))
}
