// Package clitest calls commands in tests, as [cli.Main] calls them.
package clitest
