package simaws_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws"
	"aws-webapp/internal/sandbox/simaws/catalog"
	"aws-webapp/internal/sandbox/simaws/cloud"
)

// TestWhatMustBeUnique tries every row of every table beside a resource that has the same properties, and one whose
// properties differ in one.
func TestWhatMustBeUnique(t *testing.T) {
	c, err := cloud.Open(filepath.Join(t.TempDir(), "cloud.jsonl"))
	require.NoError(t, err)
	for token, typ := range catalog.All() {
		for _, unique := range typ.Unique {
			props := resource.PropertyMap{}
			for _, name := range unique.Properties {
				props[resource.PropertyKey(name)] = resource.NewStringProperty("the " + name)
			}
			there := &cloud.Record{Token: token, ID: "there", Key: "there", Region: "us-east-1", Outputs: props}
			require.NoError(t, c.Update(func(tx *cloud.Tx) error {
				for _, other := range tx.List(token) {
					tx.Delete(other)
				}
				tx.Put(there)
				return nil
			}))
			judge := func(op catalog.Op, key string, change func(call *catalog.Call)) (refusal error) {
				call := &catalog.Call{
					Op: op, Type: typ, Token: token, Region: "us-east-1", Inputs: maps.Clone(props),
				}
				change(call)
				require.NoError(t, c.View(func(r *cloud.Reader) error {
					refusal = simaws.JudgeUnique(r, call, key)
					return nil
				}))
				return refusal
			}
			same := func(*catalog.Call) {}
			where := fmt.Sprint(token, " ", unique.Properties)
			code, _, _ := strings.Cut(unique.Error, ": ")
			assert.Regexp(t, `^[A-Z][A-Za-z.0-9]+$`, code, where)
			for what, refusal := range map[string]error{
				"made again":                     judge(catalog.Create, "", same),
				"made again under the same key":  judge(catalog.Create, "there", same),
				"another, changed into the same": judge(catalog.Update, "other", same),
			} {
				require.ErrorContains(t, refusal, "api error "+code+": ", "%s: %s", where, what)
				assert.NotRegexp(t, `\{[a-z.]`, refusal.Error(), where)
			}
			assert.NoError(t, judge(catalog.Update, "there", same), "%s: an update of itself", where)
			assert.NoError(t, judge(catalog.Create, "", func(call *catalog.Call) { call.Region = "eu-west-1" }), where)
			for _, name := range unique.Properties {
				assert.NoError(t, judge(catalog.Create, "", func(call *catalog.Call) {
					call.Inputs[resource.PropertyKey(name)] = resource.NewStringProperty("other")
				}), "%s: another %s", where, name)
			}
		}
	}
}

// TestWhichRecordsAreTheSame makes records beside one that is there, which differ in one property.
func TestWhichRecordsAreTheSame(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	record := func(changed string, value any) props {
		return props{"zoneId": "Z1", "name": "www.example.com", "type": "A", "setIdentifier": "blue", changed: value}
	}
	same := record("ttl", 60)
	e.make(resourcetypes.DNSRecord, "there", same)
	require.NoError(t, e.update("there", same), "an update of itself")
	require.ErrorContains(t, e.try(resourcetypes.DNSRecord, "again", same),
		"[Tried to create resource record set [name='www.example.com', type='A'] but it already exists]")
	for property, value := range map[string]string{
		"zoneId": "Z2", "name": "api.example.com", "type": "AAAA", "setIdentifier": "green",
	} {
		e.make(resourcetypes.DNSRecord, property, record(property, value))
	}
	e.make(resourcetypes.DNSRecord, "over", record("allowOverwrite", true))
}
