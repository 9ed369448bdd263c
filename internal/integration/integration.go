package integration

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Check is one thing that has to work.
type Check struct {
	// Name says what works.
	Name string
	// Run tries it at an https:// address.
	Run func(ctx context.Context, client *http.Client, base string) error
}

// Checks returns the checks, those whose failure explains most first.
func Checks() []Check {
	return []Check{
		{"the service is healthy, and so is its database", healthy},
		{"plain HTTP leads to HTTPS", redirects},
		{"an entry that a visitor writes is there for the next", remembers},
	}
}

const (
	// mostOfPage is the number of bytes that are read of a page.
	mostOfPage = 1 << 20
	// mostShown is the number of bytes of a page that an error repeats.
	mostShown = 200
)

func healthy(ctx context.Context, client *http.Client, base string) error {
	_, err := get(ctx, client, base+"/health")
	return err
}

// redirects follows no redirect: the first answer must already lead to HTTPS.
func redirects(ctx context.Context, client *http.Client, base string) error {
	address, err := url.Parse(base)
	if err != nil {
		return err
	}
	if address.Scheme != "https" {
		return fmt.Errorf("found the address %q, allowed is https://: correct the target's url", base)
	}
	plain := *address
	plain.Scheme = "http"
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, plain.String(), nil)
	if err != nil {
		return err
	}
	first := *client
	first.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	answer, err := first.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close() //nolint:errcheck // nothing of it is read
	target := answer.Header.Get("Location")
	if answer.StatusCode/100 != 3 || !strings.HasPrefix(target, "https://") {
		return fmt.Errorf("%s answers %s to %q instead of leading to https://", plain.String(), answer.Status, target)
	}
	return nil
}

// remembers writes a unique entry and looks for it on the first page.
func remembers(ctx context.Context, client *http.Client, base string) error {
	mark := "integration " + rand.Text()
	form := url.Values{"name": {"Pipeline"}, "message": {mark}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/visitors", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Origin", base)
	if _, err := ask(client, request); err != nil {
		return err
	}
	page, err := get(ctx, client, base+"/")
	if err != nil {
		return err
	}
	if !strings.Contains(page, mark) {
		return errors.New("the entry was taken but is not on the page: look for tasks with different databases, or a cache")
	}
	return nil
}

func get(ctx context.Context, client *http.Client, address string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	return ask(client, request)
}

// ask requires an answer of 200, after redirects.
func ask(client *http.Client, request *http.Request) (string, error) {
	answer, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close() //nolint:errcheck // it has been read
	body, err := io.ReadAll(io.LimitReader(answer.Body, mostOfPage))
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", request.Method, request.URL, err)
	}
	if answer.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s %s answers %s: %s", request.Method, request.URL, answer.Status, start(string(body)))
	}
	return string(body), nil
}

func start(text string) string {
	if len(text) > mostShown {
		return text[:mostShown] + "..."
	}
	return text
}
