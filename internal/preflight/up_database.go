package preflight

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	rdstypes "github.com/aws/aws-sdk-go-v2/service/rds/types"

	"aws-webapp/internal/awsapi"
)

// RDS is what is asked of Amazon RDS.
type RDS interface {
	DescribeAccountAttributes(context.Context, *rds.DescribeAccountAttributesInput, ...func(*rds.Options)) (*rds.DescribeAccountAttributesOutput, error)
	DescribeDBEngineVersions(context.Context, *rds.DescribeDBEngineVersionsInput, ...func(*rds.Options)) (*rds.DescribeDBEngineVersionsOutput, error)
	DescribeDBInstances(context.Context, *rds.DescribeDBInstancesInput, ...func(*rds.Options)) (*rds.DescribeDBInstancesOutput, error)
	DescribeDBSnapshots(context.Context, *rds.DescribeDBSnapshotsInput, ...func(*rds.Options)) (*rds.DescribeDBSnapshotsOutput, error)
	DescribeOrderableDBInstanceOptions(context.Context, *rds.DescribeOrderableDBInstanceOptionsInput, ...func(*rds.Options)) (*rds.DescribeOrderableDBInstanceOptionsOutput, error)
}

const (
	engine      = "postgres"
	storageType = "gp3"
)

// database is the stack's instance; nil if there is none.
func (p *Preflight) database(ctx context.Context) (*rdstypes.DBInstance, error) {
	for _, name := range p.named(DatabaseName) {
		described, err := p.Clients.RDS.DescribeDBInstances(ctx, &rds.DescribeDBInstancesInput{DBInstanceIdentifier: aws.String(name.Value)})
		if code := awsapi.Code(err); code == "DBInstanceNotFound" || code == "DBInstanceNotFoundFault" {
			continue
		}
		if err != nil {
			return nil, err
		}
		for i := range described.DBInstances {
			return &described.DBInstances[i], nil
		}
	}
	return nil, nil
}

func (p *Preflight) checkDatabaseFree(ctx context.Context) ([]Finding, error) {
	found, err := p.database(ctx)
	if err != nil || found == nil || p.deployed() {
		return nil, err
	}
	name := aws.ToString(found.DBInstanceIdentifier)
	return []Finding{{
		Check: "database name", Status: Blocked, Found: name + " is there, without the stack", Needed: "a free name",
		Fix: "delete the instance, take it over with pulumi import, or rename the stack",
	}}, nil
}

// checkDatabaseClass asks whether AWS still creates the engine version, on that class, with
// what the program wants of it.
func (p *Preflight) checkDatabaseClass(ctx context.Context) ([]Finding, error) {
	database := p.Config.Database
	finding := Finding{
		Check: "database class", Status: Blocked, Found: "not offered in " + p.Config.AWS.Region,
		Needed: fmt.Sprintf("%s with PostgreSQL %s on %s", database.InstanceClass, database.EngineVersion, storageType),
	}
	options, err := p.orderable(ctx)
	switch {
	case awsapi.Code(err) == "InvalidParameterCombination" || awsapi.Code(err) == "InvalidParameterValue":
		options = nil
	case err != nil:
		return nil, err
	}
	if len(options) == 0 {
		finding.Fix = "choose another database.instanceClass"
		versions, err := p.creatableVersions(ctx)
		if err != nil {
			return []Finding{finding}, err
		}
		if !slices.Contains(versions, database.EngineVersion) {
			finding.Found = "AWS creates no PostgreSQL " + database.EngineVersion + " any more"
			finding.Fix = "set database.engineVersion to one of " + strings.Join(versions, ", ")
			if p.deployed() {
				// The program leaves the version of an instance that is there alone.
				finding.Status = Warning
			}
		}
		return []Finding{finding}, nil
	}
	usable := slices.IndexFunc(options, func(option rdstypes.OrderableDBInstanceOption) bool {
		return aws.ToString(option.StorageType) == storageType && (!database.MultiAZ || aws.ToBool(option.MultiAZCapable)) &&
			aws.ToBool(option.SupportsStorageEncryption)
	})
	finding.Found = "offered without " + storageType + ", encryption or Multi-AZ"
	finding.Fix = "choose another database.instanceClass"
	if usable >= 0 {
		option := options[usable]
		zones := make([]string, len(option.AvailabilityZones))
		for i, zone := range option.AvailabilityZones {
			zones[i] = strings.TrimPrefix(aws.ToString(zone.Name), p.Config.AWS.Region)
		}
		finding.Status, finding.Found, finding.Fix = OK, "offered in zones "+strings.Join(zones, ", "), ""
		if largest := int(aws.ToInt32(option.MaxStorageSize)); largest > 0 && database.MaxAllocatedStorageGiB > largest {
			finding.Status, finding.Found = Blocked, fmt.Sprintf("at most %d GiB", largest)
			finding.Fix = fmt.Sprintf("lower database.maxAllocatedStorageGiB to %d", largest)
		}
	}
	return []Finding{finding}, nil
}

func (p *Preflight) orderable(ctx context.Context) ([]rdstypes.OrderableDBInstanceOption, error) {
	var options []rdstypes.OrderableDBInstanceOption
	var marker *string
	for {
		page, err := p.Clients.RDS.DescribeOrderableDBInstanceOptions(ctx, &rds.DescribeOrderableDBInstanceOptionsInput{
			Engine: aws.String(engine), EngineVersion: aws.String(p.Config.Database.EngineVersion),
			DBInstanceClass: aws.String(p.Config.Database.InstanceClass), Vpc: aws.Bool(true), Marker: marker,
		})
		if err != nil {
			return nil, err
		}
		options = append(options, page.OrderableDBInstanceOptions...)
		if marker = page.Marker; aws.ToString(marker) == "" {
			return options, nil
		}
	}
}

// creatableVersions of the configured major version.
func (p *Preflight) creatableVersions(ctx context.Context) ([]string, error) {
	major, _, _ := strings.Cut(p.Config.Database.EngineVersion, ".")
	described, err := p.Clients.RDS.DescribeDBEngineVersions(ctx, &rds.DescribeDBEngineVersionsInput{
		Engine: aws.String(engine), DBParameterGroupFamily: aws.String(engine + major),
	})
	if err != nil {
		return nil, err
	}
	var versions []string
	for i := range described.DBEngineVersions {
		if status := aws.ToString(described.DBEngineVersions[i].Status); status == "" || status == "available" {
			versions = append(versions, aws.ToString(described.DBEngineVersions[i].EngineVersion))
		}
	}
	return versions, nil
}
