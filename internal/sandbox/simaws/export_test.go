package simaws

import (
	"maps"
	"slices"

	"aws-webapp/internal/sandbox/simaws/catalog"
	"aws-webapp/internal/sandbox/simaws/cloud"
)

// JudgeUnique looks for properties that must be unique.
var JudgeUnique = judgeUnique

// JudgeDeletion looks for resources that need the one to delete.
func JudgeDeletion(r *cloud.Reader, call *catalog.Call, record *cloud.Record) error {
	call.World = world{r}
	return judgeDeletion(r, call, record)
}

// JudgeReferences looks up the resources that the inputs name.
func JudgeReferences(r *cloud.Reader, call *catalog.Call) error {
	call.World = world{r}
	return judgeReferences(call)
}

// FunctionTokens returns the tokens of all functions that the simulation supports.
func FunctionTokens() []string { return slices.Sorted(maps.Keys(functions)) }
