package engine

import (
	"bytes"
	"fmt"
	"io"
	"sync"
	"time"
)

// progressInterval is the interval at which a long build reports progress.
const progressInterval = 10 * time.Second

// packageCounter counts the lines of `go build -v`, one per compiled package, and reports the
// count from time to time.
type packageCounter struct {
	out     io.Writer
	started time.Time
	done    chan struct{}
	ended   sync.WaitGroup

	mu       sync.Mutex
	packages int
	last     []byte
}

func newPackageCounter(out io.Writer) *packageCounter {
	c := &packageCounter{out: out, started: time.Now(), done: make(chan struct{})}
	c.ended.Add(1)
	go c.report()
	return c
}

func (c *packageCounter) Write(text []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.packages += bytes.Count(text, []byte("\n"))
	c.last = append(c.last, text...)
	if keep := 2000; len(c.last) > keep {
		c.last = c.last[len(c.last)-keep:]
	}
	return len(text), nil
}

// tail returns the end of the output, which holds the error of a failed build.
func (c *packageCounter) tail() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return string(c.last)
}

func (c *packageCounter) report() {
	defer c.ended.Done()
	tick := time.NewTicker(progressInterval)
	defer tick.Stop()
	for {
		select {
		case <-c.done:
			return
		case <-tick.C:
			c.mu.Lock()
			fmt.Fprintf(c.out, "  %s: %d packages compiled\n", time.Since(c.started).Round(time.Second), c.packages)
			c.mu.Unlock()
		}
	}
}

func (c *packageCounter) stop() {
	close(c.done)
	c.ended.Wait()
}
