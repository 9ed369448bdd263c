//go:build !windows

package engine

import (
	"errors"
	"os"
	"syscall"
)

// ownGroup keeps the terminal's Ctrl-C from the engine: it is passed on once, by us.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func interrupt(process *os.Process) error { return process.Signal(os.Interrupt) }

// alive says whether a process runs. A process of somebody else runs, too.
func alive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
