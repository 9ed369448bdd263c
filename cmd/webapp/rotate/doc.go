// Package rotate has the command rotate, which changes the database's password now.
package rotate
