package moto

import "syscall"

// ownGroup keeps the terminal's Ctrl-C from the server: the engine, which it is meant for, still
// has to undo or finish what it was doing in the cloud.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}
