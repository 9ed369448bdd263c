// Package database has the commands that bring a stack's database back.
package database
