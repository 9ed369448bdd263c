package domain

import (
	"context"
	"net/http"
)

// Publishing a domain's own logs to CloudWatch takes settings inside the domain, too: by default
// audit logging is off, and slow logs have no thresholds (Amazon OpenSearch Service developer guide,
// "Monitoring audit logs" and "Monitoring OpenSearch logs").

// auditConfig records failed logins, missing rights and changes of rights, but not searches and
// deliveries that succeed. Requests hold log lines, so they are not recorded either.
var auditConfig = map[string]any{
	"enabled": true,
	"audit": map[string]any{
		"enable_rest":                   true,
		"enable_transport":              true,
		"disabled_rest_categories":      []any{"AUTHENTICATED", "GRANTED_PRIVILEGES"},
		"disabled_transport_categories": []any{"AUTHENTICATED", "GRANTED_PRIVILEGES"},
		"log_request_body":              false,
		"resolve_bulk_requests":         false,
		"exclude_sensitive_headers":     true,
	},
}

// slowLogs are the thresholds above which a search or a write is logged. The source is left out: it
// would repeat log lines.
var slowLogs = map[string]string{
	"index.search.slowlog.threshold.query.warn":   "5s",
	"index.search.slowlog.threshold.fetch.warn":   "1s",
	"index.indexing.slowlog.threshold.index.warn": "5s",
	"index.indexing.slowlog.source":               "false",
}

// applyAuditLog keeps other settings that people have made. The API writes at a different path
// from the one it reads.
func (c *Client) applyAuditLog(ctx context.Context, _ Setup) (Change, error) {
	const path = securityAPI + "audit"
	var current struct {
		Config map[string]any `json:"config"`
	}
	change := Updated
	switch err := c.send(ctx, call{method: http.MethodGet, path: path}, &current); {
	case absent(err):
		change = Created
	case err != nil:
		return "", err
	case includes(current.Config, auditConfig):
		return Unchanged, nil
	}
	body := merged(current.Config, auditConfig)
	return change, c.send(ctx, call{method: http.MethodPut, path: path + "/config", body: body}, nil)
}

// merged returns everything in want, plus what only have contains.
func merged(have, want map[string]any) map[string]any {
	all := map[string]any{}
	for key, value := range have {
		all[key] = value
	}
	for key, value := range want {
		inner, isObject := value.(map[string]any)
		if old, both := all[key].(map[string]any); isObject && both {
			value = merged(old, inner)
		}
		all[key] = value
	}
	return all
}

// applySlowLogs sets the thresholds of the existing indices; the template sets those of new ones.
func (c *Client) applySlowLogs(ctx context.Context, setup Setup) (Change, error) {
	path := "/" + setup.Prefix + "-*/_settings"
	var current map[string]struct {
		Settings map[string]any `json:"settings"`
	}
	read := call{method: http.MethodGet, path: path, params: map[string]string{"flat_settings": "true"}}
	err := c.send(ctx, read, &current)
	if err != nil && !absent(err) {
		return "", err
	}
	change := Unchanged
	for _, index := range current {
		if !includes(index.Settings, normalize(slowLogs)) {
			change = Updated
		}
	}
	if change == Unchanged {
		return change, nil
	}
	return change, c.send(ctx, call{method: http.MethodPut, path: path, body: slowLogs}, nil)
}
