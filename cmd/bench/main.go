// Command bench measures the program on the real Pulumi engine, against the simulated AWS,
// and writes the figures to docs/performance.md:
//
//	go run ./cmd/bench -repeat 5
//
// It measures the program alone, previews and ups of staging and prod, how both grow with
// the number of services, and how long AWS itself would take until a stack is ready.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"aws-webapp/internal/sandbox/engine"
	"aws-webapp/internal/sandbox/simulation"
)

// bench is one run of the command.
type bench struct {
	// root of the repository, and project, the folder of the stack files of its tests.
	root, project, folder string
	repeat                int
	pace                  float64
	sizes                 []int
	started               time.Time
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) (err error) {
	root := flag.String("root", ".", "folder of the repository")
	out := flag.String("out", "docs/performance.md", "report to write, - for standard output")
	repeat := flag.Int("repeat", 5, "how often each figure is measured; the median counts")
	pace := flag.Float64("pace", 0.05, "how much of the time that AWS needs the paced up takes")
	largest := flag.Int("services", 50, "the largest number of services")
	flag.Parse()
	folder, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // what is left lies in the system's temporary folder
	project := filepath.Join(*root, "tests", "fixtures", "stacks")
	b := &bench{root: *root, project: project, folder: folder, repeat: *repeat, pace: *pace, started: time.Now()}
	for _, size := range []int{1, 5, 20, 50} {
		if size <= *largest {
			b.sizes = append(b.sizes, size)
		}
	}
	figures := &report{command: "make bench", bench: b}
	for _, step := range []struct {
		name string
		do   func(context.Context, *report) error
	}{
		{"the program alone", b.program},
		{"previews and ups", b.operations},
		{"growth", b.growth},
		{"time to ready", b.ready},
	} {
		fmt.Fprintf(os.Stderr, "measuring %s\n", step.name)
		if err := step.do(ctx, figures); err != nil {
			return fmt.Errorf("measure %s: %w", step.name, err)
		}
		fmt.Fprintf(os.Stderr, "  done after %s\n", time.Since(b.started).Round(time.Second))
	}
	if *out == "-" {
		fmt.Print(figures.text())
		return nil
	}
	return os.WriteFile(*out, []byte(figures.text()), 0o644) //nolint:gosec // documentation is for everybody
}

// home makes a folder of the sandbox's own that shares the built tools.
func (b *bench) home(name string) (string, error) {
	home := filepath.Join(b.folder, name)
	shared, err := filepath.Abs(filepath.Join(b.root, ".sandbox", "bin"))
	if err != nil {
		return "", err
	}
	for _, folder := range []string{home, shared} {
		if err := os.MkdirAll(folder, 0o750); err != nil {
			return "", err
		}
	}
	return home, os.Symlink(shared, filepath.Join(home, "bin"))
}

// target is what an operation works on.
type target struct {
	home, stack, pack string
	config            map[string]string
	cloud             simulation.Simulation
	// fast writes the state once, at the end.
	fast bool
}

// open opens a stack for a measured run.
func (b *bench) open(ctx context.Context, t target, m *meter) (*engine.Engine, error) {
	return engine.Open(ctx, engine.Options{
		Root: b.project, Home: t.home, Stack: t.stack, Program: m.program, Cloud: t.cloud,
		PolicyPack: t.pack, Config: t.config, Started: m.start, Fast: t.fast,
	})
}
