package preflight

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	backuptypes "github.com/aws/aws-sdk-go-v2/service/backup/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	rdstypes "github.com/aws/aws-sdk-go-v2/service/rds/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/config"
)

// Backup has the calls of AWS Backup that preflight makes.
type Backup interface {
	ListBackupVaults(context.Context, *backup.ListBackupVaultsInput, ...func(*backup.Options)) (*backup.ListBackupVaultsOutput, error)
}

// Destroy looks for obstacles to destroying the stack. A key that has to change must be
// deployed first: AWS and Pulumi's state have the values of the last up.
func (p *Preflight) Destroy(ctx context.Context) (*Report, error) {
	return p.run(ctx, "destroy", plan{
		checks: []check{
			{"protection in the stack file", p.checkProtection},
			{"protection in Pulumi's state", p.checkState},
			{"database", p.checkDatabaseProtection},
			{"final snapshot", p.checkFinalSnapshots},
			{"load balancer", p.checkBalancerProtection},
			{"buckets", p.checkBucketsEmpty},
			{"log search", p.checkDomainBusy},
			{"deployments", p.checkDeployments},
			{"backups", p.checkVaults},
		},
		ofStack: []check{{"network interfaces", p.checkInterfaces}},
	})
}

// thenDeploy is the second half of the advice about a key.
const thenDeploy = ", then pulumi up, then destroy"

// flip says how to set a key to a value that prod does not allow.
func (p *Preflight) flip(key, value string) string {
	fix := "set " + key + " to " + value
	if p.Config.Environment == config.Prod {
		fix = "set environment to staging (prod refuses it) and " + key + " to " + value
	}
	return fix + thenDeploy
}

// checkProtection finds the resources that the stack file makes Pulumi protect.
func (p *Preflight) checkProtection(context.Context) ([]Finding, error) {
	var findings []Finding
	for _, one := range []struct {
		name, key, value string
		protected        bool
	}{
		{"database", "database.deletionProtection", "false", p.Config.Database.DeletionProtection},
		{"load balancer", "loadBalancer.deletionProtection", "false", p.Config.LoadBalancer.DeletionProtection},
		{"trail's bucket", "storage.forceDestroy", "true", p.Config.AuditTrail.Enabled && !p.Config.Storage.ForceDestroy},
		{"backup vault", "backup.forceDestroy", "true", p.Config.Backup.Enabled && !p.Config.Backup.ForceDestroy},
	} {
		if one.protected {
			findings = append(findings, Finding{
				Check: "stack file: " + one.name, Status: Blocked, Found: one.key + " is not " + one.value, Needed: one.value,
				Fix: p.flip(one.key, one.value),
			})
		}
	}
	if p.Config.Environment == config.Prod {
		findings = append(findings, Finding{
			Check: "stack file: application bucket, VPC and subnets", Status: Blocked,
			Found: "environment is prod, which protects them", Needed: "another environment",
			Fix: "set environment to staging" + thenDeploy,
		})
	}
	if len(findings) == 0 {
		findings = []Finding{{Check: "stack file", Status: OK, Found: "protects nothing"}}
	}
	return findings, nil
}

// workloadKeys and deliveryKeys are the keys with which the program no longer protects a resource of a type.
var (
	workloadKeys = map[string]string{
		resourcetypes.BackupVault:  "environment to staging and backup.forceDestroy to true",
		resourcetypes.Subnet:       "environment to staging",
		resourcetypes.VPC:          "environment to staging",
		resourcetypes.LoadBalancer: "loadBalancer.deletionProtection to false",
		resourcetypes.DBInstance:   "database.deletionProtection to false",
		resourcetypes.Bucket:       "environment to staging and storage.forceDestroy to true",
	}
	deliveryKeys = map[string]string{
		resourcetypes.KMSKey: "environment to staging",
		resourcetypes.Bucket: "environment to staging and state.forceDestroy to true",
	}
)

// checkState lists the resources that the last up protected, whatever the stack file says now.
func (p *Preflight) checkState(context.Context) ([]Finding, error) {
	return p.judgeState(workloadKeys)
}

