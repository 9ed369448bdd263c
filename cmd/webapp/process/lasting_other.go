//go:build !unix

package process

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
