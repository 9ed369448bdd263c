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
	"aws-webapp/internal/config"
	"aws-webapp/internal/outcome"
	"aws-webapp/internal/plural"
)

const (
	engine      = "postgres"
	storageType = "gp3"
)

// database returns the stack's instance, or nil if there is none.
func (p *Preflight) database(ctx context.Context) (*rdstypes.DBInstance, error) {
	for _, name := range p.named(DatabaseName) {
		input := &rds.DescribeDBInstancesInput{DBInstanceIdentifier: aws.String(name.Value)}
		instances, err := awsapi.All(ctx, rds.NewDescribeDBInstancesPaginator(rds.NewFromConfig(p.AWS), input),
			func(page *rds.DescribeDBInstancesOutput) []rdstypes.DBInstance { return page.DBInstances })
		if code := awsapi.Code(err); code == "DBInstanceNotFound" || code == "DBInstanceNotFoundFault" {
			continue
		}
		if err != nil {
			return nil, err
		}
		if len(instances) > 0 {
			return &instances[0], nil
		}
	}
	return nil, nil
}

func (p *Preflight) checkDatabaseFree(ctx context.Context) ([]outcome.Finding, error) {
	found, err := p.database(ctx)
	if err != nil || found == nil || p.deployed() {
		return nil, err
	}
	name := aws.ToString(found.DBInstanceIdentifier)
	return []outcome.Finding{{
		Check: "database name", Status: outcome.Blocked,
		Found: name + " already exists outside the stack", Needed: "a free name",
		Fix: "delete the instance, take it over with pulumi import, or rename the stack",
	}}, nil
}

// checkDatabaseChanges compares the stack's instance with the stack file.
func (p *Preflight) checkDatabaseChanges(ctx context.Context) ([]outcome.Finding, error) {
	found, err := p.database(ctx)
	if err != nil || found == nil || !p.deployed() {
		return nil, err
	}
	running, wanted := aws.ToString(found.EngineVersion), p.Config.Database.EngineVersion
	step, errs := p.Config.Database.Judge(config.DeployedDatabase{
		Version:   running,
		Name:      aws.ToString(found.DBName),
		Username:  aws.ToString(found.MasterUsername),
		Protected: aws.ToBool(found.DeletionProtection),
	})
	if len(errs) == 0 {
		finding := outcome.Finding{Check: "database version", Status: outcome.OK, Found: "runs " + running, Needed: wanted}
		switch step {
		case config.VersionIgnored:
			finding.Status = outcome.Warning
			finding.Fix = "the update does not change it: RDS cannot go back; set database.engineVersion to " + running
		case config.VersionRaised:
			finding.Status, finding.Fix = outcome.Warning, "the update upgrades and restarts it"
		case config.VersionStays:
		}
		return []outcome.Finding{finding}, nil
	}
	findings := make([]outcome.Finding, len(errs))
	for i, err := range errs {
		findings[i] = outcome.Finding{
			Check: err.Key, Status: outcome.Blocked, Found: err.Found, Needed: err.Allowed,
			Fix: err.Fix,
		}
	}
	return findings, nil
}

// checkDatabaseClass checks which version AWS picks for the engine version, and whether it
// offers that on the class in the stack's zones, with the features that the program uses.
func (p *Preflight) checkDatabaseClass(ctx context.Context) ([]outcome.Finding, error) {
	database := p.Config.Database
	finding := outcome.Finding{
		Check: "database class", Status: outcome.Blocked, Found: "not offered in " + p.Config.AWS.Region,
		Needed: fmt.Sprintf("%s with PostgreSQL %s on %s", database.InstanceClass, database.EngineVersion, storageType),
		Fix:    "choose another database.instanceClass",
	}
	version, others, err := p.resolveVersion(ctx)
	if err != nil {
		return nil, err
	}
	if version == "" {
		finding.Found = "AWS offers no new instance with PostgreSQL " + database.EngineVersion
		finding.Fix = "set database.engineVersion to a major version that AWS supports"
		if len(others) > 0 {
			finding.Fix = fmt.Sprintf("set database.engineVersion to %q, or to one of %s",
				majorVersion(database.EngineVersion), strings.Join(others, ", "))
		}
		if p.deployed() {
			// The program does not change the version of an existing instance.
			finding.Status = outcome.Warning
		}
		return []outcome.Finding{finding}, nil
	}
	options, err := p.orderable(ctx, version)
	switch {
	case awsapi.Code(err) == "InvalidParameterCombination" || awsapi.Code(err) == "InvalidParameterValue":
		options = nil
	case err != nil:
		return nil, err
	}
	if len(options) == 0 {
		return []outcome.Finding{finding}, nil
	}
	usable := slices.IndexFunc(options, func(option rdstypes.OrderableDBInstanceOption) bool {
		return aws.ToString(option.StorageType) == storageType && (!database.MultiAZ || aws.ToBool(option.MultiAZCapable)) &&
			aws.ToBool(option.SupportsStorageEncryption)
	})
	if usable < 0 {
		finding.Found = "offered without " + storageType + ", encryption or Multi-AZ"
		return []outcome.Finding{finding}, nil
	}
	return p.judgeOption(ctx, finding, version, options[usable])
}