func (p *Preflight) judgeState(keys map[string]string) ([]Finding, error) {
	if p.Protected == nil {
		return []Finding{{
			Check: "Pulumi's state", Status: Unchecked, Found: "no state given", Fix: "pulumi stack export --file state.json, then --state state.json",
		}}, nil
	}
	var findings []Finding
	for _, kind := range slices.Sorted(maps.Keys(p.Protected)) {
		for _, name := range p.Protected[kind] {
			fix := "pulumi state unprotect"
			if key, known := keys[kind]; known {
				fix = "set " + key + thenDeploy
			}
			findings = append(findings, Finding{Check: "Pulumi's state", Status: Blocked, Found: name + " (" + kind + ") is protected", Needed: "unprotected", Fix: fix})
		}
	}
	if len(findings) == 0 {
		findings = []Finding{{Check: "Pulumi's state", Status: OK, Found: "protects nothing"}}
	}
	return findings, nil
}

func (p *Preflight) checkDatabaseProtection(ctx context.Context) ([]Finding, error) {
	found, err := p.database(ctx)
	if err != nil {
		return nil, err
	}
	if found == nil {
		return []Finding{{Check: "database", Status: OK, Found: "does not exist"}}, nil
	}
	name, status := aws.ToString(found.DBInstanceIdentifier), aws.ToString(found.DBInstanceStatus)
	findings := []Finding{{Check: "database", Status: OK, Found: name + " is " + status}}
	if aws.ToBool(found.DeletionProtection) {
		findings = append(findings, Finding{
			Check: "database", Status: Blocked, Found: name + " has deletion protection", Needed: "none", Fix: p.flip("database.deletionProtection", "false"),
		})
	}
	if status != "available" && status != "stopped" {
		findings = append(findings, Finding{
			Check: "database", Status: Warning, Found: name + " is " + status, Needed: "available",
			Fix: "wait until it is available: RDS takes a final snapshot only then",
		})
	}
	if !p.Config.Database.FinalSnapshot {
		findings = append(findings, Finding{
			Check: "final snapshot", Status: Warning, Found: "database.finalSnapshot is false: the data will be lost",
			Fix: "set database.finalSnapshot to true" + thenDeploy + ", if the data is to be kept",
		})
	}
	return findings, nil
}

// checkFinalSnapshots looks for final snapshots of earlier instances. The program's names
// differ from instance to instance, so a clash means that this instance already has its final
// snapshot.
func (p *Preflight) checkFinalSnapshots(ctx context.Context) ([]Finding, error) {
	if !p.Config.Database.FinalSnapshot {
		return nil, nil
	}
	found, err := p.database(ctx)
	if err != nil || found == nil {
		return nil, err
	}
	name := aws.ToString(found.DBInstanceIdentifier)
	input := &rds.DescribeDBSnapshotsInput{DBInstanceIdentifier: aws.String(name), SnapshotType: aws.String("manual")}
	snapshots, err := awsapi.All(ctx, rds.NewDescribeDBSnapshotsPaginator(p.Clients.RDS, input),
		func(page *rds.DescribeDBSnapshotsOutput) []rdstypes.DBSnapshot { return page.DBSnapshots })
	if err != nil {
		return nil, err
	}
	finding := Finding{Check: "final snapshot", Status: OK, Found: "this instance has none yet", Needed: "a free name"}
	for i := range snapshots {
		snapshot := &snapshots[i]
		ofThis := found.InstanceCreateTime != nil && snapshot.SnapshotCreateTime != nil && snapshot.SnapshotCreateTime.After(*found.InstanceCreateTime)
		if ofThis && strings.HasPrefix(aws.ToString(snapshot.DBSnapshotIdentifier), name+"-final-") {
			finding.Status, finding.Found = Blocked, aws.ToString(snapshot.DBSnapshotIdentifier)+" already exists"
			finding.Fix = "an earlier destroy took it and then failed: copy it under another name if you need it, then delete it"
		}
	}
	return []Finding{finding}, nil
}

// tagsPerCall is the limit of DescribeTags.
const tagsPerCall = 20

// ownBalancers returns the load balancers with the stack's tags.
func (p *Preflight) ownBalancers(ctx context.Context) ([]string, error) {
	all, err := p.balancers(ctx)
	if err != nil {
		return nil, err
	}
	var own []string
	for batch := range slices.Chunk(all, tagsPerCall) {
		described, err := p.Clients.LoadBalancing.DescribeTags(ctx, &elb.DescribeTagsInput{ResourceArns: batch})
		if err != nil {
			return nil, err
		}
		for _, one := range described.TagDescriptions {
			tags := map[string]string{}
			for _, tag := range one.Tags {
				tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
			}
			if p.own(tags) {
				own = append(own, aws.ToString(one.ResourceArn))
			}
		}
	}
	return own, nil
}

