package commands_test

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"aws-webapp/tests/commands"
)

// folders of botocore's models whose name is not the CLI's: AWS CLI command reference, "Available services".
var folders = map[string]string{"deploy": "codedeploy", "s3api": "s3", "configservice": "config"}

// shown are operations that webapp live shows, and no document names; its test holds them against the table.
var shown = []string{
	"ec2 revoke-security-group-ingress", "ec2 revoke-security-group-egress", "ec2 delete-route", "sns unsubscribe",
	"lambda remove-permission", "iam delete-role-policy", "iam detach-role-policy",
}

// writeTable writes the operations that are used out of the models of botocore, which the AWS CLI is made of.
func writeTable(t *testing.T, all []commands.Command) {
	t.Helper()
	models := os.Getenv("BOTOCORE_DATA")
	if models == "" {
		t.Skip("BOTOCORE_DATA names no folder botocore/data: testdata/aws.json stays as it is")
	}
	version, err := os.ReadFile(filepath.Join(models, "..", "__init__.py"))
	require.NoError(t, err)
	found := regexp.MustCompile(`__version__ = '([^']+)'`).FindSubmatch(version)
	require.NotNil(t, found)
	table := commands.Table{
		Source:     "botocore " + string(found[1]) + ", botocore/data/*/*/service-2.json",
		Operations: map[string]commands.Operation{}, Replies: map[string]any{},
	}
	for _, one := range shown {
		all = append(all, commands.Command{Words: append([]string{"aws"}, strings.Fields(one)...)})
	}
	for _, c := range all {
		if c.Program() != "aws" || len(c.Words) < 3 {
			continue
		}
		operation, reply := readOperation(t, models, c.Words[1], c.Words[2])
		if operation == nil {
			continue
		}
		name := c.Words[1] + " " + c.Words[2]
		table.Operations[name] = operation
		if _, queried := commands.Query(c.Words); queried {
			table.Replies[name] = reply
		}
	}
	text, err := json.MarshalIndent(table, "", "\t")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile("testdata/aws.json", append(text, '\n'), 0o600))
}

type apiModel struct {
	Operations map[string]struct{ Input, Output reference }
	Shapes     map[string]struct {
		Type     string
		Required []string
		Enum     []string
		Members  map[string]reference
		// Member of a list, and Value of a map.
		Member, Value reference
	}
}

type reference struct{ Shape, Documentation string }

// reply returns a value of a shape with every field, as the CLI prints it. Above are the shapes that it is in: one that
// is in itself ends there.
func (m *apiModel) reply(shape string, above ...string) any {
	if slices.Contains(above, shape) {
		return nil
	}
	above = append(above, shape)
	switch about := m.Shapes[shape]; about.Type {
	case "structure":
		all := map[string]any{}
		for name, member := range about.Members {
			if value := m.reply(member.Shape, slices.Clone(above)...); value != nil {
				all[name] = value
			}
		}
		return all
	case "list":
		return []any{m.reply(about.Member.Shape, above...)}
	case "map":
		return map[string]any{"key": m.reply(about.Value.Shape, above...)}
	case "boolean":
		return true
	case "integer", "long", "float", "double":
		return 1
	default: // The CLI prints moments and bytes as texts, too.
		return "text"
	}
}

func readModel(t *testing.T, name string, model *apiModel) {
	t.Helper()
	file, err := os.Open(name)
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	text := io.Reader(file)
	if strings.HasSuffix(name, ".gz") {
		text, err = gzip.NewReader(file)
		require.NoError(t, err)
	}
	require.NoError(t, json.NewDecoder(text).Decode(model))
}

func readOperation(t *testing.T, models, service, command string) (input commands.Operation, output any) {
	t.Helper()
	folder := service
	if other, renamed := folders[service]; renamed {
		folder = other
	}
	files, err := filepath.Glob(filepath.Join(models, folder, "*", "service-2.json*"))
	require.NoError(t, err)
	if len(files) == 0 {
		return nil, nil
	}
	slices.Sort(files)
	var model apiModel
	readModel(t, files[len(files)-1], &model)
	for name, operation := range model.Operations {
		if kebab(name) != command {
			continue
		}
		options := commands.Operation{}
		input := model.Shapes[operation.Input.Shape]
		for member, reference := range input.Members {
			shape := model.Shapes[reference.Shape]
			options["--"+kebab(member)] = commands.Option{
				Type: shape.Type, Enum: shape.Enum, Required: slices.Contains(input.Required, member),
				// The model has it in its words alone.
				NoAlias: service == "kms" && member == "KeyId" && !strings.Contains(reference.Documentation, "alias/"),
			}
		}
		addCLI(service+" "+command, options)
		return options, model.reply(operation.Output.Shape)
	}
	return nil, nil
}

// addCLI adds what the AWS CLI itself has done to an operation: AWS CLI command reference, the operation's page.
func addCLI(name string, options commands.Operation) {
	switch name {
	case "ec2 authorize-security-group-ingress", "ec2 revoke-security-group-ingress",
		"ec2 authorize-security-group-egress", "ec2 revoke-security-group-egress":
		for _, option := range []string{"--protocol", "--port", "--cidr", "--source-group"} {
			options[option] = commands.Option{Type: "string"}
		}
	case "ecs execute-command":
		options["--interactive"] = commands.Option{Type: "boolean", Required: true}
	case "deploy create-deployment":
		for _, option := range []string{"--s3-location", "--github-location"} {
			options[option] = commands.Option{Type: "structure"}
		}
	}
}

var (
	plural = regexp.MustCompile(`[A-Z]{2,}s$`)
	first  = regexp.MustCompile(`(.)([A-Z][a-z]+)`)
	last   = regexp.MustCompile(`([a-z0-9])([A-Z])`)
)

// kebab returns the CLI's name of an operation or a member, as botocore's xform_name does (botocore/__init__.py).
func kebab(name string) string {
	if special := plural.FindString(name); special != "" {
		name = strings.TrimSuffix(name, special) + "-" + strings.ToLower(special)
	}
	name = first.ReplaceAllString(name, "$1-$2")
	return strings.ToLower(last.ReplaceAllString(name, "$1-$2"))
}
