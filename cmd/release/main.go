// Command release is what the pipeline's builds run: everything that brings an image from a
// commit to its users. The buildspecs below delivery/buildspec only call it.
//
//	release image --repository URL --commit SHA --out image.json
//	release deploy --stack prod --service visitor-book --image image.json --role ARN
//	release integration --url https://staging.example.com
//
// It calls the aws, docker, pulumi and go commands that it finds on the PATH, and exits with 0
// when everything went well, with 1 when something failed, and with 2 when it was called wrongly.
package main

import "aws-webapp/internal/cli"

func main() { cli.Main(newRoot(), cli.ExitCode) }
