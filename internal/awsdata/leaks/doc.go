// Package leaks recognizes secrets that were written where anyone may read them: in the environment or the command of a
// task definition, or in a stack file. It goes by the names of variables and by the forms in which services issue their
// tokens. Configuration and policy pack share it, so that what one refuses the other refuses, too. No answer contains
// any part of the text that it is about.
package leaks
