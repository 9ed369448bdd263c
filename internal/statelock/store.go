package statelock

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"aws-webapp/internal/awsapi"
)

// Changes is the action that the client of a bucket needs besides those that look.
var Changes = []string{"s3:DeleteObject"}

// Store has the files of a backend, by key.
type Store interface {
	// List returns the keys below a folder, which ends in a slash.
	List(ctx context.Context, folder string) ([]string, error)
	Read(ctx context.Context, key string) ([]byte, error)
	// Modified returns when a file was written, zero if it is not there.
	Modified(ctx context.Context, key string) (time.Time, error)
	Delete(ctx context.Context, key string) error
}

// Open opens the store of a backend's address, as `pulumi login` takes it: s3://bucket/folder?region=... or
// file://folder.
func Open(ctx context.Context, address string) (Store, error) {
	at, err := url.Parse(address)
	switch {
	case err != nil:
		return nil, fmt.Errorf("the state's address: %w", err)
	case at.Scheme == "file":
		folder := at.Host + at.Path
		if home, ok := strings.CutPrefix(folder, "~"); ok {
			own, err := os.UserHomeDir()
			if err != nil {
				return nil, err
			}
			folder = own + home
		}
		return Folder(folder), nil
	case at.Scheme != "s3":
		return nil, fmt.Errorf("the state is in %s://: only s3:// and file:// keep locks that this command knows", at.Scheme)
	}
	cfg, err := awsapi.OpenToChange(ctx, at.Query().Get("region"), awsapi.Profile{}, Changes...)
	if err != nil {
		return nil, err
	}
	return NewBucket(cfg, at.Host, at.Path), nil
}

// Bucket is a store in S3.
type Bucket struct {
	s3     *s3.Client
	name   *string
	prefix string
}

// NewBucket makes a store of a bucket, below a folder of it.
func NewBucket(cfg aws.Config, name, folder string) *Bucket {
	client := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = o.BaseEndpoint != nil })
	return &Bucket{client, &name, strings.Trim(folder, "/")}
}

func (b *Bucket) key(key string) *string {
	whole := strings.TrimPrefix(path.Join(b.prefix, key), "/")
	if strings.HasSuffix(key, "/") {
		whole += "/"
	}
	return &whole
}

// List implements [Store].
func (b *Bucket) List(ctx context.Context, folder string) ([]string, error) {
	found, err := awsapi.All(ctx, s3.NewListObjectsV2Paginator(b.s3, &s3.ListObjectsV2Input{
		Bucket: b.name, Prefix: b.key(folder),
	}), func(page *s3.ListObjectsV2Output) []types.Object { return page.Contents })
	if err != nil {
		return nil, fmt.Errorf("list the locks: %w", err)
	}
	keys := make([]string, len(found))
	for i, one := range found {
		keys[i] = strings.TrimPrefix(strings.TrimPrefix(aws.ToString(one.Key), b.prefix), "/")
	}
	return keys, nil
}

// Read implements [Store].
func (b *Bucket) Read(ctx context.Context, key string) ([]byte, error) {
	out, err := b.s3.GetObject(ctx, &s3.GetObjectInput{Bucket: b.name, Key: b.key(key)})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", key, err)
	}
	text, err := io.ReadAll(out.Body)
	return text, errors.Join(err, out.Body.Close())
}

// Modified implements [Store].
func (b *Bucket) Modified(ctx context.Context, key string) (time.Time, error) {
	found, err := b.s3.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: b.name, Prefix: b.key(key), MaxKeys: aws.Int32(1)})
	if err != nil {
		return time.Time{}, fmt.Errorf("look at the state: %w", err)
	}
	for _, one := range found.Contents {
		if aws.ToString(one.Key) == *b.key(key) {
			return aws.ToTime(one.LastModified), nil
		}
	}
	return time.Time{}, nil
}

// Delete implements [Store].
func (b *Bucket) Delete(ctx context.Context, key string) error {
	if _, err := b.s3.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: b.name, Key: b.key(key)}); err != nil {
		return fmt.Errorf("delete %s: %w", key, err)
	}
	return nil
}

// Folder is a store on this machine.
type Folder string

func (f Folder) path(key string) string { return filepath.Join(string(f), filepath.FromSlash(key)) }

// List implements [Store].
func (f Folder) List(_ context.Context, folder string) ([]string, error) {
	entries, err := os.ReadDir(f.path(folder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var keys []string
	for _, entry := range entries {
		if path.Ext(entry.Name()) == ".json" {
			keys = append(keys, folder+entry.Name())
		}
	}
	return keys, err
}

// Read implements [Store].
func (f Folder) Read(_ context.Context, key string) ([]byte, error) { return os.ReadFile(f.path(key)) }

// Modified implements [Store].
func (f Folder) Modified(_ context.Context, key string) (time.Time, error) {
	info, err := os.Stat(f.path(key))
	if errors.Is(err, fs.ErrNotExist) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	return info.ModTime(), nil
}

// Delete implements [Store].
func (f Folder) Delete(_ context.Context, key string) error { return os.Remove(f.path(key)) }
