package cloud_test

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/simaws/cloud"
)

const (
	vpc   = "aws:ec2/vpc:Vpc"
	group = "aws:ec2/securityGroup:SecurityGroup"
	urn   = resource.URN("urn:pulumi:dev::p::aws:ec2/vpc:Vpc::web")
)

func open(t *testing.T, path string) *cloud.Cloud {
	t.Helper()
	c, err := cloud.Open(path)
	require.NoError(t, err)
	return c
}

func path(t *testing.T) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "stack", "cloud.jsonl")
}

func record(id string, props map[string]any) *cloud.Record {
	all := resource.NewPropertyMapFromMap(props)
	return &cloud.Record{Token: vpc, ID: id, URN: urn, Inputs: all, Outputs: all}
}

func put(t *testing.T, c *cloud.Cloud, records ...*cloud.Record) {
	t.Helper()
	require.NoError(t, c.Update(func(tx *cloud.Tx) error {
		for _, r := range records {
			tx.Put(r)
		}
		return nil
	}))
}

func ids(t *testing.T, c *cloud.Cloud) []string {
	t.Helper()
	records, err := c.Records()
	require.NoError(t, err)
	found := []string{}
	for _, r := range records {
		found = append(found, r.ID)
	}
	return found
}

func TestStateSurvivesAndIsShared(t *testing.T) {
	at := path(t)
	first := open(t, at)
	put(t, first, record("vpc-1", map[string]any{"cidrBlock": "10.0.0.0/16"}))

	second := open(t, at)
	assert.Equal(t, []string{"vpc-1"}, ids(t, second))
	put(t, first, record("vpc-2", nil))
	assert.Equal(t, []string{"vpc-1", "vpc-2"}, ids(t, second), "a change by one is seen by the other")
	require.NoError(t, second.Remove(vpc, "vpc-1"))
	assert.Equal(t, []string{"vpc-2"}, ids(t, first))

	require.NoError(t, first.View(func(r *cloud.Reader) error {
		assert.Equal(t, 2, r.Created(urn))
		assert.True(t, r.Deleted(vpc, "vpc-1"))
		assert.True(t, r.Deleted(vpc, "arn:aws:ec2:us-east-1:111122223333:vpc/vpc-1"))
		assert.False(t, r.Deleted(vpc, "vpc-2"))
		return nil
	}))
}

func TestFailedUpdateChangesNothing(t *testing.T) {
	c := open(t, path(t))
	err := c.Update(func(tx *cloud.Tx) error {
		tx.Put(record("vpc-1", nil))
		return assert.AnError
	})
	require.ErrorIs(t, err, assert.AnError)
	assert.Empty(t, ids(t, c))
}

func TestSecretsStayOut(t *testing.T) {
	at := path(t)
	c := open(t, at)
	r := record("vpc-1", map[string]any{"plain": "visible"})
	r.Inputs["password"] = resource.MakeSecret(resource.NewStringProperty("hunter2"))
	r.Inputs["nested"] = resource.NewObjectProperty(resource.PropertyMap{
		"list": resource.NewArrayProperty([]resource.PropertyValue{
			resource.MakeSecret(resource.NewStringProperty("hunter2")),
		}),
	})
	put(t, c, r)
	journal, err := os.ReadFile(at)
	require.NoError(t, err)
	assert.NotContains(t, string(journal), "hunter2")
	assert.Contains(t, string(journal), "visible")
	assert.Contains(t, string(journal), cloud.Hidden)
}

func TestLineCutOffByAKillIsForgotten(t *testing.T) {
	at := path(t)
	c := open(t, at)
	put(t, c, record("vpc-1", nil), record("vpc-2", nil))
	journal, err := os.ReadFile(at)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(at, journal[:len(journal)-10], 0o600))

	again := open(t, at)
	assert.Equal(t, []string{"vpc-1"}, ids(t, again))
	put(t, again, record("vpc-3", nil))
	assert.Equal(t, []string{"vpc-1", "vpc-3"}, ids(t, open(t, at)))
}

