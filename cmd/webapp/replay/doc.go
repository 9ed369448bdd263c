// Package replay has the command replay, which gives functions again what they had failed on.
package replay
