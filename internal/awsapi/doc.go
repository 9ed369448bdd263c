// Package awsapi opens AWS for commands. Its clients refuse every operation that neither only reads
// nor is among those that the command says it needs: a command cannot change anything else by
// mistake. Errors name the missing IAM action. The package knows no stacks, and imports nothing of
// this project.
package awsapi
