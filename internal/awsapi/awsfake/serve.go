package awsfake

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// versionOfEC2 is that of its API, which its requests name: EC2's errors have a form of their own.
const versionOfEC2 = "2016-11-15"

// Serve lets everything in this process that loads AWS's configuration by itself, as commands do, call a server
// instead of AWS. It gives each operation its answer, in the form of the service's protocol, and denies all others.
// The function returns the operations that were called, in order.
func Serve(t *testing.T, answers map[string]string) func() []string {
	t.Helper()
	return ServeBy(t, func(operation string) (string, bool) {
		answer, ok := answers[operation]
		return answer, ok
	})
}

// ServeBy is [Serve] with answers that change. They are asked for one at a time.
func ServeBy(t *testing.T, answerTo func(operation string) (answer string, ok bool)) func() []string {
	t.Helper()
	var lock sync.Mutex
	var called []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		form, _ := url.ParseQuery(string(body))
		operation := form.Get("Action")
		if target := r.Header.Get("X-Amz-Target"); target != "" {
			operation = target[strings.LastIndexByte(target, '.')+1:]
		}
		lock.Lock()
		called = append(called, operation)
		answer, ok := answerTo(operation)
		lock.Unlock()
		if ok {
			fmt.Fprint(w, answer)
			return
		}
		w.Header().Set("X-Amzn-ErrorType", "AccessDeniedException")
		w.WriteHeader(http.StatusForbidden)
		if r.Header.Get("X-Amz-Target") != "" {
			fmt.Fprint(w, `{"__type":"AccessDeniedException","message":"not authorized"}`)
			return
		}
		// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html (format of an error response)
		if form.Get("Version") == versionOfEC2 {
			fmt.Fprint(w, `<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>not authorized</Message></Error>`+
				`</Errors></Response>`)
			return
		}
		fmt.Fprint(w, `<ErrorResponse><Error><Code>AccessDenied</Code><Message>not authorized</Message></Error>`+
			`</ErrorResponse>`)
	}))
	t.Cleanup(server.Close)
	for name, value := range map[string]string{ //nolint:gosec // the example of AWS's documentation
		"AWS_ENDPOINT_URL": server.URL, "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "example",
		"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
		"AWS_PROFILE": "", "AWS_SESSION_TOKEN": "", "AWS_REGION": "us-east-1",
	} {
		t.Setenv(name, value)
	}
	return func() []string {
		lock.Lock()
		defer lock.Unlock()
		return called
	}
}

// Caller is the answer of GetCallerIdentity for a role of an account.
func Caller(account string) string {
	return `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>` + account + `</Account><Arn>arn:aws:sts::` +
		account + `:assumed-role/deploy/ci</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`
}
