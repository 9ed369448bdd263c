package stack_test

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/config"
	"aws-webapp/tests/keys"
)

// edits are values of a stack file by path.
type edits = map[string]string

const inDocuments = "components/deployroles_accounts.go: it is in the boundary among another account's documents"

// unseen lists the keys that a graph cannot show, with their readers.
var unseen = map[string]string{
	"kind":                                   "Deploy: another kind of stack has other keys",
	"database.allowReplacement":              "internal/stack/changes_database.go: without it a replacement is refused",
	"staging.taskPermissions[].actions":      inDocuments,
	"staging.taskPermissions[].resources":    inDocuments,
	"staging.taskPermissions[].reason":       "internal/config: the reason for a wildcard",
	"production.taskPermissions[].actions":   inDocuments,
	"production.taskPermissions[].resources": inDocuments,
	"production.taskPermissions[].reason":    "internal/config: the reason for a wildcard",
}

func init() {
	for _, list := range []string{"staging", "production"} {
		for _, form := range []string{"bucket", "queue", "topic", "table", "mail", "model", "role", "access"} {
			unseen[list+".taskPermissions[]."+form] = inDocuments
		}
	}
}

// shown lists keys that show in no stack with its own file: the stack to show them in, what has to go
// along, and the key's value.
var shown = map[string]struct {
	stack         string
	beside, value edits
}{
	"environment":   {"staging", nil, edits{"environment": "dev"}},
	"aws.endpoints": {"local", nil, edits{"aws.endpoints.s3": `"http://localhost:5001"`}},
	"auditTrail.organizationTrail": {
		"staging", edits{"auditTrail.enabled": "false"}, edits{"auditTrail.organizationTrail": "true"},
	},
	"services[].previous.databaseAccess": {
		"staging", edits{"services[0].databaseAccess": "false"}, edits{"services[0].previous.databaseAccess": "true"},
	},
	"services[].deployment.after": {
		"staging",
		edits{"services": `[
			{"name": "visitor-book", "image": "visitor-book:1.0.0", "routing": {"priority": 100, "paths": ["/*"]}},
			{"name": "api", "image": "api:1.0.0", "routing": {"priority": 50, "paths": ["/api/*"]}}]`},
		edits{"services[1].deployment.after[0]": `"visitor-book"`},
	},
	"services[].calls": {
		"staging",
		edits{"services": `[
			{"name": "api", "image": "visitor-book:1.0.0", "routing": {"priority": 50, "paths": ["/*"]}},
			{"name": "visitor-book", "kind": "worker", "image": "visitor-book:1.0.0", "queue": {"enabled": true}}]`},
		edits{"services[0].calls[0]": `"visitor-book"`},
	},
	"services[].secrets": {"staging", nil, smtp},
	"services[].secretKeyArns": {"staging", smtp, edits{
		"services[0].secretKeyArns[0]": `"arn:aws:kms:us-east-1:111111111111:key/` + someID + `"`,
	}},
	"loadBalancer.certificateArn": {"staging", ownCertificate, edits{
		"loadBalancer.certificateArn": `"` + someCertificate + `1"`,
	}},
	"loadBalancer.hostName": {"staging", ownCertificate, edits{"loadBalancer.hostName": `"web.example.com"`}},
	"pipeline.connectionArn": {"delivery", nil, edits{
		"pipeline.connectionArn": `"arn:aws:codeconnections:us-east-1:333333333333:connection/` + someID + `"`,
	}},
	"registry.forceDelete":   {"delivery", dev, edits{"registry.forceDelete": "true"}},
	"state.forceDestroy":     {"delivery", dev, edits{"state.forceDestroy": "true"}},
	"github.createProvider":  {"delivery", ownAccount, edits{"github.createProvider": "false"}},
	"github.previewSubjects": {"delivery", ownAccount, edits{"github.previewSubjects[0]": `"ref:refs/heads/main"`}},
	"github.subjectPrefix":   {"delivery", ownAccount, edits{"github.subjectPrefix": `"repo:example@12/aws-webapp@345"`}},
}

const (
	someID          = "00000000-0000-0000-0000-000000000000"
	someCertificate = "arn:aws:acm:us-east-1:111111111111:certificate/00000000-0000-0000-0000-00000000000"
)

var (
	dev  = edits{"environment": "dev"}
	smtp = edits{"services[0].secrets.SMTP": `"arn:aws:secretsmanager:us-east-1:111111111111:secret:smtp-AbCdEf"`}
	// ownCertificate sets a certificate that the stack does not create.
	ownCertificate = edits{
		"dns": "{}", "loadBalancer.hostName": `"www.example.com"`,
		"loadBalancer.certificateArn": `"` + someCertificate + `0"`,
	}
	// ownAccount makes the delivery stack deliver to its own account, where it creates the roles.
	ownAccount = edits{
		"aws.allowedAccountIds[0]": `"` + roleAccount + `"`,
		"staging.accountId":        `"` + roleAccount + `"`, "staging.deployRoleArn": `""`, "staging.previewRoleArn": `""`,
	}
)

