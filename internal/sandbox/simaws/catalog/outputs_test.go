package catalog_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/catalog"
)

// shapes are the outputs that are neither empty nor a value of the resource, by property, or by type and property.
// HEX, UUID and ARN stand for what they are elsewhere. Defaults are those that AWS's API references give.
var shapes = map[string]string{
	// What AWS makes up.
	"applicationId": `UUID`, "lockToken": `UUID`, "version": `[a-z0-9]{48}`,
	"targetId": `terraform-\d{26}`, "associationId": `eipassoc-HEX`, "networkInterfaceId": `eni-HEX`,
	"defaultNetworkAclId": `acl-HEX`, "defaultRouteTableId": `rtb-HEX`, "mainRouteTableId": `rtb-HEX`,
	"defaultSecurityGroupId": `sg-HEX`, "dhcpOptionsId": `dopt-HEX`, "policyId": `ANPA[A-Z0-9]{17}`,
	"uniqueId": `AROA[A-Z0-9]{17}`, "codeSha256": `[A-Za-z0-9+/]{43}=`, "sourceCodeHash": `[A-Za-z0-9+/]{43}=`,
	"arnSuffix": `(targetgroup|app)/name/[0-9a-f]{16}`, "zoneId": `Z[A-Z0-9]{13}`, "hostedZoneId": `Z[A-Z0-9]{13}`,
	"domainEndpointV2HostedZoneId": `Z[A-Z0-9]{13}`, "createDate": date, "lastModified": date,

	// Names in DNS.
	"repositoryUrl":            `444455556666\.dkr\.ecr\.us-east-1\.amazonaws\.com/name`,
	"primaryEndpointAddress":   `master\.name\.[a-z0-9]{6}\.use1\.cache\.amazonaws\.com`,
	"readerEndpointAddress":    `replica\.name\.[a-z0-9]{6}\.use1\.cache\.amazonaws\.com`,
	"address":                  `name\.[a-z0-9]{12}\.us-east-1\.rds\.amazonaws\.com`,
	"bucketDomainName":         `name\.s3\.amazonaws\.com`,
	"bucketRegionalDomainName": `name\.s3\.us-east-1\.amazonaws\.com`,

	"publicIp": `203\.0\.113\.\d+`, "publicDns": `ec2-203-0-113-\d+\.compute-1\.amazonaws\.com`,
	"dnsName":                                `name-\d{10}\.us-east-1\.elb\.amazonaws\.com`,
	resourcetypes.DBInstance + " endpoint":   `name\.[a-z0-9]{12}\.us-east-1\.rds\.amazonaws\.com:3306`,
	resourcetypes.SearchDomain + " endpoint": search, "dashboardEndpoint": search + `/_dashboards`,
	"kibanaEndpoint": search + `/_plugin/kibana/`,

	resourcetypes.FileSystem + " dnsName":            `fs-HEX\.efs\.us-east-1\.amazonaws\.com`,
	resourcetypes.FileSystem + " protection":         `map\[replicationOverwrite:\{ENABLED\}\]`,
	resourcetypes.FileSystem + " sizeInBytes":        `.*6144.*`,
	resourcetypes.FileSystem + " creationToken":      `terraform-\d{26}`,
	resourcetypes.FileSystem + " performanceMode":    `generalPurpose`,
	resourcetypes.FileSystemMountTarget + " dnsName": `fileSystemId\.efs\.us-east-1\.amazonaws\.com`,
	"fileSystemArn":      `arn:aws:elasticfilesystem:us-east-1:444455556666:file-system/fileSystemId`,
	"mountTargetDnsName": `\.fileSystemId\.efs\.us-east-1\.amazonaws\.com`,
	"ipAddress":          `10\.0\.0\.17`, "rootDirectory": `map\[path:\{/\}\]`,

	// Of a place, and joined of what the resource has.
	"availabilityZone": `us-east-1a`, "availabilityZoneId": `use1-az1`, "prefixListId": `pl-[0-9a-f]{8}`,
	"domainId": `444455556666/name`, "path": `/aws-service-role/awsServiceName/`,
	resourcetypes.ServiceLinkedRole + " name": `AWSServiceRoleForAwsServiceName`,
	"arnWithoutRevision":                      `arn:aws:ecs:us-east-1:444455556666:task-definition/family`,
	"encryptionKey":                           `arn:aws:kms:us-east-1:444455556666:alias/aws/s3`,
	"priority":                                `1`, "sqsManagedSseEnabled": `true`, "confirmationWasAuthenticated": `true`,
	"backupVaultArn":     `arn:aws:backup:us-east-1:444455556666:backup-vault:backupVaultName`,
	"kmsKeyArn":          `arn:aws:kms:us-east-1:444455556666:key/UUID`,
	"dashboardArn":       `arn:aws:cloudwatch::444455556666:dashboard/name`,
	"qualifiedArn":       `arn:aws:lambda:us-east-1:444455556666:function:name:\$LATEST`,
	"invokeArn":          invoke + `/invocations`,
	"qualifiedInvokeArn": invoke + `:\$LATEST/invocations`,
	"roleArn": `arn:aws:iam::444455556666:role/aws-service-role/ecs\.application-autoscaling\.amazonaws\.com/` +
		`AWSServiceRoleForApplicationAutoScaling_ECSService`,
	"subjectAlternativeNames": `\[\{\}\]`, // the domain, which TestAWSAccepts has

	// What a resource is when nobody asks for anything else.
	"keyAlgorithm": `RSA_2048`, "renewalEligibility": `INELIGIBLE`, "logGroupClass": `STANDARD`,
	"connectionStatus": `PENDING`, "providerType": `GitHub`, "domain": `vpc`, "publicIpv4Pool": `amazon`,
	"origin": `CreateRoute`, "privateDnsHostnameTypeOnLaunch": `ip-name`, "instanceTenancy": `default`,
	"availabilityZoneRebalancing": `DISABLED`, "launchType": `EC2`, "platformVersion": `LATEST`,
	"iamRole": `/aws-service-role/ecs\.amazonaws\.com/AWSServiceRoleForECS`, "networkMode": `bridge`,
	"status": `PENDING_VALIDATION|available`, "type": `AMAZON_ISSUED`, "state": `active|available`, "vpc": `true`,
	"ipAddressType": `ipv4`, "autoMinorVersionUpgrade": `true`, "clusterMode": `disabled`, "ipDiscovery": `ipv4`,
	"numCacheClusters": `1`, "numNodeGroups": `1`, "findingPublishingFrequency": `SIX_HOURS`,
	"rotationPeriodInDays": `365`, "sourceCodeSize": `1024`, "deregistrationDelay": `300`,
	"kmsDataKeyReusePeriodSeconds": `300`, "capacity": `1000`, "signatureVersion": `1`, "tracingConfig": `PassThrough`,
	"requestPayer": `BucketOwner`, "controlFindingGenerator": `SECURITY_CONTROL`, "rotationEnabled": `true`,
	"protocol": `HTTP`, "protocolVersion": `HTTP1`, "loadBalancingAlgorithmType": `round_robin`,
	"loadBalancingAnomalyMitigation": `off`, "loadBalancingCrossZoneEnabled": `use_load_balancer_configuration`,
	"backupTarget": `region`, "storageType": `gp2`, "licenseModel": `postgresql-license`,
	"caCertIdentifier": `rds-ca-rsa2048-g1`, "engineLifecycleSupport": `open-source-rds-extended-support`,
	"port": `3306`, "tier": `Standard`, "dataType": `text`, "dbSubnetGroupName": `default`, "subnetGroupName": `default`,
	"transitionDefaultMinimumObjectSize": `all_storage_classes_128K`, "revision": `1`,
	"supportedNetworkTypes": `\[\{IPV4\}\]`, "architectures": `\[\{x86_64\}\]`, "memberClusters": `\[\{name-001\}\]`,
	"settings":        `\[\{map\[name:\{containerInsights\} value:\{disabled\}\]\}\]`,
	"optionGroupName": `default:`, "parameterGroupName": `default\.(redis7)?`, "result": `\{\}`,
	"engineVersionActual": `7\.1\.0`, "networkType": `ipv4`,
	resourcetypes.DBInstance + " networkType":       `IPV4`,
	resourcetypes.CacheGroup + " engineVersion":     `7\.1`,
	resourcetypes.CacheGroup + " nodeType":          `cache\.t4g\.micro`,
	resourcetypes.CacheUser + " authenticationMode": `map\[type:\{no-password-required\}\]`,
	resourcetypes.SearchDomain + " engineVersion":   `OpenSearch_1\.3`,
	resourcetypes.CacheGroup + " maintenanceWindow": `sun:05:00-sun:06:00`,
	resourcetypes.DBInstance + " maintenanceWindow": `sun:05:00-sun:05:30`,
	"snapshotWindow": `03:00-04:00`, "backupWindow": `03:00-03:30`,
	resourcetypes.DefaultSecurityGroup + " name": `default`,
	resourcetypes.Schedule + " groupName":        `default`,
	resourcetypes.ScheduleGroup + " state":       `ACTIVE`,
	"creationDate":                               date, "lastModificationDate": date,
	resourcetypes.DefaultSecurityGroup + " description": `default VPC security group`,
	resourcetypes.Function + " version":                 `\$LATEST`,
	"aws:ssm/parameter:Parameter version":               `1`,
	resourcetypes.VPCEndpoint + " policy": regexp.QuoteMeta(
		`{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}],"Version":"2008-10-17"}`),
	resourcetypes.Topic + " policy": regexp.QuoteMeta(
		`{"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[]}`),
	resourcetypes.Budget + " costTypes": `map\[(include(Credit|Discount|OtherSubscription|Recurring|Refund|Subscription|` +
		`Support|Tax|Upfront):\{true\} ){9}useAmortized:\{false\} useBlended:\{false\}\]`,
	resourcetypes.Budget + " timePeriodStart": `2026-01-01_00:00`,
	resourcetypes.KMSKey + " policy": regexp.QuoteMeta(
		`{"Version":"2012-10-17","Id":"key-default-1","Statement":[{"Sid":"Enable IAM User Permissions","Effect":"Allow",` +
			`"Principal":{"AWS":"arn:aws:iam::444455556666:root"},"Action":"kms:*","Resource":"*"}]}`),
}

