package domain

import (
	"context"
	"net/http"
	"slices"
)

const securityAPI = "/_plugins/_security/api/"

// dashboardsRoles let a user work with Dashboards: the role's name in OpenSearch Service, and the
// one it still has in OpenSearch itself.
var dashboardsRoles = []string{"opensearch_dashboards_user", "kibana_user"}

func writerRole(setup Setup) string { return setup.Prefix + "-writer" }

func readerRole(setup Setup) string { return setup.Prefix + "-reader" }

// applyWriterRole allows what shipping needs: bulk requests, creating indices, writing
// documents and extending the mapping. It allows neither reading nor deleting.
func (c *Client) applyWriterRole(ctx context.Context, setup Setup) (Change, error) {
	return c.applyRole(ctx, writerRole(setup), map[string]any{
		"description":         "Writes application logs",
		"cluster_permissions": []string{"indices:data/write/bulk"},
		"index_permissions": []any{map[string]any{
			"index_patterns":  []string{setup.Prefix + "-*"},
			"allowed_actions": []string{"create_index", "index"},
		}},
	})
}

func (c *Client) applyReaderRole(ctx context.Context, setup Setup) (Change, error) {
	return c.applyRole(ctx, readerRole(setup), map[string]any{
		"description":         "Searches application logs",
		"cluster_permissions": []string{"cluster_composite_ops_ro"},
		"index_permissions": []any{map[string]any{
			"index_patterns":  []string{setup.Prefix + "-*"},
			"allowed_actions": []string{"read", "indices_monitor", "indices:admin/mappings/get", "indices:admin/get"},
		}},
	})
}

func (c *Client) applyRole(ctx context.Context, name string, want map[string]any) (Change, error) {
	return c.put(ctx, securityAPI+"roles/"+name, want, func(answer map[string]any) any { return answer[name] })
}

func (c *Client) mapWriter(ctx context.Context, setup Setup) (Change, error) {
	return c.mapRole(ctx, writerRole(setup), []string{setup.WriterRoleARN}, nil)
}

func (c *Client) mapReaders(ctx context.Context, setup Setup) (Change, error) {
	return c.mapRole(ctx, readerRole(setup), setup.ReaderRoleARNs, setup.userNames())
}

func (c *Client) mapDashboards(ctx context.Context, setup Setup) (change Change, err error) {
	for _, role := range dashboardsRoles {
		change, err = c.mapRole(ctx, role, setup.ReaderRoleARNs, setup.userNames())
		if !absent(err) {
			return change, err
		}
	}
	return "", err
}

// administratorRoles are what the domain's own master has: everything in indices and cluster, and the security API.
// https://docs.aws.amazon.com/opensearch-service/latest/developerguide/fgac.html, "Additional master users"
var administratorRoles = []string{"all_access", "security_manager"}

func (c *Client) mapAdministrators(ctx context.Context, setup Setup) (Change, error) {
	whole := Unchanged
	for _, role := range administratorRoles {
		change, err := c.mapRole(ctx, role, setup.AdministratorRoleARNs, nil)
		if err != nil {
			return "", err
		}
		if change != Unchanged {
			whole = change
		}
	}
	return whole, nil
}

func (s Setup) userNames() []string {
	if s.InternalUser == nil {
		return nil
	}
	return []string{s.InternalUser.Name}
}

// mapRole adds backend roles (IAM role ARNs) and users to a security role. It keeps those that
// are mapped already: teams map their own roles by hand, and a deployment must not lock them out.
func (c *Client) mapRole(ctx context.Context, role string, backendRoles, users []string) (Change, error) {
	if len(backendRoles)+len(users) == 0 {
		return Unchanged, nil
	}
	var (
		path    = securityAPI + "rolesmapping/" + role
		current map[string]mapping
		change  = Updated
	)
	switch err := c.send(ctx, call{method: http.MethodGet, path: path}, &current); {
	case absent(err):
		change = Created
	case err != nil:
		return "", err
	}

	have := current[role]
	want := mapping{
		BackendRoles: union(have.BackendRoles, backendRoles),
		Users:        union(have.Users, users),
		Hosts:        union(have.Hosts, nil),
		AndBackend:   union(have.AndBackend, nil),
		Description:  have.Description,
	}
	if change == Updated && len(want.BackendRoles) == len(have.BackendRoles) && len(want.Users) == len(have.Users) {
		return Unchanged, nil
	}
	return change, c.send(ctx, call{method: http.MethodPut, path: path, body: want}, nil)
}

// mapping is a role mapping as the security API reads and writes it.
type mapping struct {
	BackendRoles []string `json:"backend_roles"`
	Users        []string `json:"users"`
	Hosts        []string `json:"hosts"`
	AndBackend   []string `json:"and_backend_roles"`
	Description  string   `json:"description,omitempty"`
}

// union never returns nil: the API refuses null for a list.
func union(have, more []string) []string {
	all := append([]string{}, have...)
	for _, entry := range more {
		if !slices.Contains(all, entry) {
			all = append(all, entry)
		}
	}
	return all
}

// applyInternalUser writes the user each time: the domain never shows a password, so there is
// nothing to compare with, and this is how a rotated password arrives.
func (c *Client) applyInternalUser(ctx context.Context, setup Setup) (Change, error) {
	if setup.InternalUser == nil {
		return Unchanged, nil
	}
	path := securityAPI + "internalusers/" + setup.InternalUser.Name
	change := Updated
	switch err := c.send(ctx, call{method: http.MethodGet, path: path}, nil); {
	case absent(err):
		change = Created
	case err != nil:
		return "", err
	}
	return change, c.send(ctx, call{method: http.MethodPut, path: path, body: map[string]any{
		"password":    setup.InternalUser.Password,
		"description": "Searches application logs",
	}}, nil)
}
