//go:build !unix

package main

import "time"

var began = time.Now()

// cpuTime is the time of the wall where the system does not tell that of the processors.
func cpuTime() time.Duration { return time.Since(began) }
