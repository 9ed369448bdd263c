package engine_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/config"
	"aws-webapp/internal/sandbox/engine"
	"aws-webapp/internal/sandbox/simaws/cloud"
	"aws-webapp/tests/keys"
)

var (
	someKeys   = flag.String("keys", "", "change the keys whose names contain this")
	updateKeys = flag.Bool("changes", false, "write what the changes do into "+changesFile)
)

// changesFile records, for each key, the effect of another value on a running stack.
// docs/config.md shows it as a column.
const changesFile = "testdata/changes.json"

// changes maps a stack to its keys, with the effect of changing each.
type changes map[string]map[string]string

// sampleStep is of how many keys `make test` changes one.
const sampleStep = 40

// TestEveryKey changes one key after the other on a running stack, and compares the effect with
// the table: nothing, updates, a replacement, or a refusal before anything has changed. `make
// changes` changes all of them and writes the table.
func TestEveryKey(t *testing.T) {
	recorded := readChanges(t)
	seen := make(chan [3]string, 1000)
	t.Run("keys", func(t *testing.T) {
		for _, stackName := range []string{"staging", "prod", "delivery"} {
			for i, key := range keys.Of(stackName) {
				if !selected(key.Name, i) {
					continue
				}
				t.Run(stackName+"/"+key.Name, func(t *testing.T) {
					t.Parallel()
					effect := change(t, stackName, key)
					seen <- [3]string{stackName, key.Name, effect}
					if !*updateKeys {
						assert.Equal(t, recorded[stackName][key.Name], effect, "run `make changes ARGS='-keys %s'` and review", key.Name)
					}
				})
			}
		}
	})
	close(seen)
	if *updateKeys {
		write(t, seen)
	}
}

func selected(name string, i int) bool {
	switch {
	case *someKeys != "":
		return strings.Contains(name, *someKeys)
	default:
		return drawn(i, sampleStep)
	}
}

func readChanges(t *testing.T) changes {
	t.Helper()
	recorded := changes{}
	text, err := os.ReadFile(changesFile)
	if err == nil {
		err = json.Unmarshal(text, &recorded)
	}
	require.True(t, err == nil || *updateKeys, "%v: run `make changes`", err)
	return recorded
}

// write replaces the recorded effects by the observed ones, and drops keys that are gone. It reads the file again: a
// run of all keys takes an hour, and must not undo what was written meanwhile.
func write(t *testing.T, seen <-chan [3]string) {
	t.Helper()
	recorded := readChanges(t)
	for found := range seen {
		if recorded[found[0]] == nil {
			recorded[found[0]] = map[string]string{}
		}
		recorded[found[0]][found[1]] = found[2]
	}
	for stackName, effects := range recorded {
		known := map[string]bool{}
		for _, key := range keys.Of(stackName) {
			known[key.Name] = true
		}
		maps.DeleteFunc(effects, func(name, _ string) bool { return !known[name] })
	}
	text, err := json.MarshalIndent(recorded, "", "  ")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(changesFile, append(text, '\n'), 0o600))
}

// change gives a key another value and returns the effect of `up`.
func change(t *testing.T, stackName string, key config.Key) string {
	t.Helper()
	edits, isRefused := keys.Another(t, stackName, key)
	if isRefused {
		return "refused"
	}
	s := deployed(t, setup{stack: stackName, config: edits, before: keys.Before(key)})
	before := everything(t, s.account())
	preview, previewErr := s.Preview(t.Context())
	if previewErr != nil {
		return refused(t, edits, previewErr)
	}
	result, err := s.Up(t.Context())
	require.NoError(t, err, "%v: the preview was green, the update failed", edits)
	// A preview shows unknown values as changed, so it may show more.
	assert.Subset(t, touched(preview), touched(result), "the preview did not show all that the update did")
	noSurprise(t, key.Name, edits, result)
	again, err := s.Preview(t.Context())
	require.NoError(t, err)
	assert.Empty(t, steps(again), "a preview right after the update shows changes")
	if len(result.Steps) == 0 {
		assert.Equal(t, before, everything(t, s.account()))
	}
	return summary(result)
}

