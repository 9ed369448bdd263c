//go:build !unix

package workflow

import (
	"os"
	"os/exec"
)

func detach(*exec.Cmd) {}

// alive says whether a process is there.
func alive(pid int) bool {
	_, err := os.FindProcess(pid)
	return err == nil
}
