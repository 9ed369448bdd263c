package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
)

// eventLog keeps the engine's events in a file as `pulumi --event-log` does: one JSON object
// per line. The zero value keeps nothing.
type eventLog struct {
	file    *os.File
	encoder *json.Encoder
	err     error
}

// newEventLog starts the log of one operation. It overwrites the log of an earlier one.
func newEventLog(path string) (*eventLog, error) {
	if path == "" {
		return &eventLog{}, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, fmt.Errorf("write the event log: %w", err)
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("write the event log: %w", err)
	}
	encoder := json.NewEncoder(file)
	encoder.SetEscapeHTML(false)
	return &eventLog{file: file, encoder: encoder}, nil
}

func (l *eventLog) add(event events.EngineEvent) {
	// An event with an error was not sent by the engine: it could not be read.
	if l.file != nil && l.err == nil && event.Error == nil {
		l.err = l.encoder.Encode(event.EngineEvent)
	}
}

func (l *eventLog) close() error {
	if l.file == nil {
		return nil
	}
	if err := errors.Join(l.err, l.file.Close()); err != nil {
		return fmt.Errorf("write the event log: %w", err)
	}
	return nil
}
