package mutants

import (
	"fmt"
	"slices"
	"strings"
)

// Target is a part of the project and the tests that hold it.
type Target struct {
	Name string
	// Packages lists patterns of the packages to mutate; their own tests run first.
	Packages []string
	// Tests lists patterns of further packages whose tests run.
	Tests []string
	// Skip lists tests that are left out, because they only repeat at length what others of the same package hold.
	Skip []string
}

// Targets lists the parts that are measured, quick ones first: the others get the time that is left.
var Targets = []Target{
	{Name: "cidr", Packages: []string{"./internal/cidr"}},
	{
		Name:     "rotation",
		Packages: []string{"./internal/rotation", "./lambda/rotationrelay"}, Tests: []string{"./tests/releases"},
	},
	{Name: "deploymenttest", Packages: []string{"./lambda/deploymenttest"}},
	{Name: "logshipper", Packages: []string{
		"./lambda/logshipper", "./lambda/logshipper/internal/bulk",
		"./lambda/logshipper/internal/cwlogs", "./lambda/logshipper/internal/deadletter",
		"./lambda/logshipper/internal/document", "./lambda/logshipper/internal/domain",
	}},
	{Name: "replay", Packages: []string{"./internal/replay", "./cmd/webapp/replay"}},
	{Name: "rotate", Packages: []string{"./internal/rotate", "./cmd/webapp/rotate"}},
	{Name: "release", Packages: []string{"./internal/release", "./cmd/webapp/release"}},
	{Name: "verify", Packages: []string{"./internal/verify", "./cmd/webapp/verify"}},
	{Name: "preflight", Packages: []string{"./internal/preflight", "./cmd/webapp/preflight"}},
	{Name: "risk", Packages: []string{"./internal/preview/risk"}},
	{Name: "iamdoc", Packages: []string{"./policies/iamdoc"}},
	{Name: "pack", Packages: []string{"./policies/pack"}},
	{
		Name: "rules", Packages: []string{"./policies/rules"},
		Tests: []string{"./policies/pack", "./policies/catalog", "./policies"},
		// They build the executable, which judges in them what others judge in this process.
		Skip: []string{
			"TestTheExecutableFindsTheMutants", "TestTheExecutableDescribesEveryControl", "TestWaiversThroughTheExecutable",
			"TestTheProjectFileRepeatsNameAndVersion",
		},
	},
	{Name: "simulation", Packages: []string{
		"./internal/sandbox/simaws", "./internal/sandbox/simaws/catalog", "./internal/sandbox/simaws/cloud",
		"./internal/sandbox/simaws/fault", "./internal/sandbox/simaws/prop", "./internal/sandbox/simaws/traffic",
	}},
	{Name: "config", Packages: []string{"./internal/config"}, Tests: []string{"./tests/stack"}},
	{Name: "stack", Packages: []string{"./internal/stack"}, Tests: []string{"./tests/stack"}},
	{Name: "components", Packages: []string{"./components"}, Tests: []string{"./tests/stack"}},
}

// Choose finds targets by name; without names it returns all. A name such as ./internal/table means that
// one package.
func Choose(names []string) ([]Target, error) {
	if len(names) == 0 {
		return Targets, nil
	}
	var chosen []Target
	for _, name := range names {
		i := slices.IndexFunc(Targets, func(t Target) bool { return t.Name == name })
		switch {
		case i >= 0:
			chosen = append(chosen, Targets[i])
		case strings.HasPrefix(name, "./"):
			chosen = append(chosen, Target{Name: name, Packages: []string{name}})
		default:
			var known []string
			for _, target := range Targets {
				known = append(known, target.Name)
			}
			return nil, fmt.Errorf("there is no target %q: use any of %s, or a package such as ./internal/table",
				name, strings.Join(known, ", "))
		}
	}
	return chosen, nil
}
