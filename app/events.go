package main

import (
	"io"
	"log/slog"
	"time"
)

// newEvents returns a logger that writes one JSON object a line, in the form that the log
// shipper indexes: event_type, timestamp and data, and the level. An event's name is a short
// constant; whatever varies is in data.
func newEvents(out io.Writer) *slog.Logger {
	handler := slog.NewJSONHandler(out, &slog.HandlerOptions{ReplaceAttr: eventKey})
	return slog.New(handler).WithGroup("data")
}

// eventKey renames slog's own keys. Keys of the data are in a group and stay as they are.
func eventKey(groups []string, a slog.Attr) slog.Attr {
	if len(groups) > 0 {
		return a
	}
	switch a.Key {
	case slog.TimeKey:
		return slog.String("timestamp", a.Value.Time().UTC().Format(time.RFC3339Nano))
	case slog.MessageKey:
		a.Key = "event_type"
	}
	return a
}
