package moto

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// askTimeout bounds a question to a server that should be running on this machine.
const askTimeout = 5 * time.Second

// record is the file in dir about its kept server.
type record struct {
	Endpoint string `json:"endpoint"`
	Identity string `json:"identity"`
}

// Keep returns the server that is kept for dir. If there is none, it starts one, which Fresh
// then reports. The server keeps running after this process has ended, until Stop: other tools
// can look at what was deployed, and later commands find it again.
func Keep(ctx context.Context, dir string, opts ...Option) (*Server, error) {
	running, err := find(ctx, dir)
	if err != nil {
		return nil, fmt.Errorf("moto: %w", err)
	}
	if running != nil {
		return running, nil
	}
	identity := rand.Text()
	keep := func(o *options) { o.arguments = []string{"--keep", identity} }
	server, err := start(ctx, context.WithoutCancel(ctx), dir, append(slices.Clone(opts), keep))
	if err != nil {
		return nil, fmt.Errorf("moto: %w", err)
	}
	server.kept, server.fresh = true, true
	content, err := json.Marshal(record{Endpoint: server.endpoint, Identity: identity})
	if err == nil {
		err = writeAtomically(recordFile(dir), content)
	}
	if err != nil {
		server.grace = 0
		return nil, fmt.Errorf("moto: %w", errors.Join(err, server.end()))
	}
	return server, nil
}

// Stop ends the server that is kept for dir and waits for it. It does nothing if there is none.
func Stop(ctx context.Context, dir string) error {
	server, err := find(ctx, dir)
	if err != nil {
		return fmt.Errorf("moto: %w", err)
	}
	if server != nil {
		if err := server.stop(ctx); err != nil {
			return fmt.Errorf("moto: stop: %w", err)
		}
	}
	if err := os.Remove(recordFile(dir)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("moto: %w", err)
	}
	return nil
}

// stop tells a kept server to end and waits until it no longer answers.
func (s *Server) stop(ctx context.Context) error {
	if err := s.call(ctx, http.MethodPost, "/moto-api/sandbox/stop"); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, stopTimeout)
	defer cancel()
	for s.call(ctx, http.MethodGet, "/moto-api/sandbox/identity") == nil {
		time.Sleep(20 * time.Millisecond)
	}
	return context.Cause(ctx) // still there when the time was up
}

// find returns the server that is kept for dir, or nil if it does not run any more.
func find(ctx context.Context, dir string) (*Server, error) {
	content, err := os.ReadFile(recordFile(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var kept record
	if err := json.Unmarshal(content, &kept); err != nil {
		return nil, fmt.Errorf("%s is damaged: %w: remove it", recordFile(dir), err)
	}
	server := &Server{endpoint: kept.Endpoint, logFile: logFileOf(dir), kept: true}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	// Another program may have got the port since.
	identity, err := server.ask(ctx, http.MethodGet, "/moto-api/sandbox/identity")
	if err != nil || identity != kept.Identity {
		return nil, nil
	}
	return server, nil
}

func recordFile(dir string) string { return filepath.Join(dir, "moto", "server.json") }
