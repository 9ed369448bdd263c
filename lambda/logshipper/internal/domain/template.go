package domain

import (
	"context"
	"encoding/json"
	"net/http"
)

// templatePriority puts the template before those that match everything.
const templatePriority = 200

// template maps the documents of package document. Fields whose names applications choose get
// types that nearly every value fits: no dates guessed from strings, every number a double,
// malformed values kept in the document but not indexed. What still conflicts is refused with
// 400 and delivered as text (document.Flatten).
func template(setup Setup) map[string]any {
	keyword := map[string]any{"type": "keyword", "ignore_above": 1024}
	date := map[string]any{"type": "date", "ignore_malformed": true}
	return map[string]any{
		"index_patterns": []string{setup.Prefix + "-*"},
		"priority":       templatePriority,
		"template": map[string]any{
			"settings": settings(setup),
			"mappings": map[string]any{
				"date_detection": false,
				"dynamic_templates": []any{
					map[string]any{"texts": map[string]any{
						"match_mapping_type": "string", "mapping": keyword,
					}},
					map[string]any{"numbers": map[string]any{
						"match_mapping_type": "long", "mapping": map[string]any{"type": "double"},
					}},
				},
				"properties": map[string]any{
					"@timestamp": map[string]any{"type": "date"},
					"timestamp":  date,
					"log_group":  keyword,
					"log_stream": keyword,
					"account":    keyword,
					"event_id":   keyword,
					"event_type": keyword,
					"level":      keyword,
					"message":    map[string]any{"type": "text"},
					"rejected":   keyword,
					"data":       map[string]any{"type": "object"},
					"fields":     map[string]any{"type": "object"},
				},
			},
		},
	}
}

func settings(setup Setup) map[string]any {
	all := map[string]any{
		"index.number_of_shards":         setup.Shards,
		"index.number_of_replicas":       setup.Replicas,
		"index.refresh_interval":         "10s",
		"index.mapping.ignore_malformed": true,
	}
	for name, value := range slowLogs {
		all[name] = value
	}
	return all
}

// applyTemplate always writes: the domain answers with settings in another form than it takes
// them, and a template has neither version nor side effect. It matters from the next period's
// indices on; those of today keep their mapping.
func (c *Client) applyTemplate(ctx context.Context, setup Setup) (Change, error) {
	path := "/_index_template/" + setup.Prefix
	change := Updated
	switch err := c.send(ctx, call{method: http.MethodGet, path: path}, nil); {
	case absent(err):
		change = Created
	case err != nil:
		return "", err
	}
	return change, c.send(ctx, call{method: http.MethodPut, path: path, body: template(setup)}, nil)
}

// normalize gives a value the types that encoding/json decodes into: nil if it has no JSON form.
func normalize(value any) (plain any) {
	text, _ := json.Marshal(value)
	_ = json.Unmarshal(text, &plain)
	return plain
}
