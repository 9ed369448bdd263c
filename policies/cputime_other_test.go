//go:build !unix

package main

import "time"

var began = time.Now()

// cpuTime returns wall time, on systems that do not report processor time.
func cpuTime() time.Duration { return time.Since(began) }
