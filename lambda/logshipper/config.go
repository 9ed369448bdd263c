package main

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"aws-webapp/lambda/logshipper/internal/cwlogs"
	"aws-webapp/lambda/logshipper/internal/document"
)

// config is the function's environment; the package documentation describes each variable.
type config struct {
	endpoint        string
	indexPrefix     string
	indexPeriod     document.Period
	deadLetterURL   string
	maxBulkBytes    int
	maxPayloadBytes int

	ownLogGroup  string
	functionName string

	setup setupConfig
}

// setupConfig is used only by the setup action.
type setupConfig struct {
	retentionDays, shards, replicas int
	writerRoleARN                   string
	readerRoleARNs                  []string
	administratorRoleARNs           []string
	internalUserSecretARN           string
	masterUserSecretARN             string
}

// indexPrefixes matches prefixes that OpenSearch allows in an index name (lower case, no
// leading - or _) and that need no escaping in a path or in JSON.
var indexPrefixes = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)

var indexPeriods = regexp.MustCompile(`^(day|week|month)$`)

// loadConfig reads the environment through getenv and reports everything that is wrong with it
// at once.
func loadConfig(getenv func(string) string) (*config, error) {
	e := &environment{get: getenv}
	c := &config{
		endpoint:        e.endpoint("OPENSEARCH_ENDPOINT"),
		indexPrefix:     e.matching("INDEX_PREFIX", "app-logs", indexPrefixes),
		indexPeriod:     document.Period(e.matching("INDEX_PERIOD", string(document.Day), indexPeriods)),
		deadLetterURL:   e.required("DEAD_LETTER_QUEUE_URL", "the URL of the SQS queue for what cannot be delivered"),
		maxBulkBytes:    e.number("MAX_BULK_BYTES", 5<<20, 64<<10, 100<<20),
		maxPayloadBytes: e.number("MAX_PAYLOAD_BYTES", cwlogs.DefaultLimit, 1<<20, 512<<20),
		ownLogGroup:     getenv("AWS_LAMBDA_LOG_GROUP_NAME"),
		functionName:    getenv("AWS_LAMBDA_FUNCTION_NAME"),
		setup: setupConfig{
			retentionDays:         e.number("RETENTION_DAYS", 30, 1, 3650),
			shards:                e.number("INDEX_SHARDS", 1, 1, 100),
			replicas:              e.number("INDEX_REPLICAS", 1, 0, 10),
			writerRoleARN:         getenv("WRITER_ROLE_ARN"),
			readerRoleARNs:        splitList(getenv("READER_ROLE_ARNS")),
			administratorRoleARNs: splitList(getenv("ADMINISTRATOR_ROLE_ARNS")),
			internalUserSecretARN: getenv("INTERNAL_USER_SECRET_ARN"),
			masterUserSecretARN:   getenv("MASTER_USER_SECRET_ARN"),
		},
	}
	if err := errors.Join(e.errs...); err != nil {
		return nil, fmt.Errorf("environment of the function: %w", err)
	}
	return c, nil
}

// environment reads variables and collects what is wrong with them.
type environment struct {
	get  func(string) string
	errs []error
}

func (e *environment) fail(name, found, allowed string) {
	e.errs = append(e.errs, fmt.Errorf("%s: found %q, expected %s", name, found, allowed))
}

func (e *environment) required(name, allowed string) string {
	value := e.get(name)
	if value == "" {
		e.fail(name, value, allowed)
	}
	return value
}

// endpoint also accepts the bare host name, which is how the domain resource gives it.
func (e *environment) endpoint(name string) string {
	value := e.required(name, "the host name of the OpenSearch domain's VPC endpoint")
	if value != "" && !strings.Contains(value, "://") {
		return "https://" + value
	}
	return value
}

func (e *environment) matching(name, fallback string, pattern *regexp.Regexp) string {
	value := e.get(name)
	if value == "" {
		return fallback
	}
	if !pattern.MatchString(value) {
		e.fail(name, value, "text that matches "+pattern.String())
	}
	return value
}

func (e *environment) number(name string, fallback, low, high int) int {
	text := e.get(name)
	if text == "" {
		return fallback
	}
	value, err := strconv.Atoi(text)
	if err != nil || value < low || value > high {
		e.fail(name, text, fmt.Sprintf("a number from %d to %d", low, high))
	}
	return value
}

func splitList(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}
