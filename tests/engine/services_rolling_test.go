package engine_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

const signingSecret = "arn:aws:secretsmanager:us-east-1:111111111111:secret:signing-AbCdEf"

// TestRollingServicesAreServedThroughChanges changes services under the rolling controller while
// clients request them before and after every operation.
func TestRollingServicesAreServedThroughChanges(t *testing.T) {
	t.Parallel()
	database := map[string]string{"databaseAccess": "true"}
	api := map[string]string{"databaseAccess": "true", "secrets.SIGNING_KEY": signingSecret, "bucketAccess": "read-write"}
	before := all(
		service(0, "visitor-book", 100, "/*", database), service(1, "api", 50, "/api/*", api),
		service(2, "news", 60, "/news/*", nil),
	)
	base := deployed(t, setup{stack: "staging", config: before})
	_, err := base.Up(t.Context())
	require.NoError(t, err)

	root, apis := service(0, "visitor-book", 100, "/*", database), service(1, "api", 50, "/api/*", api)
	news := service(2, "news", 60, "/news/*", nil)
	unchanged := served{"x/": {"visitor-book"}, "x/api/1": {"api"}, "x/news/1": {"news"}}
	moved := served{"x/": {"visitor-book"}, "x/api/1": {"api", "visitor-book"}, "x/news/1": {"news", "visitor-book"}}
	changes := map[string]struct {
		config map[string]string
		want   served
	}{
		"rename": {
			all(root, service(1, "backend", 50, "/api/*", api), news),
			served{"x/": {"visitor-book"}, "x/api/1": {"api", "backend"}, "x/news/1": {"news"}},
		},
		"rename the last that remains": {
			all(service(0, "guest-book", 100, "/*", database), apis, news),
			served{"x/": {"visitor-book", "guest-book"}, "x/api/1": {"api"}, "x/news/1": {"news"}},
		},
		// Between two calls a rule for everything may answer.
		"swap of priorities": {
			all(root, service(1, "api", 60, "/api/*", api), service(2, "news", 50, "/news/*", nil)), moved,
		},
		"swap with the one for everything": {
			all(root, service(0, "visitor-book", 50, "/*", database), service(1, "api", 100, "/api/*", api), news),
			served{"x/": {"visitor-book"}, "x/api/1": {"api", "visitor-book"}, "x/news/1": {"news", "visitor-book"}},
		},
		"rename and swap": {
			all(root, service(1, "backend", 60, "/api/*", api), service(2, "news", 50, "/news/*", nil)),
			served{"x/": {"visitor-book"}, "x/api/1": {"api", "backend", "visitor-book"}, "x/news/1": {"news", "visitor-book"}},
		},
		"round of priorities": {
			all(root, service(1, "api", 70, "/api/*", api), service(2, "news", 50, "/news/*", nil)), moved,
		},
		"names swapped": {
			all(root, service(1, "news", 50, "/api/*", nil), service(2, "api", 60, "/news/*", api)),
			served{"x/": {"visitor-book"}, "x/api/1": {"api", "news"}, "x/news/1": {"api", "news"}},
		},
		"other path": {
			all(root, service(1, "api", 50, "/v1/*", api), news),
			served{"x/": {"visitor-book"}, "x/api/1": {"api", "visitor-book"}, "x/v1/1": {"api", "visitor-book"}},
		},
		"path handed over to a new service": {
			all(root, service(1, "accounts", 55, "/api/*", nil), news),
			served{"x/": {"visitor-book"}, "x/api/1": {"api", "accounts"}, "x/news/1": {"news"}},
		},
		"port": {all(root, service(1, "api", 50, "/api/*", all(api, map[string]string{"port": "9000"})), news), unchanged},
		"database refused": {
			all(root, service(1, "api", 50, "/api/*", all(api, map[string]string{"databaseAccess": "false"})), news), unchanged,
		},
		"database refused to all": {
			all(
				service(0, "visitor-book", 100, "/*", map[string]string{"databaseAccess": "false"}),
				service(1, "api", 50, "/api/*", all(api, map[string]string{"databaseAccess": "false"})), news,
			), unchanged,
		},
		"database given": {all(root, apis, service(2, "news", 60, "/news/*", database)), unchanged},
		"registry": {
			all(root, service(1, "api", 50, "/api/*", all(api, map[string]string{
				"image": "111111111111.dkr.ecr.us-east-1.amazonaws.com/other/api:2.0.0",
			})), news), unchanged,
		},
		"secret dropped": {all(root, service(1, "api", 50, "/api/*", database), news), unchanged},
		"secret replaced": {
			all(root, service(1, "api", 50, "/api/*", all(api, map[string]string{
				"secrets.SIGNING_KEY": signingSecret + "2",
			})), news), unchanged,
		},
		"reordered": {
			all(service(2, "visitor-book", 100, "/*", database), service(0, "api", 50, "/api/*", api),
				service(1, "news", 60, "/news/*", nil)),
			unchanged,
		},
		"removed": {
			all(root, service(1, "news", 60, "/news/*", nil)),
			served{"x/": {"visitor-book"}, "x/api/1": {"api", "visitor-book"}, "x/news/1": {"news"}},
		},
	}
	for i, name := range slices.Sorted(maps.Keys(changes)) {
		if !drawn(i, 3) {
			continue
		}
		change := changes[name]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed, clients := base.copied(t).watched(change.config, change.want)
			_, err := changed.Up(t.Context())
			require.NoError(t, err)
			require.Empty(t, clients.failed)
			changed.requireNoOrphans()
			again, err := changed.Preview(t.Context())
			require.NoError(t, err)
			require.Empty(t, steps(again))
		})
	}
}
