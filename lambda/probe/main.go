package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	p, err := start(os.Getenv, os.Stdout)
	if err != nil {
		slog.New(slog.NewJSONHandler(os.Stdout, nil)).Error("cannot start", "reason", err.Error())
		os.Exit(1)
	}
	lambda.Start(func(ctx context.Context) error { return p.handle(ctx) })
}

// answerWithin is how long an address may take. Two attempts fit into the function's 30 seconds.
const answerWithin = 10 * time.Second

// probe asks for addresses, by name.
type probe struct {
	function  string
	addresses map[string]string
	http      *http.Client
	pause     time.Duration
	now       func() time.Time
	out       io.Writer
	log       *slog.Logger
}

// start reads the environment.
func start(getenv func(string) string, out io.Writer) (*probe, error) {
	p := &probe{
		function: getenv("AWS_LAMBDA_FUNCTION_NAME"), pause: 2 * time.Second, now: time.Now,
		out: out, log: slog.New(slog.NewJSONHandler(out, nil)),
	}
	const expected = `what to ask for by name, such as {"web":"https://www.example.com/health"}`
	err := json.Unmarshal([]byte(getenv("ADDRESSES")), &p.addresses)
	if err != nil || len(p.addresses) == 0 {
		return nil, fmt.Errorf("ADDRESSES: found %q, expected %s", getenv("ADDRESSES"), expected)
	}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(p.addresses)) {
		if at, err := url.Parse(p.addresses[name]); err != nil || at.Scheme != "https" || at.Host == "" {
			errs = append(errs, fmt.Errorf("ADDRESSES: found %q for %s, expected %s", p.addresses[name], name, expected))
		}
	}
	// A new connection each time: an old one would tell nothing about DNS and certificate.
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy, transport.DisableKeepAlives = nil, true
	p.http = &http.Client{
		Transport: transport, Timeout: answerWithin,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return p, errors.Join(errs...)
}

// result of asking for one address. days is negative where there was no certificate.
type result struct {
	err  error
	days float64
}

// handle asks for all addresses at once, and writes the metrics.
func (p *probe) handle(ctx context.Context) error {
	results := make(chan result, len(p.addresses))
	for name, address := range p.addresses {
		go func() {
			asked := p.ask(ctx, address)
			if asked.err != nil {
				select {
				case <-ctx.Done():
				case <-time.After(p.pause):
				}
				asked = p.ask(ctx, address)
			}
			if asked.err != nil {
				p.log.Error("no answer", "name", name, "address", address, "reason", asked.err.Error())
			}
			results <- asked
		}()
	}
	failed, days := 0, -1.0
	for range p.addresses {
		asked := <-results
		if asked.err != nil {
			failed++
		}
		if asked.days >= 0 && (days < 0 || asked.days < days) {
			days = asked.days
		}
	}
	return p.publish(failed, days)
}

func (p *probe) ask(ctx context.Context, address string) result {
	none := func(err error) result { return result{err: err, days: -1} }
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return none(err)
	}
	request.Header.Set("User-Agent", "probe")
	response, err := p.http.Do(request)
	if err != nil {
		return none(err)
	}
	asked := none(nil)
	if response.TLS != nil && len(response.TLS.PeerCertificates) > 0 {
		asked.days = response.TLS.PeerCertificates[0].NotAfter.Sub(p.now()).Hours() / 24
	}
	const most = 1 << 20
	_, err = io.Copy(io.Discard, io.LimitReader(response.Body, most))
	if err = errors.Join(err, response.Body.Close()); err != nil {
		asked.err = fmt.Errorf("the answer ends early: %w", err)
	}
	if response.StatusCode < http.StatusOK || response.StatusCode >= http.StatusBadRequest {
		asked.err = fmt.Errorf("found status %d, expected 200 to 399", response.StatusCode)
	}
	return asked
}

// publish writes a line in CloudWatch's embedded metric format.
func (p *probe) publish(failed int, days float64) error {
	metrics := []map[string]string{{"Name": "Failed", "Unit": "Count"}}
	line := map[string]any{"FunctionName": p.function, "Failed": failed}
	if days >= 0 {
		metrics = append(metrics, map[string]string{"Name": "CertificateDays", "Unit": "None"})
		line["CertificateDays"] = days
	}
	line["_aws"] = map[string]any{
		"Timestamp": p.now().UnixMilli(),
		"CloudWatchMetrics": []any{map[string]any{
			"Namespace": "Probe", "Dimensions": [][]string{{"FunctionName"}}, "Metrics": metrics,
		}},
	}
	if err := json.NewEncoder(p.out).Encode(line); err != nil {
		return fmt.Errorf("write metrics: %w", err)
	}
	return nil
}
