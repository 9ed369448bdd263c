package deadletter

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"aws-webapp/lambda/logshipper/internal/bulk"
	"aws-webapp/lambda/logshipper/internal/cwlogs"
	"aws-webapp/lambda/logshipper/internal/document"
)

// MaxMessage bounds a message in the queue: 256 KiB, which every queue takes (SQS itself allows
// 1 MiB since 2025, but a queue's own limit may be lower), less room for what SQS counts besides.
const MaxMessage = 256<<10 - 4<<10

// ErrTooLarge says that something does not fit into a message even when compressed.
var ErrTooLarge = errors.New("does not fit into a message of the dead-letter queue")

// record is the body of a message that this package writes.
type record struct {
	// Format of this record: 1. (The records of Lambda's destinations have a version of their own.)
	Format int `json:"format"`
	// Documents that the domain did not take.
	Documents []entry `json:"documents,omitempty"`
	// Packed are the documents compressed with gzip, as base64: for a document that would not
	// fit otherwise.
	Packed string `json:"packed,omitempty"`
	// Payload is an invocation's payload that could not be decoded, and Reason why.
	Payload string `json:"payload,omitempty"`
	Reason  string `json:"reason,omitempty"`
}

type entry struct {
	document.Document
	Reason string `json:"reason"`
}

const recordFormat = 1

// pack makes messages of the failures, each filled up to limit bytes. Failures that do not fit
// into a message by themselves, even compressed, are returned as unfit.
func pack(failures []bulk.Failure, limit int) (messages []string, unfit []bulk.Failure, err error) {
	var (
		waiting []string
		size    = len(recordStart + recordEnd)
	)
	flush := func() {
		if len(waiting) > 0 {
			messages = append(messages, recordStart+strings.Join(waiting, ",")+recordEnd)
		}
		waiting, size = nil, len(recordStart+recordEnd)
	}
	for _, failure := range failures {
		text, err := json.Marshal(entry{Document: failure.Document, Reason: failure.Reason})
		if err != nil {
			return nil, nil, fmt.Errorf("encode dead letter: %w", err)
		}
		if len(recordStart)+len(text)+len(recordEnd) > limit {
			if squeezed := squeeze(text); len(squeezed) <= limit {
				messages = append(messages, squeezed)
			} else {
				unfit = append(unfit, failure)
			}
			continue
		}
		if size+len(text) > limit {
			flush()
		}
		waiting = append(waiting, string(text))
		size += len(text) + len(",")
	}
	flush()
	return messages, unfit, nil
}

// recordStart and recordEnd are a record without its entries.
const (
	recordStart = `{"format":1,"documents":[`
	recordEnd   = "]}"
)

// squeeze makes a record of one entry, compressed. Memory takes every write, so that none can fail.
func squeeze(one []byte) string {
	var packed bytes.Buffer
	encoder := base64.NewEncoder(base64.StdEncoding, &packed)
	zipped := gzip.NewWriter(encoder)
	_, _ = fmt.Fprintf(zipped, "[%s]", one)
	_, _ = zipped.Close(), encoder.Close()
	return `{"format":1,"packed":"` + packed.String() + `"}`
}

// Letter is the content of a message of the queue: documents, or the payload of an invocation.
type Letter struct {
	Documents []document.Document
	Payload   string
}

// envelope covers every shape of message that ends up in the queue: this package's own records;
// an invocation event, which Lambda puts there as the function's dead-letter queue when all its
// attempts failed; and the same within the record of an on-failure destination.
type envelope struct {
	record
	AWSLogs struct {
		Data string `json:"data"`
	} `json:"awslogs"`
	RequestPayload struct {
		AWSLogs struct {
			Data string `json:"data"`
		} `json:"awslogs"`
	} `json:"requestPayload"`
}

// open reads the body of a message.
func open(body string) (Letter, error) {
	var parsed envelope
	if err := json.Unmarshal([]byte(body), &parsed); err != nil {
		return Letter{}, fmt.Errorf("message is not JSON: %w", err)
	}
	entries := parsed.Documents
	if parsed.Packed != "" {
		unpacked, err := unsqueeze(parsed.Packed)
		if err != nil {
			return Letter{}, err
		}
		entries = append(entries, unpacked...)
	}
	letter := Letter{Payload: firstOf(parsed.Payload, parsed.AWSLogs.Data, parsed.RequestPayload.AWSLogs.Data)}
	for i := range entries {
		letter.Documents = append(letter.Documents, entries[i].Document)
	}
	if letter.Payload == "" && len(letter.Documents) == 0 {
		return Letter{}, errors.New("message holds neither documents nor an invocation event")
	}
	return letter, nil
}

func unsqueeze(packed string) ([]entry, error) {
	zipped, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, bytes.NewReader([]byte(packed))))
	if err != nil {
		return nil, fmt.Errorf("unpack dead letter: %w", err)
	}
	var entries []entry
	if err := json.NewDecoder(io.LimitReader(zipped, cwlogs.DefaultLimit)).Decode(&entries); err != nil {
		return nil, fmt.Errorf("unpack dead letter: %w", err)
	}
	return entries, nil
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
