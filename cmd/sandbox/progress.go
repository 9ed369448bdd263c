package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
)

// Intervals at which progress is shown: often where one line is rewritten, seldom where each is kept.
const (
	terminalInterval = 200 * time.Millisecond
	plainInterval    = 5 * time.Second
)

// terminalWidth keeps the rewritten line on one row of any terminal.
const terminalWidth = 79

// atWorkShown is the number of resources that the line of progress names.
const atWorkShown = 3

// progress shows how far the engine is: on a terminal in one line that it rewrites, elsewhere in a line every five
// seconds.
type progress struct {
	out      io.Writer
	terminal bool
	done     chan struct{}
	ended    sync.WaitGroup
	started  time.Time

	mu       sync.Mutex
	total    int
	finished int
	atWork   []string
	shown    bool
}

// showProgress starts to show progress, until stop is called.
func showProgress(out io.Writer, terminal bool) *progress {
	p := &progress{out: out, terminal: terminal, done: make(chan struct{}), started: time.Now()}
	interval := plainInterval
	if terminal {
		interval = terminalInterval
	}
	p.ended.Go(func() {
		tick := time.NewTicker(interval)
		defer tick.Stop()
		for {
			select {
			case <-p.done:
				return
			case <-tick.C:
				p.show()
			}
		}
	})
	return p
}

// watch counts what an event says. A preview comes before an update and knows how much there is to do.
func (p *progress) watch(event events.EngineEvent) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case event.ResourcePreEvent != nil && strings.HasPrefix(event.ResourcePreEvent.Metadata.Type, "aws:"):
		p.atWork = append(p.atWork, stepLabel(event.ResourcePreEvent.Metadata))
	case event.ResOutputsEvent != nil:
		p.end(event.ResOutputsEvent.Metadata)
	case event.ResOpFailedEvent != nil:
		p.end(event.ResOpFailedEvent.Metadata)
	case event.SummaryEvent != nil:
		p.total = 0
		for _, count := range event.SummaryEvent.ResourceChanges {
			p.total += count
		}
		p.finished, p.atWork = 0, nil
	}
}

func (p *progress) end(step apitype.StepEventMetadata) {
	p.finished++
	if i := slices.Index(p.atWork, stepLabel(step)); i >= 0 {
		p.atWork = slices.Delete(p.atWork, i, i+1)
	}
}

func stepLabel(step apitype.StepEventMetadata) string {
	return labelOf(urn.URN(step.URN).Name(), step.Type)
}

// labelOf names a resource for people, such as "web (LoadBalancer)".
func labelOf(name, typ string) string {
	return fmt.Sprintf("%s (%s)", name, typ[strings.LastIndexByte(typ, ':')+1:])
}

func (p *progress) show() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.atWork) == 0 && p.finished == 0 {
		return // nothing has begun: what the sandbox prepares says so itself
	}
	line := fmt.Sprintf("  %s: %d", time.Since(p.started).Round(time.Second), p.finished)
	if p.total > 0 {
		line += fmt.Sprintf(" of %d", p.total)
	}
	line += " resources"
	if now := p.atWork[:min(len(p.atWork), atWorkShown)]; len(now) > 0 {
		line += ", at work on " + strings.Join(now, ", ")
	}
	if !p.terminal {
		fmt.Fprintln(p.out, line)
		return
	}
	p.shown = true
	fmt.Fprintf(p.out, "\r\x1b[K%.*s", terminalWidth, line)
}

// stop ends the display, and leaves no half line behind.
func (p *progress) stop() {
	close(p.done)
	p.ended.Wait()
	if p.shown {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}
