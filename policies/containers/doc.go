// Package containers reads the container definitions of an ECS task. It gives no verdicts: the
// controls in policies/rules do. Of this project it imports only policies/prop.
package containers
