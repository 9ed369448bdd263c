// Command release is what the pipeline's builds run: everything that brings an image from a
// commit to its users. The buildspecs below delivery/buildspec only call it.
//
//	release image --repository URL --commit SHA --out image.json
//	release deploy --stack prod --service visitor-book --image image.json --role ARN
//	release rollout --stack prod
//	release integration --url https://staging.example.com
//
// rollout is also for people: whoever has run pulumi up by hand calls it next.
//
// It calls the aws, docker, pulumi and go commands that it finds on the PATH, and exits with 0 when everything went
// well, with 1 when something failed, and with 2 when it was called wrongly; rollout and deploy also with 3 when AWS
// was still at it when the time was up, and with 4 when AWS could not be asked or the command was interrupted.
package main

import "aws-webapp/internal/cli"

func main() { cli.Main(newRoot(), exitCode) }