func (p *Preflight) checkBalancerProtection(ctx context.Context) ([]Finding, error) {
	own, err := p.ownBalancers(ctx)
	if err != nil {
		return nil, err
	}
	findings := []Finding{{Check: "load balancer", Status: OK, Found: plural(len(own), "load balancer") + " of the stack"}}
	for _, arn := range own {
		described, err := p.Clients.LoadBalancing.DescribeLoadBalancerAttributes(ctx, &elb.DescribeLoadBalancerAttributesInput{LoadBalancerArn: aws.String(arn)})
		if err != nil {
			return findings, err
		}
		for _, attribute := range described.Attributes {
			if aws.ToString(attribute.Key) == "deletion_protection.enabled" && aws.ToString(attribute.Value) == "true" {
				findings = append(findings, Finding{
					Check: "load balancer", Status: Blocked, Found: balancerName(arn) + " has deletion protection", Needed: "none",
					Fix: p.flip("loadBalancer.deletionProtection", "false"),
				})
			}
		}
	}
	return findings, nil
}

// balancerName returns the name in arn:...:loadbalancer/app/NAME/ID.
func balancerName(arn string) string {
	const place = 2
	if parts := strings.Split(arn, "/"); len(parts) > place {
		return parts[place]
	}
	return arn
}

// checkBucketsEmpty looks for objects, versions and delete markers: S3 refuses to delete a
// bucket that has any of them.
func (p *Preflight) checkBucketsEmpty(ctx context.Context) ([]Finding, error) {
	var findings []Finding
	for _, bucket := range p.named(BucketName) {
		finding := Finding{Check: "bucket " + bucket.Role, Status: OK, Found: "empty"}
		listed, err := p.Clients.S3.ListObjectVersions(ctx, &s3.ListObjectVersionsInput{
			Bucket: aws.String(bucket.Value), MaxKeys: aws.Int32(1), ExpectedBucketOwner: aws.String(p.account),
		})
		switch {
		case awsapi.Code(err) == "NoSuchBucket" || awsapi.Missing(err):
			finding.Found = "does not exist"
		case err != nil:
			finding = unchecked(finding.Check, err)
		case len(listed.Versions)+len(listed.DeleteMarkers) == 0:
		case p.Config.Storage.ForceDestroy:
			finding.Status, finding.Found = Warning, bucket.Value+" has objects, which destroy deletes"
			finding.Fix = "copy what is needed; storage.forceDestroy has to be deployed"
		default:
			finding.Status, finding.Found, finding.Needed = Blocked, bucket.Value+" has objects", "empty, or storage.forceDestroy"
			finding.Fix = p.flip("storage.forceDestroy", "true")
		}
		findings = append(findings, finding)
	}
	return findings, nil
}

func (p *Preflight) checkDomainBusy(ctx context.Context) ([]Finding, error) {
	found, err := p.domain(ctx)
	if err != nil || found == nil {
		return nil, err
	}
	name := aws.ToString(found.DomainName)
	if aws.ToBool(found.Processing) || aws.ToBool(found.UpgradeProcessing) {
		return []Finding{{
			Check: "log search", Status: Warning, Found: name + " is being changed", Needed: "an idle domain",
			Fix: "wait: AWS deletes the domain only after the change, which may take hours",
		}}, nil
	}
	return []Finding{{Check: "log search", Status: OK, Found: name + " is idle; destroy deletes its indices"}}, nil
}

// checkVaults looks for recovery points, which keep a vault from being deleted, and for locks,
// which do so for recovery points.
func (p *Preflight) checkVaults(ctx context.Context) ([]Finding, error) {
	vaults, err := awsapi.All(ctx, backup.NewListBackupVaultsPaginator(p.Clients.Backup, &backup.ListBackupVaultsInput{}),
		func(page *backup.ListBackupVaultsOutput) []backuptypes.BackupVaultListMember {
			return page.BackupVaultList
		})
	if err != nil {
		return nil, err
	}
	var findings []Finding
	for i := range vaults {
		if strings.HasPrefix(aws.ToString(vaults[i].BackupVaultName), p.Project+"-"+p.Stack) {
			findings = append(findings, p.judgeVault(&vaults[i]))
		}
	}
	return findings, nil
}