// TestEveryKeyReachesSomething: another value of any key changes an input, option or output of some
// stack. A key that gets lost on its way to a resource would mislead its users.
func TestEveryKeyReachesSomething(t *testing.T) {
	for _, kind := range [][]string{{"staging", "prod"}, {"delivery"}} {
		for _, key := range keys.Of(kind[0]) {
			t.Run(kind[0]+"/"+key.Name, func(t *testing.T) {
				t.Parallel()
				reached, tried := false, []string{}
				for _, stackName := range kind {
					if !reached {
						with, shows := shows(t, stackName, key)
						tried = append(tried, fmt.Sprintf("%s %v", stackName, with))
						reached = shows
					}
				}
				who, known := unseen[key.Name]
				assert.Falsef(t, reached && known, "drop %s from unseen: the graph shows it", key.Name)
				assert.Truef(t, reached || known, "%s reaches no resource and no output: pass it on, show it, or say "+
					"in unseen who reads it. Tried: %s", key.Name, strings.Join(tried, "; "))
				assert.Truef(t, !known || who != "", "say in unseen who reads %s", key.Name)
			})
		}
	}
}

// shows reports whether a key's other value has an effect besides that of the edits that go
// along.
func shows(t *testing.T, stackName string, key config.Key) (with edits, shows bool) {
	t.Helper()
	if special, isSpecial := shown[key.Name]; isSpecial {
		with = both(special.beside, special.value)
		return with, drawn(t, special.stack, special.beside) != drawn(t, special.stack, with)
	}
	with, refused := keys.Another(t, stackName, key)
	if refused {
		return nil, false
	}
	before := keys.Along(key)
	if _, err := pictureOf(t, stackName, before); err != nil || maps.Equal(before, with) {
		before = nil // what goes along is not legal without the key
	}
	assert.True(t, keys.HasEntry(t, stackName, before, key), "a whole entry is new, so that nobody sees whether %s "+
		"reaches anything: say in tests/keys what is there before", key.Name)
	return with, drawn(t, stackName, before) != drawn(t, stackName, with)
}

// drawn returns a picture, of which each part must be in some variant, too: what no variant has, no rule judges.
func drawn(t *testing.T, stackName string, with edits) string {
	t.Helper()
	got, err := pictureOf(t, stackName, with)
	require.NoError(t, err, "%v", with)
	for _, part := range got.parts {
		assert.Truef(t, inVariants(t)[part], "%s with %v has %s: add it to a variant, which the rules judge",
			stackName, with, part)
	}
	return got.hash
}

// picture is the hash of a graph with all options and outputs, and the kinds of parts that it has.
type picture struct {
	hash  string
	parts []string
}

var pictures sync.Map

// pictureOf draws the graph of a stack file with edits. Edits that go along with several keys are only run once.
func pictureOf(t *testing.T, stackName string, with edits) (picture, error) {
	t.Helper()
	draw, _ := pictures.LoadOrStore(fmt.Sprint(stackName, with), sync.OnceValues(func() (picture, error) {
		rec, err := runEdited(t, stackName, with)
		graph := render(append(slices.Clone(rec.resources), rec.outputs))
		return picture{fmt.Sprintf("%x", sha256.Sum256([]byte(graph))), partsOf(rec.resources)}, err
	}))
	return draw.(func() (picture, error))()
}

// runEdited runs the program with a stack file that has edits.
func runEdited(t *testing.T, stackName string, with edits) (*recorder, error) {
	t.Helper()
	rec := &recorder{stack: stackName}
	return rec, rec.run(t, packagedRoot(t), func(values map[string]string) {
		clear(values)
		maps.Copy(values, keys.Edited(t, stackName, with))
	})
}

// partsOf returns the types of resources, their inputs, and the actions of their policies.
func partsOf(resources []recorded) []string {
	parts := map[string]bool{}
	for _, r := range resources {
		parts[r.typ] = true
		for input, value := range r.inputs {
			parts["the input "+string(input)+" of "+r.typ] = true
			for _, s := range statementsOf(value) {
				for _, action := range leaves(s.Action) {
					parts["the action "+action+" in "+r.typ] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(parts))
}

var (
	variantPartsOnce sync.Once
	variantParts     = map[string]bool{}
)

// inVariants returns the parts of all variants.
func inVariants(t *testing.T) map[string]bool {
	t.Helper()
	variantPartsOnce.Do(func() {
		for name := range variants {
			for _, part := range partsOf(graphOf(t, name).resources) {
				variantParts[part] = true
			}
		}
	})
	return variantParts
}
