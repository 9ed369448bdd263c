package preflight

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer"
	aatypes "github.com/aws/aws-sdk-go-v2/service/accessanalyzer/types"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	acmtypes "github.com/aws/aws-sdk-go-v2/service/acm/types"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	backuptypes "github.com/aws/aws-sdk-go-v2/service/backup/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	cttypes "github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	cwltypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	cdtypes "github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	cfgtypes "github.com/aws/aws-sdk-go-v2/service/configservice/types"
	"github.com/aws/aws-sdk-go-v2/service/costexplorer"
	cetypes "github.com/aws/aws-sdk-go-v2/service/costexplorer/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	ecrtypes "github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	ectypes "github.com/aws/aws-sdk-go-v2/service/elasticache/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/opensearch"
	ostypes "github.com/aws/aws-sdk-go-v2/service/opensearch/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	rdstypes "github.com/aws/aws-sdk-go-v2/service/rds/types"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	r53types "github.com/aws/aws-sdk-go-v2/service/route53/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	smtypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/aws/aws-sdk-go-v2/service/securityhub"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	sqtypes "github.com/aws/aws-sdk-go-v2/service/servicequotas/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/awsdata/quotas"
	"aws-webapp/internal/config"
	"aws-webapp/tests/fixtures"
)

const accountID = "222222222222"

var (
	now     = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	ownTags = map[string]string{"Project": "aws-webapp", "Stack": "prod"}
)

// account is an AWS account that has everything that a stack needs, and no obstacles.
type account struct {
	*awsfake.Cloud
	id      string
	regions map[string]string // opt-in status
	zones   []string
	// zoneIDs by name, where one matters; endpointZones by service, where it is not in all zones,
	// or in none.
	zoneIDs            map[string]string
	endpointZones      map[string][]string
	vpcs               []ec2types.Vpc
	addresses          int
	lists              []ec2types.ManagedPrefixList
	gateways           []string // zones
	interfaces         []ec2types.NetworkInterface
	quotas             map[string]float64
	usage              map[string]float64 // metric maximum by quota code
	limits             map[string]string
	summary            map[string]int32 // of IAM
	logPolicies        int
	balancers          []string
	balancerProtection string
	targetGroups       int
	rdsQuotas          map[string][2]int64 // used, max
	orderable          []rdstypes.OrderableDBInstanceOption
	versions           []string
	instance           *rdstypes.DBInstance
	target             cdtypes.TargetStatus // of CodeDeploy's active deployment
	snapshots          []rdstypes.DBSnapshot
	cacheGroup         bool
	cacheVersions      int
	cacheOfferings     int
	cacheNodes         int32
	domain             *ostypes.DomainStatus
	nodes              *ostypes.Limits
	concurrency        int32
	trails             []string
	roles              map[string]map[string]string // tags
	zone               string
	private            bool
	records            []string
	certificate        *acmtypes.CertificateDetail
	images             []string // tags and digests
	noDataKey          bool
	manifest           string
	layer              string          // address of the image's configuration
	buckets            map[string]bool // true if there are objects
	groups             []string
	secrets            []smtypes.SecretListEntry
	parameters         []ssmtypes.ParameterMetadata
	detector           map[string]string // tags
	costTags           []cetypes.CostAllocationTag
	recorder           bool
	hub                bool
	analyzer           map[string]string // tags
	vaults             []backuptypes.BackupVaultListMember
	identityProviders  []string
	repositories       []string
}

func costTag(status cetypes.CostAllocationTagStatus) cetypes.CostAllocationTag {
	return cetypes.CostAllocationTag{TagKey: aws.String("Stack"), Status: status}
}

