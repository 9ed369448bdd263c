package statelock_test

import (
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/statelock"
)

var now = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

const (
	folder = ".pulumi/locks/organization/aws-webapp/prod/"
	state  = ".pulumi/stacks/aws-webapp/prod.json"
)

func lockOf(host string, pid int, since time.Time) string {
	const form = `{"pid":%d,"username":"jo","hostname":%q,"timestamp":%q}`
	return fmt.Sprintf(form, pid, host, since.Format(time.RFC3339))
}

// bucket is a store in S3 below the folder "deep", with what the state was written at.
func bucket(files map[string]string, written time.Time) (*statelock.Bucket, *awsfake.Cloud) {
	cloud := awsfake.New()
	awsfake.Answer(cloud, func(in *s3.ListObjectsV2Input) (*s3.ListObjectsV2Output, error) {
		out := &s3.ListObjectsV2Output{}
		for _, key := range slices.Sorted(maps.Keys(files)) {
			if strings.HasPrefix("deep/"+key, *in.Prefix) {
				out.Contents = append(out.Contents, types.Object{Key: aws.String("deep/" + key), LastModified: &written})
			}
		}
		return out, nil
	})
	awsfake.Answer(cloud, func(in *s3.GetObjectInput) (*s3.GetObjectOutput, error) {
		text := files[strings.TrimPrefix(*in.Key, "deep/")]
		return &s3.GetObjectOutput{Body: io.NopCloser(strings.NewReader(text))}, nil
	})
	awsfake.Answer(cloud, func(in *s3.DeleteObjectInput) (*s3.DeleteObjectOutput, error) {
		delete(files, strings.TrimPrefix(*in.Key, "deep/"))
		return &s3.DeleteObjectOutput{}, nil
	})
	cfg := awsapi.ChangeOnly(cloud.WriteConfig("us-east-1"), statelock.Changes...)
	return statelock.NewBucket(cfg, "state", "/deep/"), cloud
}

func stackOf(store statelock.Store) *statelock.Stack {
	return &statelock.Stack{
		Store: store, Project: "aws-webapp", Name: "prod", Host: "here", Now: func() time.Time { return now },
		Alive: func(pid int) bool { return pid == 7 },
	}
}

func TestOnlyTheDeadLoseTheirLock(t *testing.T) {
	for name, row := range map[string]struct {
		lock    string
		written time.Duration
		dead    bool
		why     string
	}{
		"a process of this machine that is there": {lockOf("here", 7, now), 0, false, "process 7 of this machine is there"},
		"one that is there and rests": {
			lockOf("here", 7, now.Add(-9*time.Hour)), 9 * time.Hour, false, "process 7 of this machine is there",
		},
		"one that is gone":          {lockOf("here", 8, now), 0, true, "this machine has no process 8"},
		"one elsewhere at work":     {lockOf("there", 8, now.Add(-3*time.Hour)), 59 * time.Minute, false, "59m0s ago"},
		"one elsewhere that begins": {lockOf("there", 8, now.Add(-time.Minute)), 9 * time.Hour, false, "1m0s ago"},
		"one elsewhere that rests":  {lockOf("there", 8, now.Add(-3*time.Hour)), time.Hour, true, "for 1h0m0s"},
		"a file that is empty":      {"", 0, true, "died while it wrote it"},
	} {
		files := map[string]string{folder + "id1.json": row.lock, folder + "id2.json": "", state: "{}"}
		store, _ := bucket(files, now.Add(-row.written))
		s := stackOf(store)
		said, err := s.Free(t.Context(), "id1", false, true)
		if row.dead {
			require.NoError(t, err, name)
			assert.Contains(t, said, "would free the lock: ", name)
			assert.Contains(t, said, row.why, name)
		} else {
			require.ErrorContains(t, err, row.why, name)
			require.ErrorAs(t, err, new(statelock.RefusedError), name)
		}
		assert.Len(t, files, 3, name)
		_, err = s.Free(t.Context(), "id1", !row.dead, false)
		require.NoError(t, err, name)
		assert.Equal(t, []string{folder + "id2.json", state}, slices.Sorted(maps.Keys(files)), "%s: and no other", name)
		said, err = s.Free(t.Context(), "id1", false, false)
		require.NoError(t, err, name)
		assert.Equal(t, "the lock id1 is free already", said, name)
	}
}

func TestThePolicyGrantsWhatIsCalled(t *testing.T) {
	store, cloud := bucket(map[string]string{folder + "id1.json": ""}, now)
	_, err := stackOf(store).Free(t.Context(), "id1", false, false)
	require.NoError(t, err)
	assert.ElementsMatch(t, append(cloud.Actions(), "kms:Decrypt"), awsfake.Documented(t, "### Permissions of lock\n"))
	for _, action := range cloud.Actions() {
		refusing, cloud := bucket(map[string]string{folder + "id1.json": "", state: "{}"}, now)
		cloud.Deny(action)
		_, err := stackOf(refusing).Free(t.Context(), "id1", false, false)
		require.Error(t, err, action)
	}
}

// The files are those that Pulumi writes: its own `pulumi cancel` and a second update find them in the same place.
func TestAStateInAFolder(t *testing.T) {
	root := t.TempDir()
	store, err := statelock.Open(t.Context(), "file://"+filepath.ToSlash(root))
	require.NoError(t, err)
	s := stackOf(store)
	held, err := s.Held(t.Context())
	require.NoError(t, err)
	assert.Empty(t, held)
	for key, text := range map[string]string{folder + "id1.json": lockOf("here", 8, now), state: "{}"} {
		file := filepath.Join(root, filepath.FromSlash(key))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	}
	held, err = s.Held(t.Context())
	require.NoError(t, err)
	require.Len(t, held, 1)
	assert.Equal(t, []any{"id1", "jo", "here", 8, now}, []any{
		held[0].ID, held[0].User, held[0].Host, held[0].PID, held[0].Since.UTC(),
	})
	assert.False(t, held[0].Written.IsZero())
	_, err = s.Free(t.Context(), "id1", false, false)
	require.NoError(t, err)
	held, err = s.Held(t.Context())
	require.NoError(t, err)
	assert.Empty(t, held)
	_, err = statelock.Open(t.Context(), "https://api.pulumi.com")
	require.ErrorContains(t, err, "only s3:// and file://")
}

func TestAProcessThatIsGone(t *testing.T) {
	assert.True(t, statelock.Alive(os.Getpid()))
	ended := exec.Command("true")
	require.NoError(t, ended.Run())
	assert.False(t, statelock.Alive(ended.Process.Pid))
}
