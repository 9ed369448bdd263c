// Command sandbox runs every operation on a stack without an AWS account: the real Pulumi
// engine, the real program and the real policy pack, against a simulated AWS or an
// emulator.
//
//	sandbox up --stack prod
//	sandbox preview --stack staging --diff
//
// It exits with 0 when the operation succeeded, with 1 when the operation or a mandatory
// policy failed, and with 2 when it was called wrongly.
package main

import "aws-webapp/internal/cli"

func main() { cli.Main(newRoot()) }
