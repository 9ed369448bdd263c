//go:build unix

package process

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// detach keeps a terminal's interrupt from reaching the engine a second time, which would make it give up.
func detach(run *exec.Cmd) { run.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// alive says whether a process is there. One that has ended is there until somebody asks how, which in a container
// nobody may do.
func alive(pid int) bool {
	state, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err == nil && strings.Contains(string(state), ") Z ") {
		return false
	}
	return syscall.Kill(pid, 0) == nil
}