// touched returns the resources that an operation changes in any way.
func touched(result *engine.Result) []string {
	names := []string{}
	for _, step := range result.Steps {
		names = append(names, step.Type+" "+step.Name)
	}
	return names
}

// everything returns all that the account has, as text.
func everything(t *testing.T, account *cloud.Cloud) []string {
	t.Helper()
	records, err := account.Records()
	require.NoError(t, err)
	texts := make([]string, 0, len(records))
	for _, r := range records {
		texts = append(texts, fmt.Sprint(r.Token, r.ID, r.Outputs))
	}
	return texts
}

// refused: the reader of the error must find the key that was changed.
func refused(t *testing.T, edits map[string]string, err error) string {
	t.Helper()
	var failure *engine.Failure
	require.ErrorAs(t, err, &failure)
	for _, message := range failure.Result.Errors {
		for path := range edits {
			// A list is refused as a whole.
			if strings.Contains(message, project+":"+strings.TrimSuffix(path, "[0]")) {
				return "refused"
			}
		}
	}
	require.NoError(t, err, "%v: refused without naming the key", edits)
	return ""
}

const project = "aws-webapp"

// irreplaceable lists what holds data, traffic or addresses: only a change that says so may
// replace or delete it.
var irreplaceable = []string{
	"aws:rds/instance:Instance", "aws:lb/loadBalancer:LoadBalancer", "aws:opensearch/domain:Domain", "aws:ec2/vpc:Vpc",
	"aws:ec2/subnet:Subnet", "aws:s3/bucketV2:BucketV2", "aws:kms/key:Key", "aws:backup/vault:Vault",
}

// noSurprise: only `<part>.enabled: false` removes something irreplaceable, and nothing replaces it.
func noSurprise(t *testing.T, name string, edits map[string]string, result *engine.Result) {
	t.Helper()
	for _, step := range result.Steps {
		if !slices.Contains(irreplaceable, step.Type) || step.Op == "update" || step.Op == "create" {
			continue
		}
		switchedOff := strings.HasSuffix(name, ".enabled") && slices.Contains(slices.Collect(maps.Values(edits)), "false")
		asked := step.Op == "delete" && switchedOff
		assert.True(t, asked, "%v: %s of %s %s without a key that asks for it", edits, step.Op, step.Type, step.Name)
	}
}

// verbs of the engine's operations. A replacement is three steps, of which one counts.
var verbs = []struct{ op, verb string }{
	{"replace", "replaces"}, {"delete", "deletes"}, {"create", "creates"}, {"update", "updates"},
}

// summary describes an update in a few words, the worst first.
func summary(result *engine.Result) string {
	parts := []string{}
	for _, v := range verbs {
		counts := map[string]int{}
		for _, step := range result.Steps {
			if step.Op == v.op {
				counts[shortType(step.Type)]++
			}
		}
		if len(counts) == 0 {
			continue
		}
		const most = 5
		if len(counts) > most {
			parts = append(parts, fmt.Sprintf("%s resources of %d types", v.verb, len(counts)))
			continue
		}
		types := []string{}
		for _, typ := range slices.Sorted(maps.Keys(counts)) {
			if counts[typ] > 1 {
				typ = fmt.Sprintf("%d %s", counts[typ], typ)
			}
			types = append(types, typ)
		}
		parts = append(parts, v.verb+" "+strings.Join(types, ", "))
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, "; ")
}

// shortType returns "rds Instance" for "aws:rds/instance:Instance".
func shortType(token string) string {
	parts := strings.Split(token, ":")
	module, _, _ := strings.Cut(parts[1], "/")
	return module + " " + parts[len(parts)-1]
}
