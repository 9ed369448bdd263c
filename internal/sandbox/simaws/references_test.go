package simaws_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/simaws"
	"aws-webapp/internal/sandbox/simaws/catalog"
	"aws-webapp/internal/sandbox/simaws/cloud"
)

// at makes properties with a text at a path such as "vpcConfig.subnetIds[]".
func at(path, text string) resource.PropertyMap {
	var value any = text
	steps := strings.Split(path, ".")
	for i := len(steps) - 1; i >= 0; i-- {
		name, each := strings.CutSuffix(steps[i], "[]")
		if each {
			value = []any{value}
		}
		value = props{name: value}
	}
	return resource.NewPropertyMapFromMap(value.(props))
}

// TestReferences tries every row of every table: the named resource must exist, unless it may be foreign and was never
// the stack's; and a resource that is held cannot be deleted.
func TestReferences(t *testing.T) {
	for token, typ := range catalog.All() {
		c, err := cloud.Open(filepath.Join(t.TempDir(), "cloud.jsonl"))
		require.NoError(t, err)
		for i, ref := range typ.Refs {
			by := ref.By
			if len(by) == 0 {
				by = []string{"id"}
			}
			for _, property := range by {
				where := fmt.Sprint(token, " ", ref.Path, " by ", property)
				key := fmt.Sprintf("key-%d-%s", i, property)
				name := key
				if strings.HasSuffix(strings.ToLower(property), "arn") {
					name = "arn:aws:x:us-east-1:111122223333:x/" + key
				}
				target := &cloud.Record{Token: ref.To, ID: key, Outputs: resource.PropertyMap{}}
				if property != "id" {
					target.Outputs = at(property, name)
				}
				user := &cloud.Record{Token: token, ID: "user", URN: "urn:pulumi:dev::p::x::user", Outputs: at(ref.Path, name)}
				change := func(f func(tx *cloud.Tx)) {
					require.NoError(t, c.Update(func(tx *cloud.Tx) error { f(tx); return nil }))
				}
				refers := func() (refusal error) {
					require.NoError(t, c.View(func(r *cloud.Reader) error {
						refusal = simaws.JudgeReferences(r, &catalog.Call{
							Op: catalog.Create, Type: typ, Token: token, Inputs: at(ref.Path, name),
						})
						return nil
					}))
					return refusal
				}
				goes := func() (refusal error) {
					require.NoError(t, c.View(func(r *cloud.Reader) error {
						refusal = simaws.JudgeDeletion(r, &catalog.Call{
							Op: catalog.Delete, Type: catalog.All()[ref.To], Token: ref.To, ID: key, Old: target.Outputs,
						}, target)
						return nil
					}))
					return refusal
				}
				if ref.Foreign {
					assert.NoError(t, refers(), "%s: somebody else's", where)
				} else {
					assert.ErrorContains(t, refers(), "api error ", "%s: not there", where)
				}
				change(func(tx *cloud.Tx) { tx.Put(target) })
				assert.NoError(t, refers(), "%s: there", where)
				change(func(tx *cloud.Tx) { tx.Put(user) })
				if refusal := goes(); ref.Holds {
					code, _, _ := strings.Cut(catalog.All()[ref.To].InUse, ": ")
					assert.ErrorContains(t, refusal, "api error "+code+": ", where)
					assert.ErrorContains(t, refusal, "(it is still used by user ", where)
				} else if refusal != nil {
					assert.NotContains(t, refusal.Error(), "still used", where)
				}
				change(func(tx *cloud.Tx) { tx.Delete(user) })
				if refusal := goes(); refusal != nil {
					assert.NotContains(t, refusal.Error(), "still used", "%s: by nobody", where)
				}
				change(func(tx *cloud.Tx) { tx.Delete(target) })
				assert.ErrorContains(t, refers(), "api error ", "%s: gone", where)
			}
		}
	}
}
