package domain

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"

	"aws-webapp/lambda/logshipper/internal/document"
)

// Setup is the configuration that the domain needs before the first document arrives. Applying
// it again changes nothing; applying other values changes the domain to those.
type Setup struct {
	// Prefix of the indices; template, policy and roles are named after it.
	Prefix string
	// Period of an index; a day if empty.
	Period document.Period
	// Shards and Replicas of an index. One shard carries up to some 50 GB; a domain of a single
	// node needs 0 replicas, or its indices stay yellow.
	Shards, Replicas int
	// RetentionDays that events are kept at least. An index is deleted as a whole.
	RetentionDays int
	// WriterRoleARN is the IAM role of the function that ships.
	WriterRoleARN string
	// ReaderRoleARNs are IAM roles that may search and use Dashboards.
	ReaderRoleARNs []string
	// AdministratorRoleARNs are IAM roles that may change everything in the domain.
	AdministratorRoleARNs []string
	// InternalUser may search and use Dashboards by name and password; nil for none.
	InternalUser *InternalUser
}

// InternalUser is an entry of the domain's own user database.
type InternalUser struct {
	Name     string `json:"username"`
	Password string `json:"password"`
}

// Change is the effect of a step of the setup.
type Change string

// The changes that a step can report.
const (
	Created   Change = "created"
	Updated   Change = "updated"
	Unchanged Change = "unchanged"
)

// Report has the change of each part, by the part's name.
type Report map[string]Change

// Apply brings the domain to the setup. A step that fails does not keep the others from being
// applied; the error names each.
func (c *Client) Apply(ctx context.Context, setup Setup) (Report, error) {
	report := Report{}
	var failed []error
	for _, step := range []struct {
		name  string
		apply func(context.Context, Setup) (Change, error)
	}{
		{"index template", c.applyTemplate},
		{"retention policy", c.applyRetention},
		{"audit log", c.applyAuditLog},
		{"slow logs", c.applySlowLogs},
		{"writer role", c.applyWriterRole},
		{"writer role mapping", c.mapWriter},
		{"reader role", c.applyReaderRole},
		{"internal user", c.applyInternalUser},
		{"reader role mapping", c.mapReaders},
		{"dashboards role mapping", c.mapDashboards},
		{"administrators role mapping", c.mapAdministrators},
	} {
		change, err := step.apply(ctx, setup)
		if err != nil {
			failed = append(failed, fmt.Errorf("apply %s: %w", step.name, err))
			continue
		}
		report[step.name] = change
	}
	return report, errors.Join(failed...)
}

// absent reports whether the answer was a 404.
func absent(err error) bool {
	var answer *statusError
	return errors.As(err, &answer) && answer.status == http.StatusNotFound
}

// put stores want at path. It reads first and does nothing if want is already there: a PUT would
// raise versions and write audit records on each deployment.
func (c *Client) put(
	ctx context.Context, path string, want map[string]any, read func(map[string]any) any,
) (Change, error) {
	var current map[string]any
	change := Updated
	switch err := c.send(ctx, call{method: http.MethodGet, path: path}, &current); {
	case absent(err):
		change = Created
	case err != nil:
		return "", err
	case includes(read(current), normalize(want)):
		return Unchanged, nil
	}
	return change, c.send(ctx, call{method: http.MethodPut, path: path, body: want}, nil)
}

// includes says whether have contains everything that want says. The domain answers with more
// than it was given: defaults, versions, times.
func includes(have, want any) bool {
	switch want := want.(type) {
	case map[string]any:
		have, ok := have.(map[string]any)
		if !ok {
			return false
		}
		for key, value := range want {
			if !includes(have[key], value) {
				return false
			}
		}
		return true
	case []any:
		have, ok := have.([]any)
		if !ok || len(have) != len(want) {
			return false
		}
		for i := range want {
			if !includes(have[i], want[i]) {
				return false
			}
		}
		return true
	default:
		return reflect.DeepEqual(have, want)
	}
}
