package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"

	"aws-webapp/lambda/internal/retrying"
)

func main() {
	t, err := start(context.Background(), os.Getenv, os.Stdout)
	if err != nil {
		slog.New(slog.NewJSONHandler(os.Stdout, nil)).Error("cannot start", "reason", err.Error())
		os.Exit(1)
	}
	lambda.Start(t.handle)
}

// start wires the tester up from the environment.
func start(ctx context.Context, getenv func(string) string, out io.Writer) (*tester, error) {
	settings, err := loadConfig(getenv)
	if err != nil {
		return nil, err
	}
	cloud, err := awsconfig.LoadDefaultConfig(ctx, awsconfig.WithRetryer(patient))
	if err != nil {
		return nil, fmt.Errorf("load AWS configuration: %w", err)
	}
	return &tester{
		config: settings, codedeploy: codedeploy.NewFromConfig(cloud), http: client(settings.address, settings.port),
		log: slog.New(slog.NewJSONHandler(out, nil)), patience: 4 * time.Minute, pause: 5 * time.Second,
	}, nil
}

// patient rides out throttling for about a minute: a result that is not reported holds the deployment up for an hour.
var patient = retrying.Patient(8, 15*time.Second)

// client connects to the test listener whatever host the URL names: that host is the one that clients use, and its
// record may lead elsewhere. Each request opens a new connection and so may reach any of the load balancer's nodes.
func client(address string, port int) *http.Client {
	const answerWithin = 15 * time.Second
	dialer := &net.Dialer{Timeout: answerWithin}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy, transport.DisableKeepAlives = nil, true
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return dialer.DialContext(ctx, network, net.JoinHostPort(address, strconv.Itoa(port)))
	}
	return &http.Client{
		Transport: transport, Timeout: answerWithin,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
