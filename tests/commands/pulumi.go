package commands

import (
	_ "embed" // for pulumi.json
	"encoding/json"
	"fmt"
	"strings"
	"sync"
)

// PulumiCommand holds the help of a Pulumi command: its usage, and for each flag, by its long and its short name,
// whether it takes a value.
type PulumiCommand struct {
	Usage string          `json:"usage"`
	Flags map[string]bool `json:"flags"`
}

//go:embed testdata/pulumi.json
var pulumiTable []byte

var pulumiCommands = sync.OnceValue(func() map[string]PulumiCommand {
	var table map[string]PulumiCommand
	if err := json.Unmarshal(pulumiTable, &table); err != nil {
		panic("testdata/pulumi.json: " + err.Error())
	}
	return table
})

// PulumiPath returns the words of a call that name Pulumi's command, such as "stack output": its groups have one level
// more than the others.
func PulumiPath(words []string) (path string, rest []string) {
	n := 1
	switch words[1] {
	case "stack", "config", "state", "policy", "plugin":
		if len(words) > 2 && !strings.HasPrefix(words[2], "-") {
			n = 2
		}
	}
	return strings.Join(words[1:1+n], " "), words[1+n:]
}

// CheckPulumi checks that Pulumi has the command, each flag, and a place for the arguments.
func CheckPulumi(words []string) error {
	path, rest := PulumiPath(words)
	command, found := pulumiCommands()[path]
	if !found {
		return fmt.Errorf("testdata/pulumi.json has no pulumi %s: go test ./tests/commands -update", path)
	}
	arguments := 0
	for i := 0; i < len(rest); i++ {
		if !strings.HasPrefix(rest[i], "-") {
			arguments++
			continue
		}
		name, _, joined := strings.Cut(rest[i], "=")
		value, found := command.Flags[name]
		if !found {
			return fmt.Errorf("pulumi %s has no flag %s", path, name)
		}
		if value && !joined {
			i++
		}
	}
	if arguments > 0 && !strings.ContainsAny(command.Usage, "[<") {
		return fmt.Errorf("pulumi %s takes no arguments, found %d", path, arguments)
	}
	return nil
}
