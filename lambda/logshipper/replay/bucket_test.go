package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const undelivered = "aws/lambda/async/shipper/2026/03/01/2026-03-01T10.00.00-"

// bucketOf fakes S3 with one bucket, from which objects can be deleted.
func bucketOf(t *testing.T, objects map[string]string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/artifacts"), "/")
		content, exists := objects[key]
		switch {
		case key == "":
			_, _ = io.WriteString(w, "<ListBucketResult>")
			for key := range objects {
				if strings.HasPrefix(key, r.URL.Query().Get("prefix")) {
					_, _ = fmt.Fprintf(w, "<Contents><Key>%s</Key></Contents>", key)
				}
			}
			_, _ = io.WriteString(w, "</ListBucketResult>")
		case !exists:
			http.Error(w, "<Error><Code>NoSuchKey</Code></Error>", http.StatusNotFound)
		case r.Method == http.MethodDelete:
			delete(objects, key)
			w.WriteHeader(http.StatusNoContent)
		default:
			_, _ = io.WriteString(w, content)
		}
	}))
	t.Cleanup(server.Close)
	t.Setenv("AWS_ENDPOINT_URL_S3", server.URL)
}

// An event that was too large for the queue comes back out of Lambda's own record of it.
func TestRunRestoresWhatLambdaGaveUpOn(t *testing.T) {
	large := strings.Repeat("x", 300<<10)
	record := `{"version":"1.0","requestContext":{"condition":"RetriesExhausted"},` +
		`"requestPayload":{"awslogs":{"data":"` + large + `"}},"responseContext":{"functionError":"Unhandled"}}`
	tests := map[string]struct {
		objects   map[string]string
		answers   []string
		err       string
		left      []string
		functions int
	}{
		"all of them": {
			map[string]string{undelivered + "1": record, "builds/1.zip": "another's"},
			[]string{`{"events":7,"delivered":7}`, `{"empty":true}`},
			"",
			[]string{"builds/1.zip"},
			2,
		},
		"none": {
			map[string]string{}, []string{`{"empty":true}`}, "", nil, 1,
		},
		"a function that fails again": {
			map[string]string{undelivered + "1": record},
			[]string{failed},
			undelivered + "1 stays in the bucket: ",
			[]string{undelivered + "1"},
			1,
		},
		"something else under the prefix": {
			map[string]string{undelivered + "1": `{}`}, nil, "has no requestPayload", []string{undelivered + "1"}, 0,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			events := functionAnswering(t, test.answers...)
			bucketOf(t, test.objects)
			var out bytes.Buffer

			err := run(t.Context(), []string{
				"-function", "arn:aws:lambda:eu-central-1:123456789012:function:shipper",
				"-bucket", "artifacts", "-region", "eu-central-1",
			}, &out, io.Discard)

			assert.Contains(t, fmt.Sprint(err), test.err)
			assert.Equal(t, test.err == "", err == nil)
			require.Len(t, *events, test.functions)
			if test.functions == 2 {
				assert.Contains(t, (*events)[0], ` {"awslogs":{"data":"`+large+`"}}`)
				assert.Contains(t, out.String(), "the bucket is empty: 7 events out of 1 objects")
			}
			var left []string
			for key := range test.objects {
				left = append(left, key)
			}
			slices.Sort(left)
			assert.Equal(t, test.left, left)
		})
	}
}
