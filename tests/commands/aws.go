package commands

import (
	_ "embed" // for aws.json
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Option of a command of the AWS CLI.
type Option struct {
	// Type of the model's shape: string, boolean, integer, list, structure, map, timestamp, blob.
	Type string `json:"type"`
	// Enum lists the values that are allowed.
	Enum     []string `json:"enum,omitempty"`
	Required bool     `json:"required,omitempty"`
	// NoAlias says that the key of KMS is named by its id or ARN: most operations refuse an alias.
	NoAlias bool `json:"noAlias,omitempty"`
}

// Operation of a service, as the CLI calls it.
type Operation map[string]Option

// Table of the operations that documents use, by service and command: "rds describe-db-instances".
type Table struct {
	Source     string               `json:"source"`
	Operations map[string]Operation `json:"operations"`
	// Replies have every field of the model, for operations that are called with --query.
	Replies map[string]any `json:"replies"`
}

//go:embed testdata/aws.json
var awsTable []byte

var operations = sync.OnceValue(func() Table {
	var t Table
	if err := json.Unmarshal(awsTable, &t); err != nil {
		panic("testdata/aws.json: " + err.Error())
	}
	return t
})

// global options take a value, switches do not:
// https://docs.aws.amazon.com/cli/v1/userguide/cli-configure-options.html
var (
	global = []string{
		"--query", "--output", "--region", "--profile", "--endpoint-url", "--color", "--ca-bundle", "--cli-read-timeout",
		"--cli-connect-timeout", "--cli-binary-format", "--cli-input-json", "--cli-input-yaml", "--max-items", "--page-size",
		"--starting-token", "--generate-cli-skeleton",
	}
	switches = []string{"--no-cli-pager", "--no-paginate", "--debug", "--no-sign-request", "--no-verify-ssl"}
)

// custom commands are the CLI's own, and in no model of the API. The value is whether they take arguments besides
// options: AWS CLI command reference, "s3", "logs tail" and "lambda invoke" (its outfile).
var custom = map[string]int{"s3 ls": 1, "s3 cp": 2, "s3 rm": 1, "logs tail": 1}

// positional arguments of operations that the models have: "lambda invoke" writes the answer to a file.
var positional = map[string]int{"lambda invoke": 1}

// byCluster are operations of ECS that look at the cluster "default" without --cluster, which no stack of this project
// has: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html (cluster)
func byCluster(operation Operation) bool { _, found := operation["--cluster"]; return found }

// CheckAWS checks a call of the AWS CLI against AWS's models: that service and operation exist, that each option is one
// of the operation's, with a value of its enumeration, and where whole that what is required is given.
func CheckAWS(words []string, whole bool) error {
	if len(words) < 3 {
		return fmt.Errorf("found %q: name a service and an operation", strings.Join(words, " "))
	}
	name := words[1] + " " + words[2]
	if _, found := custom[name]; found {
		return nil
	}
	operation, found := operations().Operations[name]
	if !found {
		return fmt.Errorf("aws %s: AWS's models have no such operation, or testdata/aws.json was written before it was "+
			"used: BOTOCORE_DATA=... go test ./tests/commands -update", name)
	}
	given, arguments, err := given(name, operation, words[3:])
	if err != nil {
		return err
	}
	if expression, queried := Query(words); queried {
		if err := CheckQuery(name, expression); err != nil {
			return err
		}
	}
	if !whole || slices.Contains(given, "--cli-input-json") {
		return nil
	}
	if len(arguments) != positional[name] {
		return fmt.Errorf("aws %s: found the arguments %q, it takes %d", name, arguments, positional[name])
	}
	for option, about := range operation {
		if about.Required && !slices.Contains(given, option) {
			return fmt.Errorf("aws %s needs %s", name, option)
		}
	}
	// Else the CLI gives up after 60 s and calls again, and the function runs twice:
	// https://docs.aws.amazon.com/cli/v1/userguide/cli-configure-options.html (--cli-read-timeout)
	// https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-retries.html
	patient := slices.Contains(given, "--cli-read-timeout") || slices.Contains(given, "--invocation-type")
	if name == "lambda invoke" && !patient {
		return fmt.Errorf("aws lambda invoke needs --cli-read-timeout 0: after 60 s the CLI calls the function again")
	}
	if words[1] == "ecs" && byCluster(operation) && !slices.Contains(given, "--cluster") {
		return fmt.Errorf("aws %s needs --cluster: without it ECS looks at the cluster named default", name)
	}
	return nil
}

// Query returns the expression of --query.
func Query(words []string) (expression string, given bool) {
	for i, word := range words[:len(words)-1] {
		if word == "--query" {
			return words[i+1], true
		}
	}
	return "", false
}

// unknown is a value that only the person at the keyboard, or the shell, knows. So is one in capital letters, such as
// NAME, but not where the model lists the values.
var unknown = regexp.MustCompile(`[$<]|\.\.\.`)

func given(name string, operation Operation, words []string) (options, arguments []string, err error) {
	for i := 0; i < len(words); i++ {
		word, value, joined := strings.Cut(words[i], "=")
		if !strings.HasPrefix(word, "--") {
			arguments = append(arguments, words[i])
			continue
		}
		if slices.Contains(switches, word) {
			continue
		}
		option, found := operation[word]
		if !found {
			option, found = operation["--"+strings.TrimPrefix(word, "--no-")]
			found = found && option.Type == "boolean"
		}
		if !found && !slices.Contains(global, word) {
			return nil, nil, fmt.Errorf("aws %s has no option %s", name, word)
		}
		options = append(options, word)
		if option.Type == "boolean" {
			continue
		}
		values := []string{value}
		if !joined {
			values = nil
			for i+1 < len(words) && !strings.HasPrefix(words[i+1], "--") {
				values = append(values, words[i+1])
				i++
				// Lists and maps take several words; of all others the next one is an argument.
				if option.Type != "list" && option.Type != "map" {
					break
				}
			}
		}
		if err := option.accepts(values); err != nil {
			return nil, nil, fmt.Errorf("aws %s %s: %w", name, word, err)
		}
	}
	return options, arguments, nil
}

func (o Option) accepts(values []string) error {
	if len(values) == 0 {
		return fmt.Errorf("found no value")
	}
	for _, value := range values {
		switch {
		case unknown.MatchString(value):
		case o.NoAlias && strings.Contains(value, "alias/"):
			return fmt.Errorf("found the alias %q, KMS takes a key's id or ARN here: aws kms describe-key takes the alias "+
				"and says it", value)
		case len(o.Enum) > 0 && !slices.Contains(o.Enum, value):
			return fmt.Errorf("found %q, allowed are %s", value, strings.Join(o.Enum, ", "))
		case o.Type == "integer" || o.Type == "long":
			if _, err := strconv.Atoi(value); err != nil && value != strings.ToUpper(value) {
				return fmt.Errorf("found %q, it takes a number", value)
			}
		case o.Type == "structure" && !strings.ContainsAny(value, "=:{") && value != strings.ToUpper(value):
			return fmt.Errorf("found %q, it takes Name=value,... or JSON", value)
		}
	}
	return nil
}
