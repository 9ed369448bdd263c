package engine

import (
	"os"
	"syscall"
)

// ownGroup keeps the terminal's Ctrl-C from the engine.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// interrupt kills: Windows has no signal that another process group would understand.
func interrupt(process *os.Process) error { return process.Kill() }

// alive reports whether a process runs: on Windows, a process that has ended cannot be opened.
func alive(pid int) bool {
	process, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	return process.Release() == nil
}
