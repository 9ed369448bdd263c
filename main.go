// Command aws-webapp deploys one stack of a highly available, secured and observable web
// application on AWS.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"aws-webapp/internal/stack"
)

func main() {
	pulumi.Run(stack.Deploy)
}
