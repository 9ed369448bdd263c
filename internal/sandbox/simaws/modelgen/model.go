package main

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// shape of an API model, as far as it limits anything.
type shape struct {
	Type     string
	Members  map[string]reference
	Element  reference `json:"member"`
	Min, Max float64
	Pattern  string
	Enum     []string
}

// reference to a shape, with the documentation of its use.
type reference struct{ Shape, Documentation string }

// model of a service.
type model struct {
	protocol   string
	operations map[string]struct{ Input reference }
	shapes     map[string]*shape
}

func readModel(models, service string) (*model, error) {
	files, err := filepath.Glob(filepath.Join(models, service, "*", "service-2.json*"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("found no model of %s in %s", service, models)
	}
	slices.Sort(files)
	name := files[len(files)-1]
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	var text io.Reader = file
	if strings.HasSuffix(name, ".gz") {
		if text, err = gzip.NewReader(file); err != nil {
			return nil, err
		}
	}
	var parsed struct {
		Metadata   struct{ Protocol string }
		Operations map[string]struct{ Input reference }
		Shapes     map[string]*shape
	}
	if err := json.NewDecoder(text).Decode(&parsed); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &model{parsed.Metadata.Protocol, parsed.Operations, parsed.Shapes}, nil
}

// input returns the structure of an operation's input, or of a part of it.
func (m *model) input(operation, member string) (*shape, error) {
	op, ok := m.operations[operation]
	if !ok {
		return nil, fmt.Errorf("the model has no operation %s", operation)
	}
	found := m.shapes[op.Input.Shape]
	if member == "" {
		return found, nil
	}
	part, ok := found.Members[member]
	if !ok {
		return nil, fmt.Errorf("%s has no input %s", operation, member)
	}
	found = m.shapes[part.Shape]
	if found.Type == "list" {
		found = m.shapes[found.Element.Shape]
	}
	return found, nil
}

// code with which a service refuses an input that breaks its model.
func (m *model) code() string {
	switch m.protocol {
	case "query", "smithy-rpc-v2-cbor":
		return "ValidationError"
	case "rest-xml":
		return "InvalidInput"
	default:
		return "ValidationException"
	}
}
