package stack_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/config"
	"aws-webapp/tests/keys"
)

// unseen are the keys that a graph cannot show, with who reads them.
var unseen = map[string]string{
	"kind":                      "Deploy: another kind of stack has other keys",
	"database.allowReplacement": "internal/stack/changes_database.go, which refuses what would replace the database without it",
}

// shown are keys that show in no stack as its file is: the stack to show them in, what has to go along,
// and the key's own value.
var shown = map[string]struct {
	stack         string
	beside, value map[string]string
}{
	"environment":                  {"staging", nil, map[string]string{"environment": "dev"}},
	"aws.endpoints":                {"local", nil, map[string]string{"aws.endpoints.s3": `"http://localhost:5001"`}},
	"auditTrail.organizationTrail": {"staging", map[string]string{"auditTrail.enabled": "false"}, map[string]string{"auditTrail.organizationTrail": "true"}},
	"services[].previous.databaseAccess": {
		"staging", map[string]string{"services[0].databaseAccess": "false"},
		map[string]string{"services[0].previous.databaseAccess": "true"},
	},
	"services[].deployment.after": {
		"staging", map[string]string{"services": twoServices}, map[string]string{"services[1].deployment.after[0]": `"visitor-book"`},
	},
	"services[].secrets": {"staging", nil, map[string]string{"services[0].secrets.SMTP": `"` + someSecret + `"`}},
	"services[].secretKeyArns": {
		"staging", map[string]string{"services[0].secrets.SMTP": `"` + someSecret + `"`},
		map[string]string{"services[0].secretKeyArns[0]": `"arn:aws:kms:us-east-1:111111111111:key/00000000-0000-0000-0000-000000000000"`},
	},
	"loadBalancer.certificateArn": {
		"staging", map[string]string{
			"dns": "{}", "loadBalancer.hostName": `"www.example.com"`,
			"loadBalancer.certificateArn": `"arn:aws:acm:us-east-1:111111111111:certificate/00000000-0000-0000-0000-000000000000"`,
		},
		map[string]string{
			"loadBalancer.certificateArn": `"arn:aws:acm:us-east-1:111111111111:certificate/11111111-1111-1111-1111-111111111111"`,
		},
	},
	"loadBalancer.hostName": {
		"staging", map[string]string{
			"dns": "{}", "loadBalancer.hostName": `"www.example.com"`,
			"loadBalancer.certificateArn": `"arn:aws:acm:us-east-1:111111111111:certificate/00000000-0000-0000-0000-000000000000"`,
		},
		map[string]string{"loadBalancer.hostName": `"web.example.com"`},
	},
	"pipeline.connectionArn": {"delivery", nil, map[string]string{
		"pipeline.connectionArn": `"arn:aws:codeconnections:us-east-1:333333333333:connection/00000000-0000-0000-0000-000000000000"`,
	}},
	"registry.forceDelete":   {"delivery", map[string]string{"environment": "dev"}, map[string]string{"registry.forceDelete": "true"}},
	"state.forceDestroy":     {"delivery", map[string]string{"environment": "dev"}, map[string]string{"state.forceDestroy": "true"}},
	"github.createProvider":  {"delivery", ownAccount, map[string]string{"github.createProvider": "false"}},
	"github.previewSubjects": {"delivery", ownAccount, map[string]string{"github.previewSubjects[0]": `"ref:refs/heads/main"`}},
	"github.subjectPrefix":   {"delivery", ownAccount, map[string]string{"github.subjectPrefix": `"repo:example@12/aws-webapp@345"`}},
}

const (
	someSecret  = "arn:aws:secretsmanager:us-east-1:111111111111:secret:smtp-AbCdEf"
	twoServices = `[{"name": "visitor-book", "image": "visitor-book:1.0.0", "routing": {"priority": 100, "paths": ["/*"]}},
		{"name": "api", "image": "api:1.0.0", "routing": {"priority": 50, "paths": ["/api/*"]}}]`
)

// ownAccount makes the delivery stack's account the one that it delivers to, where it makes the roles.
var ownAccount = map[string]string{
	"aws.allowedAccountIds[0]": `"` + roleAccount + `"`,
	"staging.accountId":        `"` + roleAccount + `"`, "staging.deployRoleArn": `""`, "staging.previewRoleArn": `""`,
}

// TestEveryKeyReachesSomething: another value of any key changes some input, option or output of some
// stack. A key that can be dropped on its way to a resource is one that lies to whoever sets it.
func TestEveryKeyReachesSomething(t *testing.T) {
	for _, kind := range [][]string{{"staging", "prod"}, {"delivery"}} {
		for _, key := range keys.Of(kind[0]) {
			t.Run(kind[0]+"/"+key.Name, func(t *testing.T) {
				t.Parallel()
				reached, tried := false, []string{}
				for _, stackName := range kind {
					if !reached {
						edits, shows := shows(t, stackName, key)
						tried = append(tried, fmt.Sprintf("%s %v", stackName, edits))
						reached = shows
					}
				}
				who, known := unseen[key.Name]
				assert.Falsef(t, reached && known, "drop %s from unseen: the graph shows it", key.Name)
				assert.Truef(t, reached || known, "%s reaches no resource and no output: pass it on, show it, or say in unseen who "+
					"reads it. Tried: %s", key.Name, strings.Join(tried, "; "))
				assert.Truef(t, !known || who != "", "say in unseen who reads %s", key.Name)
			})
		}
	}
}

// shows says whether a key's other value, as edits, shows beside what goes along with it.
func shows(t *testing.T, stackName string, key config.Key) (edits map[string]string, shows bool) {
	t.Helper()
	if special, isSpecial := shown[key.Name]; isSpecial {
		edits = both(special.beside, special.value)
		return edits, drawn(t, special.stack, special.beside) != drawn(t, special.stack, edits)
	}
	edits, refused := keys.Another(t, filepath.Join("..", ".."), stackName, key)
	if refused {
		return nil, false
	}
	if beside := keys.Along(key); !maps.Equal(beside, edits) {
		if without, err := pictureOf(t, stackName, beside); err == nil {
			return edits, without != drawn(t, stackName, edits)
		} // what goes along is not legal without the key
	}
	return edits, drawn(t, stackName, nil) != drawn(t, stackName, edits)
}

func drawn(t *testing.T, stackName string, edits map[string]string) string {
	t.Helper()
	picture, err := pictureOf(t, stackName, edits)
	require.NoError(t, err, "%v", edits)
	return picture
}

var pictures sync.Map

// pictureOf is the graph of a stack file with edits, with all options and outputs. What goes along with
// several keys is drawn once.
func pictureOf(t *testing.T, stackName string, edits map[string]string) (string, error) {
	t.Helper()
	draw, _ := pictures.LoadOrStore(fmt.Sprint(stackName, edits), sync.OnceValues(func() (string, error) {
		rec := &recorder{stack: stackName}
		err := rec.run(t, packagedRoot(t), func(values map[string]string) {
			clear(values)
			maps.Copy(values, keys.Edited(t, filepath.Join("..", ".."), stackName, edits))
		})
		return render(append(slices.Clone(rec.resources), rec.outputs)), err
	}))
	return draw.(func() (string, error))()
}
