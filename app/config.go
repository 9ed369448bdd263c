package main

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// The variables that the service reads. The stack sets those of the database.
const (
	databaseURLVariable  = "DATABASE_URL"
	userVariable         = "PGUSER"
	passwordVariable     = "PGPASSWORD"
	portVariable         = "PORT"
	drainDelayVariable   = "DRAIN_DELAY"
	drainTimeoutVariable = "DRAIN_TIMEOUT"
)

const (
	defaultPort = "8000"
	// Together below ECS's stopTimeout of 30 s, after which it kills.
	defaultDrainDelay   = 5 * time.Second
	defaultDrainTimeout = 20 * time.Second
	maxDrain            = 2 * time.Minute
)

// config holds the settings read from the environment.
type config struct {
	// port to listen on.
	port string
	// pool of connections, with the password in it: never print it.
	pool *pgxpool.Config
	// sslMode of DATABASE_URL.
	sslMode string
	// drainDelay passes before the server stops taking requests; those under way get drainTimeout
	// to finish.
	drainDelay, drainTimeout time.Duration
}

// loadConfig reads and checks the environment. All mistakes are reported at once, and none of
// the messages holds a value that may be secret.
func loadConfig(lookup func(string) (string, bool)) (config, error) {
	e := environment{lookup: lookup}
	cfg := config{
		port:         e.port(),
		drainDelay:   e.duration(drainDelayVariable, defaultDrainDelay),
		drainTimeout: e.duration(drainTimeoutVariable, defaultDrainTimeout),
	}
	address := e.databaseURL()
	password := e.required(passwordVariable,
		"the password of the database; on ECS it comes from the secret that RDS keeps")
	if len(e.errs) > 0 {
		return config{}, errors.Join(e.errs...)
	}
	pool, err := pgxpool.ParseConfig(address.String())
	if err != nil {
		// pgx's message repeats the address, which holds no password here.
		return config{}, fmt.Errorf("%s: %w", databaseURLVariable, err)
	}
	pool.ConnConfig.Password = password
	cfg.pool, cfg.sslMode = pool, address.Query().Get("sslmode")
	return cfg, nil
}

// environment reads variables and collects everything that is wrong with them.
type environment struct {
	lookup func(string) (string, bool)
	errs   []error
}

func (e *environment) fail(format string, args ...any) {
	e.errs = append(e.errs, fmt.Errorf(format, args...))
}

// get returns the value, empty when the variable is missing.
func (e *environment) get(name string) string {
	value, _ := e.lookup(name)
	return value
}

func (e *environment) required(name, meaning string) string {
	value := e.get(name)
	if value == "" {
		e.fail("%s: found nothing, expected %s: set it", name, meaning)
	}
	return value
}

func (e *environment) port() string {
	text := e.get(portVariable)
	if text == "" {
		return defaultPort
	}
	if number, err := strconv.Atoi(text); err != nil || number < 0 || number > 65535 {
		e.fail("%s: found %q, allowed is a number from 0 to 65535: leave it out for %s", portVariable, text, defaultPort)
	}
	return text
}

func (e *environment) duration(name string, missing time.Duration) time.Duration {
	text := e.get(name)
	if text == "" {
		return missing
	}
	value, err := time.ParseDuration(text)
	if err != nil || value < 0 || value > maxDrain {
		e.fail("%s: found %q, allowed is a duration from 0s to %s, such as 5s: leave it out for %s", name, text,
			maxDrain, missing)
	}
	return value
}

// databaseURL checks the address that the stack gives: without a password, and with TLS.
func (e *environment) databaseURL() *url.URL {
	const example = "postgresql://USER@HOST:5432/DATABASE?sslmode=verify-full"
	text := e.required(databaseURLVariable, "an address such as "+example)
	if text == "" {
		return nil
	}
	address, err := url.Parse(text)
	// An address that does not parse may hold a password in the wrong place, so it is not
	// repeated.
	if err != nil || (address.Scheme != "postgresql" && address.Scheme != "postgres") {
		e.fail("%s: found no PostgreSQL address, expected one such as %s: correct it", databaseURLVariable, example)
		return nil
	}
	if _, given := address.User.Password(); given || address.Query().Has("password") {
		e.fail("%s: found a password in it: take it out and set %s, which does not show in the task definition",
			databaseURLVariable, passwordVariable)
	}
	if address.Hostname() == "" {
		e.fail("%s: found no host, expected one such as %s: add it", databaseURLVariable, example)
	}
	if strings.Trim(address.Path, "/") == "" {
		e.fail("%s: found no database name, expected one such as %s: add it behind the host", databaseURLVariable, example)
	}
	if address.User.Username() == "" {
		user := e.required(userVariable, "the database's user, since "+databaseURLVariable+" names none")
		address.User = url.User(user)
	}
	switch mode := address.Query().Get("sslmode"); mode {
	case "require", "verify-full":
	default:
		e.fail("%s: found sslmode %q, allowed are require and verify-full: set one of them, the database refuses plain "+
			"connections",
			databaseURLVariable, mode)
	}
	return address
}
