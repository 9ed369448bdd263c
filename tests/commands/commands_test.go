package commands_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/tests/commands"
	"aws-webapp/tests/golden"
)

const root = "../.."

// others are programs that are not ours, whose calls nothing here checks. Whoever adds one decides whether a document
// should name a subcommand of webapp instead.
var others = []string{
	"gh", "git", "docker", "jq", "cat", "rm", "pip", "prowler", "python3",
	".sandbox/moto/bin/pip", ".sandbox/moto/bin/python",
}

// own programs are checked with their own commands, in cmd/webapp and cmd/sandbox.
var own = map[string]string{"webapp": "./cmd/webapp", "sandbox": "./cmd/sandbox"}

// A command that fails as written costs the night in which somebody needs it.
func TestEveryCommandOfTheDocumentsIsValid(t *testing.T) {
	all, err := commands.Read(root)
	require.NoError(t, err)
	require.Greater(t, len(all), 150, "the documents have more commands than that")
	if golden.Updating() {
		t.Run("aws", func(t *testing.T) { writeTable(t, all) })
		t.Run("pulumi", func(t *testing.T) { writePulumi(t, all) })
		return
	}
	builds := commands.Builds{Root: root}
	checked := map[string]int{}
	for _, c := range all {
		if isOwn(c) {
			continue
		}
		checked[c.Program()]++
		switch program := c.Program(); program {
		case "aws":
			assert.NoError(t, commands.CheckAWS(c.Words, c.Whole), c.String())
			if c.Whole { // make documents runs it
				_, err := commands.Filled(c.Words)
				assert.NoError(t, err, c.String())
			}
		case "pulumi":
			assert.NoError(t, commands.CheckPulumi(c.Words), c.String())
		case "make":
			assert.NoError(t, builds.Make(c.Words), c.String())
		case "go":
			assert.NoError(t, builds.Go(c.Words), c.String())
		default:
			assert.Contains(t, others, program, "%s: no test knows this program", c)
		}
	}
	for _, program := range append([]string{"aws", "pulumi", "make", "go"}, others...) {
		assert.NotZero(t, checked[program], "no document calls %s any more: take it away here", program)
	}
}

func isOwn(c commands.Command) bool {
	for name, folder := range own {
		if _, found := commands.Own(c, name, folder); found {
			return true
		}
	}
	return false
}

func TestShellIsReadAsTheShellReadsIt(t *testing.T) {
	for text, want := range map[string][]string{
		"make up  # all":                         {"make up"},
		"A=1 aws s3 ls 's3://a b' > out.txt":     {"aws s3 ls s3://a b"},
		"aws a \\\n  --b c; pulumi up && make x": {"aws a --b c", "pulumi up", "make x"},
		"V=$(pulumi stack output x | jq -r .a)":  {"pulumi stack output x", "jq -r .a"},
		`aws x --y "$(make z)" <a name>`:         {"make z", "aws x --y $() <a name>"},
		"for i in a b; do\n  aws s3 ls $i\ndone": {"aws s3 ls $i"},
	} {
		found, err := commands.Shell(text)
		require.NoError(t, err, text)
		var got []string
		for _, one := range found {
			got = append(got, strings.Join(one.Words, " "))
		}
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"aws 'a", `aws "a`, "aws $(make", "aws <a"} {
		_, err := commands.Shell(text)
		assert.Error(t, err, text)
	}
}

// Each is a mistake that a document has had, or could have.
func TestWrongCommandsAreFound(t *testing.T) {
	builds := commands.Builds{Root: root}
	check := map[string]func([]string) error{
		"aws":    func(words []string) error { return commands.CheckAWS(words, true) },
		"pulumi": commands.CheckPulumi, "make": builds.Make, "go": builds.Go,
	}
	for text, want := range map[string]string{
		"aws ecs list-tasks --desired-status STOPPED":                                "needs --cluster",
		"aws ecs list-tasks --cluster a --desired-status ENDED":                      "allowed are RUNNING, PENDING, STOPPED",
		"aws ecs list-taskz --cluster a":                                             "no such operation",
		"aws rds describe-db-instances --db-instance a":                              "has no option --db-instance",
		"aws rds describe-db-instances --max-records many":                           "takes a number",
		"aws rds describe-db-instances --query":                                      "found no value",
		"aws rds describe-db-snapshots --query DBSnapshots[].SnapshotTime":           `gives []`,
		"aws ec2 describe-subnets --query Subnets[].[CidrBlock,Zone]":                `gives [["text",null],["text",null]]`,
		"aws ec2 describe-subnets --query Subnets[?Stat=='available'].CidrBlock":     `gives []`,
		"aws ec2 describe-subnets --query Subnets[?State=='available'].{a:CidrBlok}": `{"a":null}`,
		"aws ec2 describe-subnets --query sort_by(Subnets,&Cidr)":                    "invalid type",
		"aws ec2 describe-subnets --query Subnets[":                                  "SyntaxError",
		"aws secretsmanager describe-secret":                                         "needs --secret-id",
		"aws lambda invoke --function-name a":                                        "found the arguments [], it takes 1",
		"aws lambda invoke --function-name a out.json":                               "needs --cli-read-timeout 0",
		"aws ecs execute-command --cluster a --task b --command c":                   "needs --interactive",
		"aws kms get-key-policy --key-id alias/logs":                                 "KMS takes a key's id or ARN here",
		"aws ecs":                 "name a service and an operation",
		"pulumi up --refreshing":  "has no flag --refreshing",
		"pulumi stack outputs":    "has no pulumi stack outputs",
		"pulumi refresh prod":     "takes no arguments, found 1",
		"make upp":                "has no target upp",
		"make up STAK=prod":       "reads no variable STAK",
		"go test ./tests/nothing": "has no ./tests/nothing",
		"go test ./tests/commands -run TestNothingAtAll":                               "has no test TestNothingAtAll",
		"go run ./cmd/lambdazip -queue a":                                              "has no flag -queue",
		"go run ./internal/cli":                                                        "is no program",
		"aws application-autoscaling describe-scalable-targets --service-namespace ec": "allowed are ecs",
	} {
		words := strings.Fields(text)
		assert.ErrorContains(t, check[words[0]](words), want, text)
	}
}

// A section of an alarm leads to a procedure: an update has things that come before it (role, images that serve, zips,
// policies), and looks at nothing that was changed by hand unless it is told to.
func TestSectionsOfAlarmsLeadToProcedures(t *testing.T) {
	text, err := os.ReadFile(root + "/docs/runbook.md")
	require.NoError(t, err)
	alarms, procedures, found := strings.Cut(string(text), "\n## Procedures\n")
	require.True(t, found)
	for line := range strings.Lines(alarms) {
		assert.NotContains(t, line, "pulumi up", "link to a procedure")
	}
	for line := range strings.Lines(procedures) {
		if update, is := strings.CutPrefix(line, "pulumi up "); is {
			assert.Contains(t, update, "--policy-pack", "an update without the policies")
		}
	}
}
