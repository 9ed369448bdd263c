// Command cost estimates what a stack costs in a month, before it is deployed:
//
//	cost estimate --stack prod --items
//	cost diff before.json after.json
//
// It exits with 0 when the stack keeps its budget, with 1 when it does not or when something
// failed, and with 2 when it was called wrongly.
package main

import "aws-webapp/internal/cli"

func main() { cli.Main(newRoot(), cli.ExitCode) }
