// Package commands reads the commands that the project's documents tell people to type, so that tests can hold each
// of them against the program that it calls.
package commands
