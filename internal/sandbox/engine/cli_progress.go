package engine

import (
	"bytes"
	"fmt"
	"io"
	"sync"
	"time"
)

// progressInterval is the interval at which what takes long says how far it is.
const progressInterval = 5 * time.Second

// pulse says from time to time how far something is, until it is stopped.
type pulse struct {
	done  chan struct{}
	ended sync.WaitGroup
}

func startPulse(out io.Writer, interval time.Duration, far func() string) *pulse {
	p, started := &pulse{done: make(chan struct{})}, time.Now()
	p.ended.Go(func() {
		tick := time.NewTicker(interval)
		defer tick.Stop()
		for {
			select {
			case <-p.done:
				return
			case <-tick.C:
				fmt.Fprintf(out, "  %s: %s\n", time.Since(started).Round(time.Second), far())
			}
		}
	})
	return p
}

func (p *pulse) stop() {
	close(p.done)
	p.ended.Wait()
}

// sharedWriter is written to by several goroutines.
type sharedWriter struct {
	mu  sync.Mutex
	out io.Writer
}

func (w *sharedWriter) Write(text []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.out.Write(text)
}

// packageCounter counts the lines of `go build -v`, one per compiled package.
type packageCounter struct {
	mu       sync.Mutex
	packages int
	last     []byte
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

func (c *packageCounter) far() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return fmt.Sprintf("%d packages compiled", c.packages)
}
