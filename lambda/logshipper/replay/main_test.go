package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// functionAnswering fakes the Lambda service, with a function that gives one answer after the
// other.
func functionAnswering(t *testing.T, answers ...string) *[]string {
	t.Helper()
	events := &[]string{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		*events = append(*events, fmt.Sprintf("%s %s", r.URL.Path, body))
		if len(*events) > len(answers) {
			http.Error(w, `{"Type":"User","Message":"asked once too often"}`, http.StatusBadRequest)
			return
		}
		answer := answers[len(*events)-1]
		if answer == failed {
			w.Header().Set("X-Amz-Function-Error", "Unhandled")
		}
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(server.Close)
	t.Setenv("AWS_ENDPOINT_URL_LAMBDA", server.URL)
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "example")
	t.Setenv("AWS_CONFIG_FILE", "/dev/null")
	return events
}

const failed = `{"errorMessage":"receive from the dead-letter queue: AccessDenied"}`

func TestRun(t *testing.T) {
	tests := map[string]struct {
		answers  []string
		out, err string
		rounds   int
	}{
		"an empty queue": {
			[]string{`{"empty":true}`},
			"the queue is empty: 0 events out of 0 messages are in the domain", "", 1,
		},
		"several rounds": {
			[]string{
				`{"messages":100,"deleted":100,"events":4000}`,
				`{"messages":100,"deleted":100,"events":3000}`,
				`{"messages":3,"deleted":3,"events":5,"empty":true}`,
			},
			"the queue is empty: 7005 events out of 203 messages are in the domain", "", 3,
		},
		"a domain that takes nothing": {
			[]string{`{"messages":10,"left":10,"reason":"status 503"}`},
			"10 messages: 0 delivered, 10 left", "10 messages stay in the queue and come back after its visibility timeout; " +
				"the latest because of: status 503", 1,
		},
		"one message that cannot be delivered": {
			[]string{
				`{"messages":10,"deleted":9,"events":90,"left":1,"reason":"message m is not JSON"}`,
				`{"messages":5,"deleted":5,"events":50,"empty":true}`,
			},
			"140 events so far", "1 messages stay in the queue and come back after its visibility timeout; the latest because " +
				"of: message m is not JSON", 2,
		},
		"a function that fails": {
			[]string{failed}, "", "shipper failed: " + failed, 1,
		},
		"another function": {
			[]string{`"hello"`}, "", "is it the log shipper?", 1,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			events := functionAnswering(t, test.answers...)
			var out bytes.Buffer

			err := run(t.Context(), []string{"-function", "shipper", "-region", "eu-central-1"}, &out, io.Discard)

			assert.Equal(t, test.err == "", err == nil)
			assert.Contains(t, fmt.Sprint(err), test.err)
			assert.Contains(t, out.String(), test.out)
			require.Len(t, *events, test.rounds)
			assert.Equal(t, `/2015-03-31/functions/shipper/invocations {"action":"replay","limit":100}`, (*events)[0])
		})
	}
}

func TestRunRefusesArguments(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		err  string
	}{
		"no function":     {nil, "-function is missing"},
		"an empty batch":  {[]string{"-function", "f", "-batch", "0"}, "-batch: found 0"},
		"an unknown flag": {[]string{"-nope"}, "flag provided but not defined"},
		"help":            {[]string{"-h"}, flag.ErrHelp.Error()},
		"no permission": {
			[]string{"-function", "f", "-region", "eu-central-1"},
			"invoke f: operation error Lambda: Invoke",
		},
	} {
		t.Run(name, func(t *testing.T) {
			functionAnswering(t)
			err := run(t.Context(), test.args, io.Discard, io.Discard)
			require.ErrorContains(t, err, test.err)
		})
	}
}
