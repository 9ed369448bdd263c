// Package criticalpath computes how long AWS takes until a stack is ready, from the graph in
// its state and the times in internal/awsdata/resourcetypes. It deploys nothing: the sandbox says with it how long an
// update would take on AWS, and the tests of the engine hold the order of resources.
package criticalpath
