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
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sns"
)

func main() {
	p, err := start(os.Getenv, os.Stdout)
	if err == nil {
		err = p.connect(context.Background())
	}
	if err != nil {
		slog.New(slog.NewJSONHandler(os.Stdout, nil)).Error("cannot start", "reason", err.Error())
		os.Exit(1)
	}
	lambda.Start(p.handle)
}

// answerWithin is how long an address may take. Two attempts fit into the function's 30 seconds.
const answerWithin = 10 * time.Second

// lookWithin is how long it looks at the topic and the password. In the VPC the network may be what fails, and the
// calls may hang: the metrics of the addresses are to be written all the same.
const lookWithin = 6 * time.Second

// everyMinutes is how often it looks at the topic and the password: often enough for a watcher that calls after a
// quarter of an hour.
const everyMinutes = 5

// probe asks for addresses, by name.
type probe struct {
	function  string
	addresses map[string]string
	// topic with the number of its subscriptions and the services that publish to it; heartbeat is the secret with the
	// watcher's URL, and password the one that rotates. Empty ones are not looked at.
	topic         string
	subscriptions int
	publishers    []string
	heartbeat     string
	password      string

	http       *http.Client
	topics     *sns.Client
	secrets    *secretsmanager.Client
	pause      time.Duration
	lookWithin time.Duration
	now        func() time.Time
	out        io.Writer
	log        *slog.Logger
}

// start reads the environment.
func start(getenv func(string) string, out io.Writer) (*probe, error) {
	p := &probe{
		function: getenv("AWS_LAMBDA_FUNCTION_NAME"), pause: 2 * time.Second, lookWithin: lookWithin, now: time.Now,
		out: out, log: slog.New(slog.NewJSONHandler(out, nil)),
	}
	const expected = `what to ask for by name, such as {"web":"/health"}, with HOST`
	if err := json.Unmarshal([]byte(getenv("ADDRESSES")), &p.addresses); err != nil {
		return nil, fmt.Errorf("ADDRESSES: found %q, expected %s", getenv("ADDRESSES"), expected)
	}
	p.topic, p.publishers = getenv("TOPIC_ARN"), strings.Split(getenv("PUBLISHERS"), ",")
	p.heartbeat, p.password = getenv("HEARTBEAT_SECRET_ARN"), getenv("PASSWORD_SECRET_ARN")
	var errs []error
	for name, value := range map[string]string{"TOPIC_ARN": p.topic, "PASSWORD_SECRET_ARN": p.password} {
		if !arn.IsARN(value) {
			errs = append(errs, fmt.Errorf("%s: found %q, expected an ARN", name, value))
		}
	}
	for name, at := range p.addresses {
		if strings.HasPrefix(at, "/") {
			p.addresses[name] = "https://" + getenv("HOST") + at
		}
	}
	var err error
	if p.subscriptions, err = strconv.Atoi(getenv("SUBSCRIPTIONS")); err != nil || p.subscriptions < 0 {
		errs = append(errs, fmt.Errorf("SUBSCRIPTIONS: found %q, expected their number", getenv("SUBSCRIPTIONS")))
	}
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

// connect makes the clients of AWS's APIs.
func (p *probe) connect(ctx context.Context) error {
	cloud, err := awsconfig.LoadDefaultConfig(ctx)
	if err != nil {
		return fmt.Errorf("load AWS configuration: %w", err)
	}
	p.topics, p.secrets = sns.NewFromConfig(cloud), secretsmanager.NewFromConfig(cloud)
	return nil
}

// result of asking for one address. days is negative where there was no certificate.
type result struct {
	err  error
	days float64
}

// handle passes on a message of the topic; called by the schedule, it asks for all addresses and writes the metrics.
func (p *probe) handle(ctx context.Context, event json.RawMessage) error {
	if arrived(event) {
		return p.passOn(ctx)
	}
	metrics := p.askAll(ctx)
	if p.now().Minute()%everyMinutes == 0 {
		bounded, cancel := context.WithTimeout(ctx, p.lookWithin)
		p.look(bounded, metrics)
		cancel()
	}
	return p.publish(metrics)
}

// look adds what there is to say of the topic and the password. What AWS does not tell has no metric.
func (p *probe) look(ctx context.Context, metrics map[string]float64) {
	err := p.lookAtTopic(ctx, metrics)
	if err == nil && p.heartbeat != "" {
		err = p.beat(ctx)
	}
	if err != nil {
		p.log.Error("messages do not reach everybody", "reason", err.Error())
	}
	days, err := p.passwordDays(ctx)
	if err != nil {
		p.log.Error("age of the password unknown", "reason", err.Error())
		return
	}
	metrics["PasswordDays"] = days
}

// askAll asks for all addresses at once.
func (p *probe) askAll(ctx context.Context) map[string]float64 {
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
	metrics := map[string]float64{}
	if len(p.addresses) > 0 {
		metrics["Failed"] = float64(failed)
	}
	if days >= 0 {
		metrics["CertificateDays"] = days
	}
	return metrics
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
func (p *probe) publish(metrics map[string]float64) error {
	line := map[string]any{"FunctionName": p.function}
	var units []map[string]string
	for _, name := range slices.Sorted(maps.Keys(metrics)) {
		unit := "Count"
		if strings.HasSuffix(name, "Days") {
			unit = "None"
		}
		units = append(units, map[string]string{"Name": name, "Unit": unit})
		line[name] = metrics[name]
	}
	if len(units) == 0 {
		return nil
	}
	line["_aws"] = map[string]any{
		"Timestamp": p.now().UnixMilli(),
		"CloudWatchMetrics": []any{map[string]any{
			"Namespace": "Probe", "Dimensions": [][]string{{"FunctionName"}}, "Metrics": units,
		}},
	}
	if err := json.NewEncoder(p.out).Encode(line); err != nil {
		return fmt.Errorf("write metrics: %w", err)
	}
	return nil
}
