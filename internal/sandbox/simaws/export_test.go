package simaws

import (
	"maps"
	"slices"
)

// FunctionTokens returns the tokens of all functions that the simulation knows.
func FunctionTokens() []string { return slices.Sorted(maps.Keys(functions)) }
