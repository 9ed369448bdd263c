// Package stackstate reads what `pulumi stack export` prints, for the commands that compare a stack with its account or
// change the stack's state. It imports nothing of this project.
package stackstate
