package simaws

import (
	"maps"
	"slices"
)

// JudgeUnique looks for what must not be there twice.
var JudgeUnique = judgeUnique

// FunctionTokens returns the tokens of all functions that the simulation knows.
func FunctionTokens() []string { return slices.Sorted(maps.Keys(functions)) }
