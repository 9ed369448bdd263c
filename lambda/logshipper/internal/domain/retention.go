package domain

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"aws-webapp/lambda/logshipper/internal/document"
)

// deletionDays is the age, counted from an index's first event, at which its last event may be
// deleted.
func deletionDays(setup Setup) int {
	switch setup.Period {
	case document.Week:
		return setup.RetentionDays + 6
	case document.Month:
		return setup.RetentionDays + 30
	default:
		return setup.RetentionDays
	}
}

// retention is the Index State Management policy: keep an index, then delete it.
func retention(setup Setup) map[string]any {
	return map[string]any{
		"policy": map[string]any{
			"description":   fmt.Sprintf("Delete %s-* after %d days", setup.Prefix, setup.RetentionDays),
			"default_state": "keep",
			"states": []any{
				map[string]any{
					"name":    "keep",
					"actions": []any{},
					"transitions": []any{map[string]any{
						"state_name": "delete",
						"conditions": map[string]any{"min_index_age": fmt.Sprintf("%dd", deletionDays(setup))},
					}},
				},
				map[string]any{
					"name":        "delete",
					"actions":     []any{map[string]any{"delete": map[string]any{}}},
					"transitions": []any{},
				},
			},
			"ism_template": []any{map[string]any{
				"index_patterns": []string{setup.Prefix + "-*"},
				"priority":       templatePriority,
			}},
		},
	}
}

// applyRetention creates or updates the policy and brings the existing indices under it: by
// itself a policy applies to indices created later, and an index keeps the version it started with.
func (c *Client) applyRetention(ctx context.Context, setup Setup) (Change, error) {
	var (
		id      = setup.Prefix + "-retention"
		path    = "/_plugins/_ism/policies/" + id
		want    = retention(setup)
		current struct {
			SeqNo       int64          `json:"_seq_no"`
			PrimaryTerm int64          `json:"_primary_term"`
			Policy      map[string]any `json:"policy"`
		}
		params map[string]string
		change = Created
	)
	switch err := c.send(ctx, call{method: http.MethodGet, path: path}, &current); {
	case absent(err):
	case err != nil:
		return "", err
	case includes(current.Policy, normalize(want["policy"])):
		return Unchanged, c.manage(ctx, setup, id, "add")
	default:
		change = Updated
		// Optimistic locking: somebody else's update in between answers 409 instead of being lost.
		params = map[string]string{
			"if_seq_no":       strconv.FormatInt(current.SeqNo, 10),
			"if_primary_term": strconv.FormatInt(current.PrimaryTerm, 10),
		}
	}
	if err := c.send(ctx, call{method: http.MethodPut, path: path, params: params, body: want}, nil); err != nil {
		return "", err
	}
	if change == Updated {
		if err := c.manage(ctx, setup, id, "change_policy"); err != nil {
			return "", err
		}
	}
	return change, c.manage(ctx, setup, id, "add")
}

// manage puts existing indices under the policy. An index that has it already is reported as
// failed within a successful answer, and no index at all as 404; both are fine.
func (c *Client) manage(ctx context.Context, setup Setup, policy, action string) error {
	err := c.send(ctx, call{
		method: http.MethodPost,
		path:   "/_plugins/_ism/" + action + "/" + setup.Prefix + "-*",
		body:   map[string]any{"policy_id": policy},
	}, nil)
	if absent(err) {
		return nil
	}
	return err
}