// judgeOption compares AWS's offer with the stack's zones and volume.
func (p *Preflight) judgeOption(
	ctx context.Context, finding outcome.Finding, version string, option rdstypes.OrderableDBInstanceOption,
) ([]outcome.Finding, error) {
	database := p.Config.Database
	available, err := p.availableZones(ctx)
	if err != nil {
		return nil, err
	}
	zones := p.stackZones(available)
	var offered, usable []string
	for _, zone := range option.AvailabilityZones {
		name := aws.ToString(zone.Name)
		offered = append(offered, strings.TrimPrefix(name, p.Config.AWS.Region))
		if slices.Contains(zones, name) {
			usable = append(usable, name)
		}
	}
	finding.Found = fmt.Sprintf("PostgreSQL %s, offered in zones %s", version, strings.Join(offered, ", "))
	if database.EngineVersion != version {
		finding.Found = database.EngineVersion + " is " + finding.Found
	}
	need := 1
	if database.MultiAZ {
		need = min(2, len(zones))
	}
	largest := int(aws.ToInt32(option.MaxStorageSize))
	switch {
	case len(usable) < need:
		finding.Needed += fmt.Sprintf(" in %s of %s", plural.Of(need, "zone"), strings.Join(zones, ", "))
		finding.Fix += ", or name such zones in network.availabilityZones before the first deployment"
	case largest > 0 && database.MaxAllocatedStorageGiB > largest:
		finding.Found = fmt.Sprintf("at most %d GiB", largest)
		finding.Fix = fmt.Sprintf("lower database.maxAllocatedStorageGiB to %d", largest)
	default:
		finding.Status, finding.Fix = outcome.OK, ""
	}
	return []outcome.Finding{finding}, nil
}

// resolveVersion returns the version that AWS picks for the configured one, or "" if there is
// none; others are the available versions of the same major version.
func (p *Preflight) resolveVersion(ctx context.Context) (version string, others []string, err error) {
	asked := p.Config.Database.EngineVersion
	family := aws.String(engine + majorVersion(asked))
	if !strings.Contains(asked, ".") {
		// AWS picks its default for the major version.
		found, err := p.engineVersions(ctx, &rds.DescribeDBEngineVersionsInput{
			Engine: aws.String(engine), DBParameterGroupFamily: family, DefaultOnly: aws.Bool(true),
		})
		if err != nil || len(found) == 0 {
			return "", nil, err
		}
		return aws.ToString(found[0].EngineVersion), nil, nil
	}
	found, err := p.engineVersions(ctx, &rds.DescribeDBEngineVersionsInput{
		Engine: aws.String(engine), DBParameterGroupFamily: family,
	})
	if err != nil {
		return "", nil, err
	}
	for i := range found {
		if status := aws.ToString(found[i].Status); status == "" || status == "available" {
			others = append(others, aws.ToString(found[i].EngineVersion))
		}
	}
	if slices.Contains(others, asked) {
		return asked, others, nil
	}
	return "", others, nil
}

func (p *Preflight) engineVersions(
	ctx context.Context, input *rds.DescribeDBEngineVersionsInput,
) ([]rdstypes.DBEngineVersion, error) {
	return awsapi.All(ctx, rds.NewDescribeDBEngineVersionsPaginator(rds.NewFromConfig(p.AWS), input),
		func(page *rds.DescribeDBEngineVersionsOutput) []rdstypes.DBEngineVersion {
			return page.DBEngineVersions
		})
}

func majorVersion(version string) string {
	major, _, _ := strings.Cut(version, ".")
	return major
}

func (p *Preflight) orderable(ctx context.Context, version string) ([]rdstypes.OrderableDBInstanceOption, error) {
	input := &rds.DescribeOrderableDBInstanceOptionsInput{
		Engine: aws.String(engine), EngineVersion: aws.String(version),
		DBInstanceClass: aws.String(p.Config.Database.InstanceClass), Vpc: aws.Bool(true),
	}
	return awsapi.All(ctx, rds.NewDescribeOrderableDBInstanceOptionsPaginator(rds.NewFromConfig(p.AWS), input),
		func(page *rds.DescribeOrderableDBInstanceOptionsOutput) []rdstypes.OrderableDBInstanceOption {
			return page.OrderableDBInstanceOptions
		})
}