func TestDamageIsNamed(t *testing.T) {
	at := path(t)
	put(t, open(t, at), record("vpc-1", nil))
	journal, err := os.ReadFile(at)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(at, append(journal, "nonsense\n"...), 0o600))
	_, err = cloud.Open(at)
	require.ErrorContains(t, err, "is damaged at line 2")
}

func TestJournalIsRewritten(t *testing.T) {
	at := path(t)
	c := open(t, at)
	put(t, c, record("vpc-gone", nil))
	require.NoError(t, c.Remove(vpc, "vpc-gone"))
	for range 50 {
		batch := make([]*cloud.Record, 50)
		for i := range batch {
			batch[i] = record("vpc-1", map[string]any{"step": float64(i)})
		}
		put(t, c, batch...)
	}
	require.NoError(t, c.Update(func(tx *cloud.Tx) error { tx.SetAccount("111122223333"); return nil }))

	again := open(t, at)
	journal, err := os.ReadFile(at)
	require.NoError(t, err)
	assert.Less(t, bytes.Count(journal, []byte("\n")), 10)
	for _, c := range []*cloud.Cloud{again, c} {
		assert.Equal(t, []string{"vpc-1"}, ids(t, c))
		require.NoError(t, c.View(func(r *cloud.Reader) error {
			assert.Equal(t, 2, r.Created(urn))
			assert.True(t, r.Deleted(vpc, "vpc-gone"))
			assert.Equal(t, "111122223333", r.Account())
			return nil
		}))
	}
}

func TestConcurrentWritersLoseNothing(t *testing.T) {
	at := path(t)
	var all sync.WaitGroup
	for worker := range 4 {
		c := open(t, at)
		all.Go(func() {
			for i := range 25 {
				id := string(rune('a'+worker)) + string(rune('a'+i))
				assert.NoError(t, c.Update(func(tx *cloud.Tx) error { tx.Put(record(id, nil)); return nil }))
			}
		})
	}
	all.Wait()
	assert.Len(t, ids(t, open(t, at)), 100)
}

func TestDriftAndOwnership(t *testing.T) {
	c := open(t, path(t))
	owner := record("vpc-1", map[string]any{"tags": map[string]any{"Name": "web"}, "enableDns": true})
	require.NoError(t, c.Update(func(tx *cloud.Tx) error {
		tx.Put(owner)
		tx.PutOwned(owner, &cloud.Record{Token: group, ID: "sg-1"})
		return nil
	}))
	require.NoError(t, c.Edit(vpc, "vpc-1", func(props resource.PropertyMap) {
		props["tags"] = resource.NewObjectProperty(resource.PropertyMap{"Name": resource.NewStringProperty("changed")})
		delete(props, "enableDns")
	}))
	records, err := c.Records()
	require.NoError(t, err)
	assert.Equal(t, "changed", records[0].Inputs["tags"].ObjectValue()["Name"].StringValue())
	assert.NotContains(t, records[0].Inputs, resource.PropertyKey("enableDns"))
	assert.True(t, records[0].Owns(records[1]))

	orphans, err := c.Orphans(map[resource.URN][]string{urn: {"vpc-other"}})
	require.NoError(t, err)
	require.Len(t, orphans, 1, "what came along with another is no orphan of its own")
	assert.Equal(t, "web (Vpc)", orphans[0].Label())
	orphans, err = c.Orphans(map[resource.URN][]string{urn: {"vpc-1"}})
	require.NoError(t, err)
	assert.Empty(t, orphans)

	require.NoError(t, c.Remove(vpc, "vpc-1"))
	assert.Empty(t, ids(t, c), "what came along disappears too")
	require.ErrorContains(t, c.Remove(vpc, "vpc-1"), "has no aws:ec2/vpc:Vpc \"vpc-1\"")
	require.ErrorContains(t, c.Edit(vpc, "vpc-1", func(resource.PropertyMap) {}), "has no aws:ec2/vpc:Vpc \"vpc-1\"")
}
