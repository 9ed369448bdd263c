package stack_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/tests/keys"
)

const databaseInstance = "aws:rds/instance:Instance"

// deployOver runs the program for a stack that has deployed something before: outputs by URN.
func deployOver(
	t *testing.T, stackName string, was resource.PropertyMap, change func(map[string]string),
) (*recorder, error) {
	t.Helper()
	rec := &recorder{stack: stackName, deployed: was}
	err := rec.run(t, packagedRoot(t), change)
	if err != nil {
		assert.NotContains(t, err.Error(), "%!", "a message lacks something, or says too much")
		for _, key := range keysNamed(err.Error()) {
			assert.Truef(t, isKey(key), "no key of a stack file is called %s: %s", key, err)
		}
	}
	return rec, err
}

var (
	keyLike = regexp.MustCompile(`\b[a-z][A-Za-z]+(\[\d+\])?(\.[a-z][A-Za-z]+)+\b`)
	index   = regexp.MustCompile(`\[\d+\]`)
)

// keysNamed returns what a message names as keys of a stack file: paths that begin with one of its parts.
func keysNamed(message string) []string {
	var named []string
	for _, path := range keyLike.FindAllString(message, -1) {
		path = index.ReplaceAllString(path, "[]")
		part, _, _ := strings.Cut(path, ".")
		if slices.ContainsFunc(keysOfAll(), func(key string) bool { return strings.HasPrefix(key, part+".") }) {
			named = append(named, path)
		}
	}
	return named
}

func isKey(path string) bool {
	return slices.ContainsFunc(keysOfAll(), func(key string) bool {
		return key == path || strings.HasPrefix(key, path+".") || strings.HasPrefix(key, path+"[]")
	})
}

func keysOfAll() []string {
	var names []string
	for _, stack := range stacks {
		for _, key := range keys.Of(stack) {
			names = append(names, key.Name)
		}
	}
	return names
}

// deployedDatabase returns the state of a stack whose database runs a version.
func deployedDatabase(version, name string, protected bool) resource.PropertyMap {
	const urn = "urn:pulumi:staging::aws-webapp::aws-webapp:database:Database$" + databaseInstance + "::database"
	return resource.PropertyMap{urn: resource.NewProperty(resource.PropertyMap{
		"type": resource.NewProperty(databaseInstance),
		"outputs": resource.NewProperty(resource.PropertyMap{
			"engineVersionActual": resource.NewProperty(version),
			"dbName":              resource.NewProperty(name),
			"username":            resource.NewProperty("visitorbook_owner"),
			"deletionProtection":  resource.NewProperty(protected),
		}),
	})}
}

// databaseKeys returns staging's database with other values; JSON after the last key.
func databaseKeys(json string) func(map[string]string) {
	return replaced(map[string]string{
		"database": `{"name": "visitorbook", "username": "visitorbook_owner", "multiAz": false, ` +
			`"deletionProtection": false, "applyImmediately": true` + json + `}`,
	})
}

// TestTheDatabaseGoesUpAndNeverBack: the version and the parameter group of its major version
// move together, or not at all.
func TestTheDatabaseGoesUpAndNeverBack(t *testing.T) {
	for name, test := range map[string]struct {
		running, keys, group string
		raised               bool
	}{
		"the default minor version":         {"17.9", `, "engineVersion": 17`, "database-postgres17", false},
		"a higher minor version is applied": {"17.7", `, "engineVersion": "17.9"`, "database-postgres17", true},
		"a lower one is ignored":            {"17.10", `, "engineVersion": "17.9"`, "database-postgres17", false},
		"the same one":                      {"17.9", `, "engineVersion": "17.9"`, "database-postgres17", false},
		"a higher major version, allowed":   {"16.13", `, "allowMajorVersionUpgrade": true`, "database-postgres17", true},
		"a version with more than numbers":  {"17.9-rds.20260813", `, "engineVersion": "17.9"`, "database-postgres17", false},
	} {
		t.Run(name, func(t *testing.T) {
			rec, err := deployOver(t, "staging", deployedDatabase(test.running, "visitorbook", false), databaseKeys(test.keys))
			require.NoError(t, err)
			i := slices.IndexFunc(rec.resources, func(r recorded) bool { return r.typ == databaseInstance })
			require.GreaterOrEqual(t, i, 0)
			assert.Equal(t, test.group, rec.resources[i].inputs["parameterGroupName"].StringValue())
			assert.Equal(t, !test.raised, slices.Contains(rec.resources[i].request.GetIgnoreChanges(), "engineVersion"))
		})
	}
}

func TestDatabaseChangesThatAreRefused(t *testing.T) {
	for name, test := range map[string]struct {
		running, database string
		protected         bool
		keys, want        string
	}{
		"a higher major version without its key": {
			"16.13", "visitorbook", false, ``,
			`aws-webapp:database.engineVersion: found "17", and an instance that runs 16.13, allowed "16" while ` +
				`allowMajorVersionUpgrade is false: set "16" to stay, or follow "Upgrading PostgreSQL" in docs/operations.md`,
		},
		"a lower major version": {
			"18.1", "visitorbook", false, ``,
			`aws-webapp:database.engineVersion: found "17", and an instance that runs 18.1, allowed "18" or higher: ` +
				`RDS cannot go back: set "18"`,
		},
		"another name": {
			"17.9", "guests", false, ``,
			`aws-webapp:database.name: found "visitorbook", and an instance that was made with "guests", allowed "guests": ` +
				`AWS would replace the instance, and its data would be gone: set "guests"; make further databases and users ` +
				`with SQL; to give the data up, set database.allowReplacement to true`,
		},
		"another name while AWS protects the instance": {
			"17.9", "guests", true, `, "allowReplacement": true`,
			`set database.deletionProtection to false, and run an update with that alone before this one`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			was := deployedDatabase(test.running, test.database, test.protected)
			rec, err := deployOver(t, "staging", was, databaseKeys(test.keys))
			require.ErrorContains(t, err, test.want)
			assert.NotContains(t, keysOf(rec.resources), "aws:kms/key:Key::keys-data", "nothing is made before it is refused")
		})
	}
}

func TestADatabaseThatIsGivenUpIsReplaced(t *testing.T) {
	was := deployedDatabase("17.9", "guests", false)
	_, err := deployOver(t, "staging", was, databaseKeys(`, "allowReplacement": true`))
	require.NoError(t, err)
}

func keysOf(resources []recorded) []string {
	found := make([]string, len(resources))
	for i, r := range resources {
		found[i] = r.key()
	}
	return found
}
