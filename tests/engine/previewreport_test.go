package engine_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
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
	// drift edits the account, and a refresh takes the place of the preview.
	drift func(*sandbox)
	// fails says that the preview does not succeed.
	fails bool
}

var scenarios = []scenario{
	{name: "first-deployment", fresh: true, pack: policies},
	{name: "no-change", pack: policies},
	{name: "database-replaced", after: map[string]string{"database.name": "guestbook"}, pack: policies},
	{name: "bucket-deleted", after: map[string]string{"auditTrail.enabled": "false"}},
	{
		name: "security-group-opened", before: map[string]string{"loadBalancer.ingressCidrs[0]": "203.0.113.0/24"}, program: opened,
	},
	{name: "iam-widened", before: map[string]string{"services[0].bucketAccess": "read"}},
	{name: "image-changed", after: map[string]string{
		"services[0].image": "111111111111.dkr.ecr.us-east-1.amazonaws.com/visitor-book:1.1.0",
	}},
	{name: "policy-violated", after: map[string]string{"database.backupRetentionDays": "1"}, pack: policies, fails: true},
	{name: "secret-changed", fresh: true, existing: withSecret("old"), program: withSecret("new")},
	{name: "program-failed", program: func(*pulumi.Context) error { return errors.New("the program gives up") }, fails: true},
	{name: "drifted", drift: func(s *sandbox) {
		database := s.find("aws:rds/instance:Instance", "database")
		require.NoError(s.t, s.account().Edit(database.Token, database.ID, func(p props) {
			p["backupRetentionPeriod"] = resource.NewNumberProperty(1)
			p["publiclyAccessible"] = resource.NewBoolProperty(true)
		}))
		topic := s.find("aws:sns/topicSubscription:TopicSubscription", "app-alerts-email-1")
		require.NoError(s.t, s.account().Remove(topic.Token, topic.ID))
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

// TestPreviewReport runs each scenario for real and expects the report that is kept of it.
// With -update it also keeps the event log, from which the tests of the report are quicker.
func TestPreviewReport(t *testing.T) {
	for _, sc := range scenarios {
		t.Run(sc.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "events.jsonl")
			sc.run(t, file)
			if *update {
				keep(t, file, filepath.Join(logs, sc.name+".jsonl.gz"))
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
			golden := filepath.Join(logs, sc.name+".md")
			got := report.Markdown(report.New(log, options))
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(got), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), got)
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
		_, err := again.Refresh(t.Context())
		require.NoError(t, err)
		return
	}
	_, err := again.Preview(t.Context())
	assert.Equal(t, sc.fails, err != nil, "%v", err)
}

// keep compresses a log, without what no report reads: the outcome of what a preview has
// announced, the policies' counts for each resource, and the folders of this machine.
func keep(t *testing.T, from, to string) {
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
		outcome := event.ResOutputsEvent != nil && event.ResOutputsEvent.Planning
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