func newAccount() *account {
	a := &account{
		Cloud: awsfake.New(), id: accountID,
		costTags: []cetypes.CostAllocationTag{costTag(cetypes.CostAllocationTagStatusActive)},
		regions:  map[string]string{"us-east-1": "opt-in-not-required", "af-south-1": "not-opted-in"},
		zones:    []string{"us-east-1a", "us-east-1b", "us-east-1c"},
		quotas:   map[string]float64{"L-3032A538": 100, quotas.SecurityGroups.Code: 2500, cacheNodes.Code: 300},
		usage:    map[string]float64{"L-3032A538": 20},
		summary:  map[string]int32{"Roles": 40, "RolesQuota": 1000},
		limits: map[string]string{
			"application-load-balancers": "50", "target-groups": "3000",
			"target-groups-per-application-load-balancer": "100", "rules-per-application-load-balancer": "100",
		},
		rdsQuotas: map[string][2]int64{"DBInstances": {3, 40}, "AllocatedStorage": {500, 100000}, "DBParameterGroups": {
			1, 50,
		}, "DBSubnetGroups": {1, 50}},
		orderable: []rdstypes.OrderableDBInstanceOption{{
			StorageType: aws.String("gp3"), MultiAZCapable: aws.Bool(true), SupportsStorageEncryption: aws.Bool(true),
			MaxStorageSize:    aws.Int32(65536),
			AvailabilityZones: []rdstypes.AvailabilityZone{{Name: aws.String("us-east-1a")}, {Name: aws.String("us-east-1b")}},
		}},
		versions: []string{"17.7", "17.9"}, cacheVersions: 1, cacheOfferings: 1, cacheNodes: 4,
		nodes: &ostypes.Limits{
			InstanceLimits: &ostypes.InstanceLimits{InstanceCountLimits: &ostypes.InstanceCountLimits{MaximumInstanceCount: 80}},
			StorageTypes: []ostypes.StorageType{{
				StorageTypeName: aws.String("ebs"), StorageSubTypeName: aws.String("gp3"),
				StorageTypeLimits: []ostypes.StorageTypeLimit{
					{LimitName: aws.String("MinimumVolumeSize"), LimitValues: []string{"10"}},
					{LimitName: aws.String("MaximumVolumeSize"), LimitValues: []string{"1536"}},
				},
			}},
		},
		concurrency: 1000,
		roles: map[string]map[string]string{
			"AWSServiceRoleForECS": {}, "AWSServiceRoleForRDS": {}, "AWSServiceRoleForElasticLoadBalancing": {},
			"AWSServiceRoleForApplicationAutoScaling_ECSService": {},
		},
		zone:   "example.com.",
		images: []string{"sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
		manifest: `{"manifests": [{"platform": {"os": "linux", "architecture": "amd64"}}, {"platform": {"os": "unknown", ` +
			`"architecture": "unknown"}}]}`,
		buckets: map[string]bool{},
		groups:  []string{"/ecs/visitor-book-other"},
	}
	a.answer()
	a.demand()
	a.Page()
	return a
}

// demand refuses questions that are not about the stack, or not about all of it.
func (a *account) demand() {
	const zone = `"HostedZoneId":"Z0123456789PROD00000"`
	for operation, parts := range map[string][]string{
		"ListObjectVersions": {`"ExpectedBucketOwner":"222222222222"`, `"MaxKeys":1`},
		"HeadBucket":         {`"ExpectedBucketOwner":"222222222222"`},
		"ListDeployments": {
			`"ApplicationName":"prod-visitor-book"`, `"DeploymentGroupName":"visitor-book"`,
			`["Created","Queued","InProgress","Baking","Ready"]`,
		},
		"DescribeDBInstances":            {`"DBInstanceIdentifier":"prod-database"`},
		"DescribeDBSnapshots":            {`"DBInstanceIdentifier":"prod-database"`, `"SnapshotType":"manual"`},
		"DescribeDBEngineVersions":       {`"Engine":"postgres"`, `"DBParameterGroupFamily":"postgres1`},
		"DescribeDomain":                 {`"DomainName":"prod-search"`},
		"DescribeNetworkInterfaces":      {`"Filters":[{"Name":"vpc-id","Values":["vpc-own"]}]`},
		"DescribeLoadBalancerAttributes": {"/own/"},
		"DescribeRegions":                {`"AllRegions":true`},
		"DescribeAvailabilityZones":      {`"Filters":[{"Name":"state","Values":["available"]}]`},
		"DescribeVpcEndpointServices":    {`"Name":"service-name"`},
		"DescribeNatGateways":            {`"Filter":[{"Name":"state","Values":["pending","available","deleting"]}]`},
		"DescribeOrderableDBInstanceOptions": {
			`"Engine":"postgres"`, `"EngineVersion":"1`, `"DBInstanceClass":"db.`, `"Vpc":true`,
		},
		"DescribeReplicationGroups":           {`"ReplicationGroupId":"prod-cache"`},
		"DescribeCacheEngineVersions":         {`"Engine":"valkey"`, `"EngineVersion":"8.1"`},
		"DescribeReservedCacheNodesOfferings": {`"CacheNodeType":"cache.`},
		"DescribeInstanceTypeLimits":          {`"EngineVersion":"OpenSearch_`, `"InstanceType":"`},
		"DescribeTrails":                      {`"IncludeShadowTrails":true`},
		"GetHostedZone":                       {`"Id":"Z0123456789PROD00000"`},
		"ListResourceRecordSets":              {zone, `"MaxItems":1`, `"StartRecordType":"A"`},
		"BatchGetImage":                       {`"RegistryId":"222222222222"`, `"RepositoryName":"visitor-book"`},
		"GetDownloadUrlForLayer":              {`"RegistryId":"222222222222"`, `"RepositoryName":"visitor-book"`},
		"ListAnalyzers":                       {`"Type":"ACCOUNT"`},
		"GetDetector":                         {`"DetectorId":"12ab"`},
		"DescribeRepositories":                {`"RepositoryNames":["visitor-book"]`},
		"DescribeImages":                      {`"RepositoryName":"visitor-book"`},
		"DescribeLogGroups":                   {`"LogGroupNamePrefix":"/ecs/visitor-book"`},
		"ListSecrets":                         {`"IncludePlannedDeletion":true`},
		"DescribeParameters":                  {`"Key":"Name","Option":"Equals"`},
		"GetMetricStatistics": {
			`"Namespace":"AWS/Usage"`, `"MetricName":"ResourceCount"`, `"Name":"Code"`, `"Statistics":["Maximum"]`,
			`"Period":300`, `"StartTime":"2026-03-01T09:00:00Z"`, `"EndTime":"2026-03-01T10:00:00Z"`,
		},
	} {
		a.Demand(operation, parts...)
	}
	a.DemandAll("DescribeAccountAttributes", "DescribeAccountLimits", "DescribeAddresses",
		"DescribeConfigurationRecorders", "DescribeHub", "DescribeInternetGateways", "DescribeLoadBalancers",
		"DescribeCacheClusters", "DescribeResourcePolicies", "DescribeSecurityGroups", "DescribeTargetGroups",
		"GetAccountSettings",
		"GetAccountSummary", "ListBackupVaults", "ListDetectors", "ListOpenIDConnectProviders")
}

// stacks are the VPCs that filters leave: those of the stack, to who asks for its tags.
func stacks(filters []ec2types.Filter, vpcs []ec2types.Vpc) ([]ec2types.Vpc, error) {
	asked := map[string][]string{}
	for _, filter := range filters {
		asked[*filter.Name] = filter.Values
	}
	if !slices.Equal(asked["tag:Project"], []string{"aws-webapp"}) || !slices.Equal(asked["tag:Stack"], []string{"prod"}) {
		return nil, fmt.Errorf("filtered by %v", asked)
	}
	return vpcs, nil
}

// deployed puts the stack into the account.
func (a *account) deployed() {
	a.vpcs = append(a.vpcs, ec2types.Vpc{VpcId: aws.String("vpc-own")})
	awsfake.Answer(a.Cloud, func(in *ec2.DescribeVpcsInput) (*ec2.DescribeVpcsOutput, error) {
		if len(in.Filters) > 0 {
			own, err := stacks(in.Filters, a.vpcs[len(a.vpcs)-1:])
			return &ec2.DescribeVpcsOutput{Vpcs: own}, err
		}
		return &ec2.DescribeVpcsOutput{Vpcs: a.vpcs}, nil
	})
}

func notFound(code string) error { return awsfake.Failure(http.StatusNotFound, code, "there is none") }

func (a *account) answer() {
	a.answerCompute()
	a.answerData()
	a.answerAccount()
	a.answerNames()
	a.answerDeployments()
}

func (a *account) answerCompute() {
	awsfake.Answer(a.Cloud, func(*sts.GetCallerIdentityInput) (*sts.GetCallerIdentityOutput, error) {
		return &sts.GetCallerIdentityOutput{
			Account: aws.String(a.id), Arn: aws.String("arn:aws:sts::" + a.id + ":assumed-role/deploy/ci"),
		}, nil
	})
	awsfake.Answer(a.Cloud, func(*ec2.DescribeRegionsInput) (*ec2.DescribeRegionsOutput, error) {
		out := &ec2.DescribeRegionsOutput{}
		for name, status := range a.regions {
			out.Regions = append(out.Regions, ec2types.Region{RegionName: aws.String(name), OptInStatus: aws.String(status)})
		}
		return out, nil
	})
	awsfake.Answer(a.Cloud, func(*ec2.DescribeAvailabilityZonesInput) (*ec2.DescribeAvailabilityZonesOutput, error) {
		out := &ec2.DescribeAvailabilityZonesOutput{AvailabilityZones: []ec2types.AvailabilityZone{
			{ZoneName: aws.String("us-east-1-bos-1a"), OptInStatus: ec2types.AvailabilityZoneOptInStatusNotOptedIn},
		}}
		for _, zone := range a.zones {
			out.AvailabilityZones = append(out.AvailabilityZones, ec2types.AvailabilityZone{
				ZoneName: aws.String(zone), ZoneId: aws.String(a.zoneIDs[zone]),
				OptInStatus: ec2types.AvailabilityZoneOptInStatusOptInNotRequired,
			})
		}
		return out, nil
	})
	awsfake.Answer(a.Cloud, func(in *ec2.DescribeVpcEndpointServicesInput) (
		*ec2.DescribeVpcEndpointServicesOutput, error,
	) {
		out := &ec2.DescribeVpcEndpointServicesOutput{}
		for _, name := range in.Filters[0].Values {
			zones, restricted := a.endpointZones[name]
			if !restricted {
				zones = a.zones
			} else if zones == nil {
				continue
			}
			out.ServiceDetails = append(out.ServiceDetails, ec2types.ServiceDetail{
				ServiceName: aws.String(name), AvailabilityZones: zones,
			})
		}
		return out, nil
	})
	awsfake.Answer(a.Cloud, func(in *ec2.DescribeVpcsInput) (*ec2.DescribeVpcsOutput, error) {
		if len(in.Filters) > 0 {
			_, err := stacks(in.Filters, nil)
			return &ec2.DescribeVpcsOutput{}, err
		}
		return &ec2.DescribeVpcsOutput{Vpcs: a.vpcs}, nil
	})
	awsfake.Answer(a.Cloud, func(in *ec2.DescribeManagedPrefixListsInput) (
		*ec2.DescribeManagedPrefixListsOutput, error,
	) {
		out := &ec2.DescribeManagedPrefixListsOutput{}
		for _, list := range a.lists {
			if slices.Contains(in.Filters[0].Values, aws.ToString(list.PrefixListId)) {
				out.PrefixLists = append(out.PrefixLists, list)
			}
		}
		return out, nil
	})
	awsfake.Answer(a.Cloud, func(*ec2.DescribeAddressesInput) (*ec2.DescribeAddressesOutput, error) {
		return &ec2.DescribeAddressesOutput{Addresses: make([]ec2types.Address, a.addresses)}, nil
	})
	awsfake.Answer(a.Cloud, func(*ec2.DescribeInternetGatewaysInput) (*ec2.DescribeInternetGatewaysOutput, error) {
		return &ec2.DescribeInternetGatewaysOutput{InternetGateways: make([]ec2types.InternetGateway, 1)}, nil
	})
	awsfake.Answer(a.Cloud, func(*ec2.DescribeSecurityGroupsInput) (*ec2.DescribeSecurityGroupsOutput, error) {
		return &ec2.DescribeSecurityGroupsOutput{SecurityGroups: make([]ec2types.SecurityGroup, 1)}, nil
	})
	awsfake.Answer(a.Cloud, func(*ec2.DescribeNatGatewaysInput) (*ec2.DescribeNatGatewaysOutput, error) {
		out := &ec2.DescribeNatGatewaysOutput{}
		for i, zone := range a.gateways {
			out.NatGateways = append(out.NatGateways, ec2types.NatGateway{SubnetId: aws.String(fmt.Sprintf("%s/%d", zone, i%2))})
		}
		return out, nil
	})
	awsfake.Answer(a.Cloud, func(in *ec2.DescribeSubnetsInput) (*ec2.DescribeSubnetsOutput, error) {
		out := &ec2.DescribeSubnetsOutput{}
		for _, id := range in.SubnetIds {
			zone, _, _ := strings.Cut(id, "/")
			out.Subnets = append(out.Subnets, ec2types.Subnet{SubnetId: aws.String(id), AvailabilityZone: aws.String(zone)})
		}
		return out, nil
	})
	awsfake.Answer(a.Cloud, func(*ec2.DescribeNetworkInterfacesInput) (*ec2.DescribeNetworkInterfacesOutput, error) {
		return &ec2.DescribeNetworkInterfacesOutput{NetworkInterfaces: a.interfaces}, nil
	})
	awsfake.Answer(a.Cloud, func(in *servicequotas.GetServiceQuotaInput) (*servicequotas.GetServiceQuotaOutput, error) {
		value, known := a.quotas[*in.QuotaCode]
		if !known {
			return nil, notFound("NoSuchResourceException")
		}
		return &servicequotas.GetServiceQuotaOutput{
			Quota: &sqtypes.ServiceQuota{Value: aws.Float64(value), UsageMetric: &sqtypes.MetricInfo{
				MetricNamespace: aws.String("AWS/Usage"), MetricName: aws.String("ResourceCount"),
				MetricDimensions: map[string]string{"Code": *in.QuotaCode},
			}},
		}, nil
	})
	awsfake.Answer(a.Cloud, func(
		in *servicequotas.GetAWSDefaultServiceQuotaInput,
	) (*servicequotas.GetAWSDefaultServiceQuotaOutput, error) {
		standard := map[string]float64{"L-0EA8095F": 60, "L-29B6F2EB": 50, "L-C2F1777E": 100000}
		value, known := standard[*in.QuotaCode]
		if !known {
			value = 5
		}
		return &servicequotas.GetAWSDefaultServiceQuotaOutput{Quota: &sqtypes.ServiceQuota{Value: aws.Float64(value)}}, nil
	})
	awsfake.Answer(a.Cloud, func(in *cloudwatch.GetMetricStatisticsInput) (*cloudwatch.GetMetricStatisticsOutput, error) {
		return &cloudwatch.GetMetricStatisticsOutput{
			Datapoints: []cwtypes.Datapoint{{Maximum: aws.Float64(a.usage[*in.Dimensions[0].Value])}},
		}, nil
	})
	awsfake.Answer(a.Cloud, func(*elb.DescribeAccountLimitsInput) (*elb.DescribeAccountLimitsOutput, error) {
		out := &elb.DescribeAccountLimitsOutput{}
		for name, most := range a.limits {
			out.Limits = append(out.Limits, elbtypes.Limit{Name: aws.String(name), Max: aws.String(most)})
		}
		return out, nil
	})
	awsfake.Answer(a.Cloud, func(*elb.DescribeLoadBalancersInput) (*elb.DescribeLoadBalancersOutput, error) {
		out := &elb.DescribeLoadBalancersOutput{}
		for _, arn := range a.balancers {
			out.LoadBalancers = append(out.LoadBalancers, elbtypes.LoadBalancer{LoadBalancerArn: aws.String(arn)})
		}
		return out, nil
	})
	awsfake.Answer(a.Cloud, func(in *elb.DescribeTagsInput) (*elb.DescribeTagsOutput, error) {
		out := &elb.DescribeTagsOutput{}
		for _, arn := range in.ResourceArns {
			tags := []elbtypes.Tag{
				{Key: aws.String("Project"), Value: aws.String("aws-webapp")},
				{Key: aws.String("Stack"), Value: aws.String("other")},
			}
			if strings.Contains(arn, "/own/") {
				tags[1].Value = aws.String("prod")
			}
			out.TagDescriptions = append(out.TagDescriptions, elbtypes.TagDescription{ResourceArn: aws.String(arn), Tags: tags})
		}
		return out, nil
	})
	awsfake.Answer(
		a.Cloud, func(*elb.DescribeLoadBalancerAttributesInput) (*elb.DescribeLoadBalancerAttributesOutput, error) {
			return &elb.DescribeLoadBalancerAttributesOutput{Attributes: []elbtypes.LoadBalancerAttribute{
				{Key: aws.String("deletion_protection.enabled"), Value: aws.String(a.balancerProtection)},
			}}, nil
		})
	awsfake.Answer(a.Cloud, func(*elb.DescribeTargetGroupsInput) (*elb.DescribeTargetGroupsOutput, error) {
		return &elb.DescribeTargetGroupsOutput{TargetGroups: make([]elbtypes.TargetGroup, a.targetGroups)}, nil
	})
	awsfake.Answer(a.Cloud, func(*lambda.GetAccountSettingsInput) (*lambda.GetAccountSettingsOutput, error) {
		return &lambda.GetAccountSettingsOutput{AccountLimit: &lambdatypes.AccountLimit{
			ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: aws.Int32(a.concurrency),
		}}, nil
	})
}

func (a *account) answerData() {
	awsfake.Answer(a.Cloud, func(*rds.DescribeAccountAttributesInput) (*rds.DescribeAccountAttributesOutput, error) {
		out := &rds.DescribeAccountAttributesOutput{}
		for name, quota := range a.rdsQuotas {
			out.AccountQuotas = append(out.AccountQuotas, rdstypes.AccountQuota{
				AccountQuotaName: aws.String(name), Used: aws.Int64(quota[0]), Max: aws.Int64(quota[1]),
			})
		}
		return out, nil
	})
	awsfake.Answer(
		a.Cloud, func(*rds.DescribeOrderableDBInstanceOptionsInput) (*rds.DescribeOrderableDBInstanceOptionsOutput, error) {
			return &rds.DescribeOrderableDBInstanceOptionsOutput{OrderableDBInstanceOptions: a.orderable}, nil
		})
	awsfake.Answer(a.Cloud, func(in *rds.DescribeDBEngineVersionsInput) (*rds.DescribeDBEngineVersionsOutput, error) {
		offered := func(version, status string) rdstypes.DBEngineVersion {
			return rdstypes.DBEngineVersion{EngineVersion: aws.String(version), Status: aws.String(status)}
		}
		out := &rds.DescribeDBEngineVersionsOutput{}
		if !aws.ToBool(in.DefaultOnly) {
			out.DBEngineVersions = append(out.DBEngineVersions, offered("17.1", "deprecated"))
		}
		for i, version := range a.versions {
			// AWS's default is the last one.
			if !aws.ToBool(in.DefaultOnly) || i == len(a.versions)-1 {
				out.DBEngineVersions = append(out.DBEngineVersions, offered(version, "available"))
			}
		}
		return out, nil
	})
	awsfake.Answer(a.Cloud, func(*rds.DescribeDBInstancesInput) (*rds.DescribeDBInstancesOutput, error) {
		if a.instance == nil {
			return nil, notFound("DBInstanceNotFound")
		}
		return &rds.DescribeDBInstancesOutput{DBInstances: []rdstypes.DBInstance{*a.instance}}, nil
	})
	awsfake.Answer(a.Cloud, func(*rds.DescribeDBSnapshotsInput) (*rds.DescribeDBSnapshotsOutput, error) {
		return &rds.DescribeDBSnapshotsOutput{DBSnapshots: a.snapshots}, nil
	})
	awsfake.Answer(a.Cloud, func(
		*elasticache.DescribeReplicationGroupsInput,
	) (*elasticache.DescribeReplicationGroupsOutput, error) {
		if !a.cacheGroup {
			return nil, notFound("ReplicationGroupNotFoundFault")
		}
		return &elasticache.DescribeReplicationGroupsOutput{
			ReplicationGroups: []ectypes.ReplicationGroup{{ReplicationGroupId: aws.String("prod-cache")}},
		}, nil
	})
	awsfake.Answer(a.Cloud, func(
		*elasticache.DescribeCacheEngineVersionsInput,
	) (*elasticache.DescribeCacheEngineVersionsOutput, error) {
		return &elasticache.DescribeCacheEngineVersionsOutput{
			CacheEngineVersions: slices.Repeat([]ectypes.CacheEngineVersion{{Engine: aws.String("valkey")}}, a.cacheVersions),
		}, nil
	})
	awsfake.Answer(a.Cloud, func(
		*elasticache.DescribeReservedCacheNodesOfferingsInput,
	) (*elasticache.DescribeReservedCacheNodesOfferingsOutput, error) {
		return &elasticache.DescribeReservedCacheNodesOfferingsOutput{
			ReservedCacheNodesOfferings: slices.Repeat(
				[]ectypes.ReservedCacheNodesOffering{{Duration: aws.Int32(31536000)}}, a.cacheOfferings),
		}, nil
	})
	awsfake.Answer(a.Cloud, func(
		*elasticache.DescribeCacheClustersInput,
	) (*elasticache.DescribeCacheClustersOutput, error) {
		return &elasticache.DescribeCacheClustersOutput{
			CacheClusters: []ectypes.CacheCluster{{NumCacheNodes: aws.Int32(a.cacheNodes)}},
		}, nil
	})
	awsfake.Answer(a.Cloud, func(*opensearch.DescribeDomainInput) (*opensearch.DescribeDomainOutput, error) {
		if a.domain == nil {
			return nil, notFound("ResourceNotFoundException")
		}
		return &opensearch.DescribeDomainOutput{DomainStatus: a.domain}, nil
	})
	awsfake.Answer(
		a.Cloud, func(*opensearch.DescribeInstanceTypeLimitsInput) (*opensearch.DescribeInstanceTypeLimitsOutput, error) {
			if a.nodes == nil {
				return nil, awsfake.Failure(http.StatusConflict, "InvalidTypeException", "no such instance type")
			}
			return &opensearch.DescribeInstanceTypeLimitsOutput{LimitsByRole: map[string]ostypes.Limits{"data": *a.nodes}}, nil
		})
	awsfake.Answer(a.Cloud, func(in *ecr.DescribeImagesInput) (*ecr.DescribeImagesOutput, error) {
		if len(in.ImageIds) == 0 {
			return &ecr.DescribeImagesOutput{ImageDetails: make([]ecrtypes.ImageDetail, len(a.images))}, nil
		}
		if aws.ToString(in.RegistryId) != accountID {
			return nil, awsfake.Failure(http.StatusBadRequest, "RepositoryNotFoundException", "no such repository")
		}
		if !slices.Contains(a.images, aws.ToString(in.ImageIds[0].ImageDigest)+aws.ToString(in.ImageIds[0].ImageTag)) {
			return nil, awsfake.Failure(http.StatusBadRequest, "ImageNotFoundException", "no such image")
		}
		return &ecr.DescribeImagesOutput{ImageDetails: []ecrtypes.ImageDetail{{}}}, nil
	})
	awsfake.Answer(a.Cloud, func(*ecr.BatchGetImageInput) (*ecr.BatchGetImageOutput, error) {
		return &ecr.BatchGetImageOutput{Images: []ecrtypes.Image{{ImageManifest: aws.String(a.manifest)}}}, nil
	})
	awsfake.Answer(a.Cloud, func(*ecr.GetDownloadUrlForLayerInput) (*ecr.GetDownloadUrlForLayerOutput, error) {
		return &ecr.GetDownloadUrlForLayerOutput{DownloadUrl: aws.String(a.layer)}, nil
	})
	awsfake.Answer(a.Cloud, func(*ecr.DescribeRepositoriesInput) (*ecr.DescribeRepositoriesOutput, error) {
		if len(a.repositories) == 0 {
			return nil, awsfake.Failure(http.StatusBadRequest, "RepositoryNotFoundException", "no such repository")
		}
		return &ecr.DescribeRepositoriesOutput{Repositories: make([]ecrtypes.Repository, len(a.repositories))}, nil
	})
	awsfake.Answer(a.Cloud, func(*backup.ListBackupVaultsInput) (*backup.ListBackupVaultsOutput, error) {
		return &backup.ListBackupVaultsOutput{BackupVaultList: a.vaults}, nil
	})
}

func (a *account) answerAccount() {
	awsfake.Answer(a.Cloud, func(*cloudtrail.DescribeTrailsInput) (*cloudtrail.DescribeTrailsOutput, error) {
		out := &cloudtrail.DescribeTrailsOutput{}
		for _, name := range a.trails {
			out.TrailList = append(out.TrailList, cttypes.Trail{Name: aws.String(name)})
		}
		return out, nil
	})
	awsfake.Answer(a.Cloud, func(*iam.GetAccountSummaryInput) (*iam.GetAccountSummaryOutput, error) {
		return &iam.GetAccountSummaryOutput{SummaryMap: a.summary}, nil
	})
	awsfake.Answer(a.Cloud, func(in *iam.GetRoleInput) (*iam.GetRoleOutput, error) {
		tags, exists := a.roles[*in.RoleName]
		if !exists {
			return nil, notFound("NoSuchEntity")
		}
		role := &iamtypes.Role{RoleName: in.RoleName}
		for key, value := range tags {
			role.Tags = append(role.Tags, iamtypes.Tag{Key: aws.String(key), Value: aws.String(value)})
		}
		return &iam.GetRoleOutput{Role: role}, nil
	})
	awsfake.Answer(a.Cloud, func(*iam.ListOpenIDConnectProvidersInput) (*iam.ListOpenIDConnectProvidersOutput, error) {
		out := &iam.ListOpenIDConnectProvidersOutput{}
		for _, name := range a.identityProviders {
			out.OpenIDConnectProviderList = append(out.OpenIDConnectProviderList, iamtypes.OpenIDConnectProviderListEntry{
				Arn: aws.String("arn:aws:iam::1:oidc-provider/" + name),
			})
		}
		return out, nil
	})
	awsfake.Answer(a.Cloud, func(
		in *costexplorer.ListCostAllocationTagsInput,
	) (*costexplorer.ListCostAllocationTagsOutput, error) {
		if !slices.Equal(in.TagKeys, []string{"Stack"}) || in.Type != cetypes.CostAllocationTagTypeUserDefined {
			return nil, awsfake.Failure(http.StatusBadRequest, "ValidationException", "another tag")
		}
		return &costexplorer.ListCostAllocationTagsOutput{CostAllocationTags: a.costTags}, nil
	})
	awsfake.Answer(a.Cloud, func(*guardduty.ListDetectorsInput) (*guardduty.ListDetectorsOutput, error) {
		if a.detector == nil {
			return &guardduty.ListDetectorsOutput{}, nil
		}
		return &guardduty.ListDetectorsOutput{DetectorIds: []string{"12ab"}}, nil
	})
	awsfake.Answer(a.Cloud, func(*guardduty.GetDetectorInput) (*guardduty.GetDetectorOutput, error) {
		return &guardduty.GetDetectorOutput{Tags: a.detector}, nil
	})
	awsfake.Answer(a.Cloud, func(
		*configservice.DescribeConfigurationRecordersInput,
	) (*configservice.DescribeConfigurationRecordersOutput, error) {
		if !a.recorder {
			return &configservice.DescribeConfigurationRecordersOutput{}, nil
		}
		return &configservice.DescribeConfigurationRecordersOutput{ConfigurationRecorders: []cfgtypes.ConfigurationRecorder{
			{Name: aws.String("default")},
		}}, nil
	})
	awsfake.Answer(a.Cloud, func(*securityhub.DescribeHubInput) (*securityhub.DescribeHubOutput, error) {
		if !a.hub {
			return nil, awsfake.Failure(http.StatusUnauthorized, "InvalidAccessException", "not subscribed to Security Hub")
		}
		return &securityhub.DescribeHubOutput{}, nil
	})
	awsfake.Answer(a.Cloud, func(*accessanalyzer.ListAnalyzersInput) (*accessanalyzer.ListAnalyzersOutput, error) {
		if a.analyzer == nil {
			return &accessanalyzer.ListAnalyzersOutput{}, nil
		}
		return &accessanalyzer.ListAnalyzersOutput{
			Analyzers: []aatypes.AnalyzerSummary{{Name: aws.String("external"), Tags: a.analyzer}},
		}, nil
	})
}

func (a *account) answerNames() {
	awsfake.Answer(a.Cloud, func(*route53.GetHostedZoneInput) (*route53.GetHostedZoneOutput, error) {
		if a.zone == "" {
			return nil, notFound("NoSuchHostedZone")
		}
		return &route53.GetHostedZoneOutput{
			HostedZone: &r53types.HostedZone{Name: aws.String(a.zone), Config: &r53types.HostedZoneConfig{
				PrivateZone: a.private,
			}},
		}, nil
	})
	awsfake.Answer(a.Cloud, func(in *route53.ListResourceRecordSetsInput) (*route53.ListResourceRecordSetsOutput, error) {
		// Route 53 answers with what follows in its order, also if that is another name.
		out := &route53.ListResourceRecordSetsOutput{ResourceRecordSets: []r53types.ResourceRecordSet{
			{Name: aws.String("zzz.example.com."), Type: r53types.RRTypeA},
		}}
		for _, name := range a.records {
			if name == *in.StartRecordName {
				out.ResourceRecordSets[0].Name = aws.String(name + ".")
			}
		}
		return out, nil
	})
	awsfake.Answer(a.Cloud, func(*acm.DescribeCertificateInput) (*acm.DescribeCertificateOutput, error) {
		if a.certificate == nil {
			return nil, notFound("ResourceNotFoundException")
		}
		return &acm.DescribeCertificateOutput{Certificate: a.certificate}, nil
	})
	awsfake.Answer(a.Cloud, func(in *s3.HeadBucketInput) (*s3.HeadBucketOutput, error) {
		if _, exists := a.buckets[*in.Bucket]; !exists {
			return nil, notFound("NotFound")
		}
		return &s3.HeadBucketOutput{}, nil
	})
	awsfake.Answer(a.Cloud, func(in *s3.ListObjectVersionsInput) (*s3.ListObjectVersionsOutput, error) {
		full, exists := a.buckets[*in.Bucket]
		switch {
		case !exists:
			return nil, notFound("NoSuchBucket")
		case full:
			return &s3.ListObjectVersionsOutput{DeleteMarkers: make([]s3types.DeleteMarkerEntry, 1)}, nil
		default:
			return &s3.ListObjectVersionsOutput{}, nil
		}
	})
	awsfake.Answer(a.Cloud, func(
		*cloudwatchlogs.DescribeResourcePoliciesInput,
	) (*cloudwatchlogs.DescribeResourcePoliciesOutput, error) {
		return &cloudwatchlogs.DescribeResourcePoliciesOutput{
			ResourcePolicies: make([]cwltypes.ResourcePolicy, a.logPolicies),
		}, nil
	})
	awsfake.Answer(
		a.Cloud, func(in *cloudwatchlogs.DescribeLogGroupsInput) (*cloudwatchlogs.DescribeLogGroupsOutput, error) {
			out := &cloudwatchlogs.DescribeLogGroupsOutput{}
			for _, group := range a.groups {
				if strings.HasPrefix(group, *in.LogGroupNamePrefix) {
					out.LogGroups = append(out.LogGroups, cwltypes.LogGroup{LogGroupName: aws.String(group)})
				}
			}
			return out, nil
		})
	awsfake.Answer(a.Cloud, func(in *kms.DescribeKeyInput) (*kms.DescribeKeyOutput, error) {
		name := strings.TrimPrefix(strings.TrimPrefix(*in.KeyId, keyARN), "alias/")
		manager := kmstypes.KeyManagerTypeCustomer
		if strings.HasPrefix(name, "aws/") {
			manager = kmstypes.KeyManagerTypeAws
		}
		if name == "gone" || a.noDataKey && name == "aws-webapp-prod-data" {
			return nil, awsfake.Failure(http.StatusBadRequest, "NotFoundException", "no such key")
		}
		arn := keyARN + strings.TrimPrefix(name, "aws-webapp-prod-")
		key := &kmstypes.KeyMetadata{
			KeyId: in.KeyId, Arn: aws.String(arn), KeyManager: manager, KeyState: kmstypes.KeyStateEnabled,
		}
		if name == "off" {
			key.KeyState = kmstypes.KeyStatePendingDeletion
		}
		return &kms.DescribeKeyOutput{KeyMetadata: key}, nil
	})
	awsfake.Answer(a.Cloud, func(in *ssm.DescribeParametersInput) (*ssm.DescribeParametersOutput, error) {
		out := &ssm.DescribeParametersOutput{}
		for _, parameter := range a.parameters {
			if slices.Contains(in.ParameterFilters[0].Values, *parameter.Name) {
				out.Parameters = append(out.Parameters, parameter)
			}
		}
		return out, nil
	})
	awsfake.Answer(a.Cloud, func(*secretsmanager.ListSecretsInput) (*secretsmanager.ListSecretsOutput, error) {
		return &secretsmanager.ListSecretsOutput{SecretList: a.secrets}, nil
	})
}

// flight is a preflight of the prod stack file in an account.
func (a *account) flight(t *testing.T, change func(*config.Config)) *Preflight {
	t.Helper()
	cfg, err := config.LoadFile(fixtures.File(t, "Pulumi.yaml"), fixtures.StackFile(t, "prod"))
	require.NoError(t, err)
	if change != nil {
		change(cfg)
	}
	return &Preflight{
		Project: "aws-webapp", Stack: "prod", Config: cfg, Root: builtRoot(t), AWS: a.Config("us-east-1"),
		Now: func() time.Time { return now },
		Names: func(account, _ string) []Name {
			names := []Name{
				{Kind: BucketName, Role: "application", Value: "prod-application-" + account, Full: "prod-application-" + account},
				{Kind: DatabaseName, Role: "database", Value: "prod-database", Full: "prod-database"},
				{Kind: DomainName, Role: "log search", Value: "prod-search", Full: "prod-search"},
				{Kind: LogGroupName, Role: "visitor-book", Value: "/ecs/visitor-book", Full: "/ecs/visitor-book"},
				{Kind: ApplicationName, Role: "visitor-book", Value: "prod-visitor-book", Full: "prod-visitor-book"},
				{Kind: TrailName, Role: "trail", Value: "prod-trail", Full: "prod-trail"},
			}
			if cfg.Cache.Enabled {
				names = append(names, Name{Kind: CacheName, Role: "cache", Value: "prod-cache", Full: "prod-cache"})
			}
			return names
		},
	}
}

// builtRoot is a project whose function has been built.
func builtRoot(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for name, age := range map[string]time.Duration{
		"lambda/logshipper/main.go": time.Hour, "lambda/logshipper/main_test.go": -time.Hour,
		"dist/lambda/logshipper.zip": time.Minute,
	} {
		path := filepath.Join(root, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, nil, 0o644))
		require.NoError(t, os.Chtimes(path, now.Add(-age), now.Add(-age)))
	}
	return root
}