const search = `search-name-[a-z0-9]{26}\.us-east-1\.es\.amazonaws\.com`

const invoke = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/` +
	`arn:aws:lambda:us-east-1:444455556666:function:name`

const date = `2026-01-01T00:00:00Z`

// TestOutputsAreWhatTheyAre: what a table makes is empty, a value of the resource, or of a known shape.
func TestOutputsAreWhatTheyAre(t *testing.T) {
	forms := strings.NewReplacer("HEX", "[0-9a-f]{17}", "UUID", "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
	seen := map[string]bool{}
	for token, typ := range catalog.All() {
		id, all := made(token, typ)
		values := []string{id, "444455556666", "us-east-1"}
		for name, value := range all {
			if _, computed := typ.Outputs[string(name)]; value.IsString() && !computed {
				values = append(values, value.StringValue())
			}
		}
		for name, value := range all {
			if _, computed := typ.Outputs[string(name)]; !computed || empty(value) || name == "arn" {
				continue
			}
			if value.IsString() && slices.Contains(values, value.StringValue()) {
				continue
			}
			of := token + " " + string(name)
			if shapes[of] == "" {
				of = string(name)
			}
			shape := shapes[of]
			seen[of] = true
			assert.Regexp(t, "^(?:"+forms.Replace(shape)+")$", fmt.Sprint(value.V), "%s %s", token, name)
		}
	}
	for of := range shapes {
		assert.True(t, seen[of], "%s: no type makes it, or it is empty", of)
	}
}

// TestWhatAPreviewKnows: what an update does not change, and what does not follow from a name that is not known yet.
func TestWhatAPreviewKnows(t *testing.T) {
	// These follow from the name by way of code; but another name is another resource.
	replaced := []string{
		resourcetypes.LoadBalancer + " arn", resourcetypes.SearchDomain + " kibanaEndpoint",
		resourcetypes.SearchDomain + " dashboardEndpoint",
	}
	for token, typ := range catalog.All() {
		given := resource.PropertyMap{}
		resolved := func(name resource.PropertyValue) resource.PropertyMap {
			if typ.Name != nil {
				given[typ.Name.Key()] = name
			}
			call := &catalog.Call{World: emptyWorld{}, Op: catalog.Create, Type: typ, ID: "id", Inputs: given, Seed: "seed"}
			return call.Resolve()
		}
		one, two := resolved(resource.NewStringProperty("one")), resolved(resource.NewStringProperty("two"))
		call := &catalog.Call{Type: typ, Inputs: given}
		for name := range typ.Outputs {
			assert.Equal(t, !slices.Contains(typ.OnUpdate, name), call.Settled(name), "%s %s", token, name)
		}
		if typ.Name == nil {
			continue
		}
		given[typ.Name.Key()] = resource.MakeComputed(resource.NewStringProperty(""))
		for name, how := range typ.Outputs {
			key := resource.PropertyKey(name)
			_, computed := how.(catalog.Compute)
			follows := !one[key].DeepEquals(two[key]) && !slices.Contains(replaced, token+" "+name)
			want := !slices.Contains(typ.OnUpdate, name) && !follows && !computed
			assert.Equal(t, want, call.Settled(name), "%s %s", token, name)
		}
	}
}

func empty(value resource.PropertyValue) bool {
	switch {
	case value.IsString():
		return value.StringValue() == ""
	case value.IsBool():
		return !value.BoolValue()
	case value.IsNumber():
		return value.NumberValue() == 0
	case value.IsArray():
		return len(value.ArrayValue()) == 0
	case value.IsObject():
		return len(value.ObjectValue()) == 0
	}
	return true
}
