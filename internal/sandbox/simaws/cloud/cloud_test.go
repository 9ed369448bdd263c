package cloud_test

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/asset"
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
	before, err := second.Records()
	require.NoError(t, err)
	after, err := second.Records()
	require.NoError(t, err)
	assert.Same(t, before[0], after[0], "a line is read once")
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

func TestRecordsSurviveWhole(t *testing.T) {
	at := path(t)
	owner := record("vpc-1", nil)
	r := &cloud.Record{
		Token: group, ID: "sg-1", Key: "sg-1:2", URN: urn, Region: "eu-west-1", Generation: 3, Revision: 4,
		Inputs:  resource.NewPropertyMapFromMap(map[string]any{"name": "in"}),
		Outputs: resource.NewPropertyMapFromMap(map[string]any{"name": "out"}),
	}
	c := open(t, at)
	require.NoError(t, c.Update(func(tx *cloud.Tx) error {
		tx.Put(owner)
		tx.PutOwned(owner, r)
		return nil
	}))
	r.Owner = vpc + "|vpc-1"
	require.NoError(t, open(t, at).View(func(read *cloud.Reader) error {
		assert.Equal(t, []*cloud.Record{r}, read.List(group))
		require.Len(t, read.All(), 2)
		assert.Equal(t, []*cloud.Record{r}, read.Owned(read.All()[0]))
		for property, value := range map[string]string{"id": "sg-1", "name": "out"} {
			found, ok := read.Find(group, property, value)
			assert.True(t, ok, property)
			assert.Equal(t, r, found)
			_, ok = read.Find(vpc, property, value)
			assert.False(t, ok, "another type's %s", property)
			_, ok = read.Find(group, property, value+"x")
			assert.False(t, ok, "another %s", property)
			_, ok = read.Find(group, property, "")
			assert.False(t, ok, "no %s", property)
		}
		return nil
	}))
}

func TestDeletedIsKnownByKeyAndARN(t *testing.T) {
	c := open(t, path(t))
	put(t, c, record("gone", nil))
	require.NoError(t, c.Remove(vpc, "gone"))
	require.NoError(t, c.View(func(r *cloud.Reader) error {
		for value, want := range map[string]bool{
			"gone": true, "arn:aws:x:::gone": true, "arn:aws:x:::thing/gone": true,
			"other": false, "gone/other": false, "": false,
		} {
			assert.Equal(t, want, r.Deleted(vpc, value), value)
			assert.False(t, r.Deleted(group, value), "another type's %s", value)
		}
		return nil
	}))
}

func TestAJournalThatWasReplacedIsReadAnew(t *testing.T) {
	at, other := path(t), path(t)
	c := open(t, at)
	put(t, c, record("vpc-1", nil))
	put(t, open(t, other), record("vpc-2", nil), record("vpc-3", nil), record("vpc-4", nil))
	require.NoError(t, os.Rename(other, at))
	assert.Equal(t, []string{"vpc-2", "vpc-3", "vpc-4"}, ids(t, c))
	require.NoError(t, os.Remove(at))
	assert.Empty(t, ids(t, c))
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
	r.Inputs["output"] = resource.NewOutputProperty(resource.Output{
		Element: resource.NewStringProperty("hunter2"), Known: true, Secret: true,
	})
	r.Inputs["open"] = resource.NewOutputProperty(resource.Output{
		Element: resource.NewStringProperty("shown"), Known: true,
	})
	r.Inputs["null"] = resource.NewNullProperty()
	program, err := asset.FromText("a program's text")
	require.NoError(t, err)
	r.Inputs["code"] = resource.NewAssetProperty(program)
	put(t, c, r)
	journal, err := os.ReadFile(at)
	require.NoError(t, err)
	assert.NotContains(t, string(journal), "hunter2")
	assert.NotContains(t, string(journal), "a program's text", "its hash is enough")
	assert.Contains(t, string(journal), program.Hash)
	records, err := open(t, at).Records()
	require.NoError(t, err)
	hidden := resource.NewStringProperty("[secret]")
	assert.Equal(t, hidden, records[0].Inputs["password"])
	assert.Equal(t, hidden, records[0].Inputs["output"])
	assert.Equal(t, resource.NewStringProperty("shown"), records[0].Inputs["open"])
	assert.NotContains(t, records[0].Inputs, resource.PropertyKey("null"))
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

	journal, err = os.ReadFile(at)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(at, append(journal, bytes.Repeat([]byte("x"), 1000)...), 0o600))
	put(t, again, record("vpc-4", nil))
	assert.Equal(t, []string{"vpc-1", "vpc-3", "vpc-4"}, ids(t, open(t, at)), "nothing stays behind a shorter line")
}

func TestDamageIsNamed(t *testing.T) {
	at := path(t)
	put(t, open(t, at), record("vpc-1", nil))
	journal, err := os.ReadFile(at)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(at, append(journal, "nonsense\n"...), 0o600))
	_, err = cloud.Open(at)
	require.ErrorContains(t, err, "is damaged at line 2")

	at = path(t)
	c := open(t, at)
	put(t, c, record("vpc-1", nil), record("vpc-2", nil))
	journal, err = os.ReadFile(at)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(at, append(journal, "nonsense\n"...), 0o600))
	_, err = c.Records()
	require.ErrorContains(t, err, "is damaged at line 3", "who wrote the lines has counted them")
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

	require.NoError(t, os.Mkdir(at+".new", 0o700))
	_, err := cloud.Open(at)
	require.ErrorContains(t, err, "open "+at+".new: ", "nothing takes the journal's place")
	require.NoError(t, os.Remove(at+".new"))

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
	before, err := c.Records()
	require.NoError(t, err)
	require.NoError(t, c.Edit(vpc, "vpc-1", func(props resource.PropertyMap) {
		props["tags"] = resource.NewObjectProperty(resource.PropertyMap{"Name": resource.NewStringProperty("changed")})
		delete(props, "enableDns")
	}))
	records, err := c.Records()
	require.NoError(t, err)
	assert.Equal(t, "changed", records[0].Inputs["tags"].ObjectValue()["Name"].StringValue())
	assert.NotContains(t, records[0].Inputs, resource.PropertyKey("enableDns"))
	assert.True(t, records[0].Owns(records[1]))
	assert.Equal(t, "sg-1", records[1].Label(), "no part of the program made it")
	assert.Equal(t, owner.Inputs, before[0].Inputs, "what was read before")

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
