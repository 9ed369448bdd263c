//go:build unix

package main

import (
	"syscall"
	"time"
)

// cpuTime returns the processor time of the process, including garbage collection.
func cpuTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
