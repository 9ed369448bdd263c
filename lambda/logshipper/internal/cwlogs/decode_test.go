package cwlogs

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestDecodeReadsWhatCloudWatchSends(t *testing.T) {
	data := zipped(t, `{"messageType":"DATA_MESSAGE","owner":"123456789012","logGroup":"/ecs/visitor-book",
		"logStream":"visitor-book/1","subscriptionFilters":["search"],"policyLevel":"LOG_GROUP_LEVEL",
		"logEvents":[{"id":"eventId1","timestamp":1440442987000,"message":"[ERROR] first test message",
		"extractedFields":{"level":"ERROR"}}]}`)

	payload, err := Decode(data, DefaultLimit)

	require.NoError(t, err)
	assert.Equal(t, &Payload{
		MessageType: DataMessage,
		Owner:       "123456789012",
		LogGroup:    "/ecs/visitor-book",
		LogStream:   "visitor-book/1",
		LogEvents:   []Event{{ID: "eventId1", Timestamp: 1440442987000, Message: "[ERROR] first test message"}},
	}, payload)
}

func TestDecodeRefuses(t *testing.T) {
	valid := zipped(t, `{"messageType":"DATA_MESSAGE"}`)
	tests := map[string]struct {
		data    string
		is      error
		message string
	}{
		"text that is no base64": {"%%%", ErrMalformed, "read gzip header"},
		"nothing":                {"", ErrMalformed, "read gzip header"},
		"base64 of no gzip": {
			base64.StdEncoding.EncodeToString([]byte("plain text")), ErrMalformed,
			"read gzip header",
		},
		"gzip that ends too early": {valid[:len(valid)-16], ErrMalformed, "decompress"},
		"gzip of no JSON":          {zipped(t, "hello"), ErrMalformed, "parse JSON"},
		"events of another shape": {
			zipped(t, `{"messageType":"DATA_MESSAGE","logEvents":"none"}`), ErrMalformed,
			"parse JSON",
		},
		"an unknown message type": {zipped(t, `{"messageType":"SURPRISE"}`), ErrMalformed, `messageType is "SURPRISE"`},
		"a JSON bomb": {
			zipped(t, `{"messageType":"`+strings.Repeat("a", 2<<20)+`"}`), ErrTooLarge,
			"more than 1048576 bytes",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			payload, err := Decode(test.data, 1<<20)

			assert.Nil(t, payload)
			require.ErrorIs(t, err, test.is)
			assert.ErrorContains(t, err, test.message)
		})
	}
}

// A payload that unpacks to 8 MiB must cost no more memory than its limit of 64 KiB allows.
func TestDecodeBoundsMemory(t *testing.T) {
	const limit = 64 << 10
	bomb := zipped(t, strings.Repeat("\x00", 8<<20))
	var before, after runtime.MemStats

	runtime.ReadMemStats(&before)
	_, err := Decode(bomb, limit)
	runtime.ReadMemStats(&after)

	require.ErrorIs(t, err, ErrTooLarge)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(8*limit))
}

func TestEncodeIsTheInverseOfDecode(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		payload := rapid.Custom(func(rt *rapid.T) *Payload {
			return &Payload{
				MessageType: rapid.SampledFrom([]string{DataMessage, ControlMessage}).Draw(rt, "type"),
				Owner:       rapid.StringMatching(`[0-9]{12}`).Draw(rt, "owner"),
				LogGroup:    rapid.String().Draw(rt, "group"),
				LogStream:   rapid.String().Draw(rt, "stream"),
				LogEvents: rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) Event {
					return Event{
						ID:        rapid.String().Draw(rt, "id"),
						Timestamp: rapid.Int64().Draw(rt, "time"),
						Message:   rapid.String().Draw(rt, "message"),
					}
				}), 1, 5).Draw(rt, "events"),
			}
		}).Draw(rt, "payload")

		data := Encode(payload)
		decoded, err := Decode(data, DefaultLimit)
		require.NoError(rt, err)
		require.Equal(rt, payload, decoded)
	})
}

func FuzzDecode(f *testing.F) {
	f.Add(zipped(f, `{"messageType":"CONTROL_MESSAGE"}`))
	f.Add("H4sIAAAAAAAA")
	f.Fuzz(func(t *testing.T, data string) {
		payload, err := Decode(data, 1<<16)
		assert.NotEqual(t, payload == nil, err == nil, "a payload or an error")
	})
}

func zipped(tb testing.TB, text string) string {
	tb.Helper()
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	_, err := writer.Write([]byte(text))
	require.NoError(tb, err)
	require.NoError(tb, writer.Close())
	return base64.StdEncoding.EncodeToString(packed.Bytes())
}
