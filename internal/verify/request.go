package verify

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Request describes what should run.
type Request struct {
	// Cluster and Service are names in ECS. Required.
	Cluster, Service string
	// Container that runs the image. Default the service's name. Other containers are sidecars: their images are
	// ignored, and their target groups unless the container has none.
	Container string
	// TaskDefinition is the ARN, or family:revision, that should run. Empty if only the image is
	// requested.
	TaskDefinition string
	// Image that should run, by digest or by tag. Empty if only the task definition is requested.
	Image string
	// Application and DeploymentGroup of CodeDeploy under blue/green; empty under rolling.
	Application, DeploymentGroup string
	// Alarms that must not be on.
	Alarms []string
	// AlertTopic is the ARN of the topic that receives the alarms, and Subscriptions the number of subscriptions
	// that have to be confirmed.
	AlertTopic    string
	Subscriptions int
	// URL that has to answer. If it is empty, the checks of TLS, answer and redirect are skipped.
	URL string
	// Unaddressed says that clients have no address of the service, such as a worker's: its tasks and alarms say all.
	Unaddressed bool
	// Private says that only the networks which the load balancer lets in can ask the URL. Without one, the probe asks.
	Private bool
	// PlainURL that has to redirect to URL. Default URL with http, if that has no port and is not private: that may be
	// HTTPS alone.
	PlainURL string
	// GRPC calls a method without arguments instead: any code of gRPC is an answer.
	GRPC bool
	// Statuses that count as an answer, such as 200 or 200-399. Default 200-399.
	Statuses string
	// Timeout after which Run gives up.
	Timeout time.Duration
	// Interval between looks.
	Interval time.Duration
	// Bake is the time for which everything has to stay good before it counts: alarms need minutes
	// to go off.
	Bake time.Duration
}

// Prepare fills in defaults and refuses invalid requests.
func (r *Request) Prepare() error {
	var errs []error
	for _, field := range []struct{ flag, value, fix string }{
		{"--cluster", r.Cluster, "name the ECS cluster, or give --outputs"},
		{"--service", r.Service, "name the ECS service"},
	} {
		if field.value == "" {
			errs = append(errs, fmt.Errorf("%s: found nothing: %s", field.flag, field.fix))
		}
	}
	if r.Image == "" && r.TaskDefinition == "" {
		errs = append(errs, errors.New("--image: found neither an image nor a task definition to compare with: "+
			"give --image REPOSITORY@sha256:..., or --task-definition"))
	}
	if (r.Application == "") != (r.DeploymentGroup == "") {
		errs = append(errs,
			fmt.Errorf("--codedeploy-application and --codedeploy-group: found %q and %q: give both or neither",
				r.Application, r.DeploymentGroup))
	}
	if r.Timeout <= 0 || r.Interval <= 0 || r.Bake < 0 || r.Bake >= r.Timeout {
		errs = append(errs,
			fmt.Errorf("--timeout, --interval and --bake: found %s, %s and %s: give positive times, the bake shorter than the "+
				"timeout",
				r.Timeout, r.Interval, r.Bake))
	}
	errs = append(errs, r.prepareURLs())
	if r.Container == "" {
		r.Container = r.Service
	}
	if r.Statuses == "" {
		r.Statuses = "200-399"
	}
	if _, err := parseStatuses(r.Statuses); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (r *Request) prepareURLs() error {
	if r.URL == "" {
		return nil
	}
	secure, err := url.Parse(r.URL)
	if err != nil || secure.Scheme != "https" || secure.Host == "" || secure.User != nil {
		return errors.New("--url: found no https:// URL without user and password: write it like " +
			"https://visitors.example.com/health")
	}
	if r.PlainURL == "" && secure.Port() == "" && !r.Private {
		plain := *secure
		plain.Scheme = "http"
		r.PlainURL = plain.String()
	}
	plain, err := url.Parse(r.PlainURL)
	if err != nil || r.PlainURL != "" && (plain.Scheme != "http" || plain.Host == "") {
		return errors.New("--http-url: found no http:// URL: write it like http://visitors.example.com/health")
	}
	return nil
}

// statuses is a range of HTTP status codes.
type statuses struct{ first, last int }

func (s statuses) hold(code int) bool { return code >= s.first && code <= s.last }

func parseStatuses(text string) (statuses, error) {
	first, last, ranged := strings.Cut(text, "-")
	if !ranged {
		last = first
	}
	var s statuses
	var errFirst, errLast error
	s.first, errFirst = strconv.Atoi(first)
	s.last, errLast = strconv.Atoi(last)
	if errFirst != nil || errLast != nil || s.first < 100 || s.last > 599 || s.first > s.last {
		return statuses{}, fmt.Errorf("--expect-status: found %q: give one status or a range of 100 to 599, such as 200 or "+
			"200-399", text)
	}
	return s, nil
}
