// Package table prints tables for people: columns as wide as their content, wrapped at the
// width of the screen. It imports nothing of this project.
package table
