package preflight

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	cwltypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/outcome"
)

// checkNameLengths reports names that are shortened to AWS's limit: they are unique and stay
// the same, but nobody would guess them.
func (p *Preflight) checkNameLengths(context.Context) ([]outcome.Finding, error) {
	findings := []outcome.Finding{
		{Check: "names", Status: outcome.OK, Found: fmt.Sprintf("%d names within AWS's limits", len(p.names))},
	}
	for _, name := range p.names {
		if name.Value != strings.ToLower(name.Full) && name.Value != name.Full {
			findings = append(findings, outcome.Finding{
				Check: "name of " + name.Role, Status: outcome.Warning, Found: fmt.Sprintf("%s, cut from %d characters", name.Value,
					len(name.Full)),
				Needed: fmt.Sprintf("at most %d", name.Limit),
				Fix:    "nothing, or shorten the stack's name before the first deployment",
			})
		}
	}
	return findings, nil
}

// checkBucketsFree checks whether the names are taken: all of AWS's customers share the names
// of buckets.
func (p *Preflight) checkBucketsFree(ctx context.Context) ([]outcome.Finding, error) {
	var findings []outcome.Finding
	for _, bucket := range p.named(BucketName) {
		finding := outcome.Finding{Check: "bucket " + bucket.Role, Status: outcome.OK, Found: "free"}
		_, err := p.s3().HeadBucket(ctx, &s3.HeadBucketInput{
			Bucket: aws.String(bucket.Value), ExpectedBucketOwner: aws.String(p.account),
		})
		_, denied := awsapi.Denied(err)
		switch {
		case err == nil && p.deployed():
			finding.Found = "exists, made by the stack"
		case err == nil:
			finding.Status, finding.Found = outcome.Blocked, bucket.Value+" already exists outside the stack"
			finding.Fix = "delete the bucket, or take it over with pulumi import"
		case denied:
			// AWS gives the same answer for somebody else's bucket and for a missing permission.
			finding.Status = outcome.Unchecked
			finding.Found = bucket.Value + " belongs to another account, or there is no permission"
			finding.Fix = "needs s3:ListBucket; if the bucket is another's, rename the stack"
		case !awsapi.Missing(err):
			return findings, err
		}
		findings = append(findings, finding)
	}
	return findings, nil
}

// checkLogGroupsFree looks for log groups that a service created again while its stack was
// being destroyed: the next up would find the names taken.
func (p *Preflight) checkLogGroupsFree(ctx context.Context) ([]outcome.Finding, error) {
	if p.deployed() {
		return nil, nil
	}
	var findings []outcome.Finding
	for _, group := range p.named(LogGroupName) {
		input := &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: aws.String(group.Value)}
		groups, err := awsapi.All(ctx,
			cloudwatchlogs.NewDescribeLogGroupsPaginator(cloudwatchlogs.NewFromConfig(p.AWS), input),
			func(page *cloudwatchlogs.DescribeLogGroupsOutput) []cwltypes.LogGroup { return page.LogGroups })
		if err != nil {
			return findings, err
		}
		finding := outcome.Finding{Check: "log group " + group.Role, Status: outcome.OK, Found: "free"}
		for i := range groups {
			if aws.ToString(groups[i].LogGroupName) == group.Value {
				finding.Status, finding.Found = outcome.Blocked, group.Value+" already exists outside the stack"
				finding.Fix = "keep what is in it, then: aws logs delete-log-group --log-group-name " + group.Value
			}
		}
		findings = append(findings, finding)
	}
	return findings, nil
}

// checkPackages checks whether the functions' zips exist and are not older than their source.
func (p *Preflight) checkPackages(context.Context) ([]outcome.Finding, error) {
	sources, err := filepath.Glob(filepath.Join(p.Root, "lambda", "*", "main.go"))
	if err != nil {
		return nil, err
	}
	var findings []outcome.Finding
	for _, source := range sources {
		folder := filepath.Dir(source)
		name := filepath.Base(folder)
		finding := outcome.Finding{
			Check: "function " + name, Status: outcome.OK,
			Needed: filepath.Join("dist", "lambda", name+".zip"),
		}
		built, err := os.Stat(filepath.Join(p.Root, finding.Needed))
		switch {
		case os.IsNotExist(err):
			finding.Status, finding.Found, finding.Fix = outcome.Blocked, "not built", "make lambda"
		case err != nil:
			return findings, err
		default:
			finding.Found = "built " + built.ModTime().UTC().Format(time.DateTime)
			if newer, err := newerSource(folder, built.ModTime()); err != nil {
				return findings, err
			} else if newer != "" {
				finding.Status, finding.Fix = outcome.Warning, "make lambda: "+newer+" has changed since"
			}
		}
		findings = append(findings, finding)
	}
	return findings, nil
}

// newerSource returns a Go file below a folder that has changed since a time, or "".
func newerSource(folder string, since time.Time) (string, error) {
	newer := ""
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		info, err := entry.Info()
		if err == nil && info.ModTime().After(since) {
			newer = filepath.Base(path)
		}
		return err
	})
	return newer, err
}