func (p *Preflight) judgeVault(vault *backuptypes.BackupVaultListMember) Finding {
	name, points := aws.ToString(vault.BackupVaultName), plural(int(vault.NumberOfRecoveryPoints), "recovery point")
	finding := Finding{Check: "backup vault", Status: Blocked}
	switch {
	case vault.NumberOfRecoveryPoints == 0:
		finding.Status, finding.Found = OK, name+" is empty"
	case !aws.ToBool(vault.Locked) && p.Config.Backup.ForceDestroy:
		finding.Status, finding.Found = Warning, name+" has "+points+", which destroy deletes"
		finding.Fix = "copy what is needed to another vault; backup.forceDestroy has to be deployed"
	case !aws.ToBool(vault.Locked):
		finding.Found = name + " has " + points
		finding.Fix = "delete the recovery points that nobody needs, or copy them to another vault"
	case vault.LockDate == nil || vault.LockDate.After(p.Now()):
		finding.Found = name + " is locked, with " + points
		finding.Fix = "remove the lock while it can be removed: " +
			"aws backup delete-backup-vault-lock-configuration --backup-vault-name " + name
	default:
		finding.Found = name + " is locked, with " + points
		finding.Fix = fmt.Sprintf("wait until they expire (%d days at least): nobody can delete them before",
			aws.ToInt64(vault.MinRetentionDays))
	}
	return finding
}

// checkInterfaces looks for network interfaces that would keep subnets and security groups from
// being deleted. AWS removes those of functions up to 40 minutes later; those created by others
// stay.
func (p *Preflight) checkInterfaces(ctx context.Context) ([]Finding, error) {
	if len(p.vpcs) == 0 {
		return []Finding{{Check: "network interfaces", Status: OK, Found: "the stack has no VPC"}}, nil
	}
	input := &ec2.DescribeNetworkInterfacesInput{
		Filters: []ec2types.Filter{{Name: aws.String("vpc-id"), Values: p.vpcs}},
	}
	interfaces, err := awsapi.All(ctx, ec2.NewDescribeNetworkInterfacesPaginator(p.Clients.EC2, input),
		func(page *ec2.DescribeNetworkInterfacesOutput) []ec2types.NetworkInterface {
			return page.NetworkInterfaces
		})
	if err != nil {
		return nil, err
	}
	functions, strangers := 0, []string{}
	for i := range interfaces {
		switch one := &interfaces[i]; {
		case one.InterfaceType == ec2types.NetworkInterfaceTypeLambda:
			functions++
		case !aws.ToBool(one.RequesterManaged) && !ofService(one):
			strangers = append(strangers, describeInterface(one))
		}
	}
	findings := []Finding{{
		Check: "network interfaces", Status: OK, Found: "only those of the stack and of AWS's services",
		Needed: "none but the stack's",
	}}
	if len(strangers) > 0 {
		findings[0] = Finding{
			Check: "network interfaces", Status: Blocked, Found: strings.Join(strangers, ", "), Needed: "none but the stack's",
			Fix: "first delete what uses them: AWS deletes no subnet or security group in use",
		}
	}
	if functions > 0 {
		findings = append(findings, Finding{
			Check: "functions in the VPC", Status: Warning, Found: plural(functions, "network interface"),
			Fix: "allow time: AWS removes them up to 40 minutes after the functions, and their security group only then",
		})
	}
	return findings, nil
}

// ofService reports whether an AWS service created an interface, going by its description.
func ofService(one *ec2types.NetworkInterface) bool {
	if one.InterfaceType != ec2types.NetworkInterfaceTypeInterface && one.InterfaceType != "" {
		return true
	}
	description := aws.ToString(one.Description)
	for _, prefix := range []string{"ELB ", "RDSNetworkInterface", "ES ", "arn:aws", "Interface for NAT Gateway", "VPC Endpoint Interface", "AWS Lambda VPC ENI"} {
		if strings.HasPrefix(description, prefix) {
			return true
		}
	}
	return false
}

func describeInterface(one *ec2types.NetworkInterface) string {
	text := aws.ToString(one.NetworkInterfaceId)
	if one.Attachment != nil && aws.ToString(one.Attachment.InstanceId) != "" {
		return text + " of instance " + aws.ToString(one.Attachment.InstanceId)
	}
	if description := aws.ToString(one.Description); description != "" {
		return text + " (" + description + ")"
	}
	return text
}
