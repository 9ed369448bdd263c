package eventlog

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// reader puts events in order.
type reader struct {
	log        Log
	index      map[string]int
	refreshing map[string]bool
	complete   bool
}

// ReadFile reads a log from a file, which may be compressed with gzip.
func ReadFile(path string) (*Log, error) {
	file, err := os.Open(path) //nolint:gosec // the file is the caller's to name
	if err != nil {
		return nil,
			fmt.Errorf("read the event log: %w: write it with `PULUMI_DEBUG_COMMANDS=true pulumi preview --event-log FILE`", err)
	}
	log, err := Read(file)
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, fmt.Errorf("read the event log %s: %w", path, err)
	}
	return log, nil
}

// Read reads a log, which may be compressed with gzip.
func Read(from io.Reader) (*Log, error) {
	buffered := bufio.NewReader(from)
	if magic, err := buffered.Peek(2); err == nil && bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		unpacked, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, fmt.Errorf("unpack: %w", err)
		}
		buffered = bufio.NewReader(unpacked)
	}
	r := &reader{index: map[string]int{}, refreshing: map[string]bool{}}
	lines := 0
	for {
		line, err := buffered.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("line %d: %w: the log is cut off or damaged: run the preview again", lines+1, err)
		}
		if line = bytes.TrimSpace(line); len(line) > 0 {
			lines++
			if err := r.line(line, lines); err != nil {
				return nil, err
			}
		}
		if err != nil {
			break
		}
	}
	switch {
	case lines == 0:
		return nil, errors.New("found nothing in it: the engine did not start, or did not get the flag --event-log")
	case !r.complete:
		return nil, fmt.Errorf("found %d events but not the last one, with which the engine ends every log: "+
			"the preview was killed or the log was cut off: run the preview again", lines)
	}
	return &r.log, nil
}

func (r *reader) line(line []byte, number int) error {
	var event apitype.EngineEvent
	if err := json.Unmarshal(line, &event); err != nil {
		if number == 1 {
			return fmt.Errorf("line 1: found %s, expected one JSON object to a line, as --event-log writes them (%w): "+
				"the output of `pulumi preview --json` is something else, and lacks the policies' verdicts", excerpt(line), err)
		}
		return fmt.Errorf("line %d: found no complete JSON object (%w): the log is cut off or damaged: run the preview again",
			number, err)
	}
	if event.Timestamp == 0 && event.Sequence == 0 && event == (apitype.EngineEvent{}) {
		return fmt.Errorf("line %d: found %s, which is not an event of the engine: name the file that --event-log wrote",
			number, excerpt(line))
	}
	r.add(event)
	return nil
}

// excerpt returns the beginning of a line that is not understood. It is short, because the line
// may contain anything.
func excerpt(line []byte) string {
	const longest = 20
	if len(line) > longest {
		return fmt.Sprintf("%q...", line[:longest])
	}
	return fmt.Sprintf("%q", line)
}
