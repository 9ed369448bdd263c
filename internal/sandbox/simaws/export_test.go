package simaws

import (
	"maps"
	"slices"

	"aws-webapp/internal/sandbox/simaws/catalog"
	"aws-webapp/internal/sandbox/simaws/cloud"
)

// JudgeUnique looks for what must not be there twice.
var JudgeUnique = judgeUnique

// JudgeDeletion looks for who needs what is to go.
func JudgeDeletion(r *cloud.Reader, call *catalog.Call, record *cloud.Record) error {
	call.World = world{r}
	return judgeDeletion(r, call, record)
}

// JudgeReferences looks for what the inputs name.
func JudgeReferences(r *cloud.Reader, call *catalog.Call) error {
	call.World = world{r}
	return judgeReferences(call)
}

// FunctionTokens returns the tokens of all functions that the simulation knows.
func FunctionTokens() []string { return slices.Sorted(maps.Keys(functions)) }
