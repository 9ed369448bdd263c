// Package initialize writes a team's stack files out of the shipped ones and the team's answers, and renames the
// project. What the answers do not touch stays as it was shipped, comments included. cmd/webapp/initialize asks. Of
// this project it imports internal/config, which judges what it wrote.
package initialize
