//go:build !windows

package engine

import (
	"errors"
	"os"
	"syscall"
)

// ownGroup keeps the terminal's Ctrl-C from the engine: we pass it on, once.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func interrupt(process *os.Process) error { return process.Signal(os.Interrupt) }

// alive reports whether a process runs, even if it belongs to another user.
func alive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
