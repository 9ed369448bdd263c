package risk

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/policies/iamdoc"
	"aws-webapp/policies/prop"
)

// documents are the properties that hold IAM policy documents, by resource type.
var documents = map[string][]string{
	// What somebody may do.
	"aws:iam/policy:Policy":           {"policy"},
	"aws:iam/rolePolicy:RolePolicy":   {"policy"},
	"aws:iam/userPolicy:UserPolicy":   {"policy"},
	"aws:iam/groupPolicy:GroupPolicy": {"policy"},
	"aws:iam/role:Role":               {"assumeRolePolicy", "inlinePolicies"},
	// Who may do something with a resource.
	"aws:s3/bucketPolicy:BucketPolicy":                                                    {"policy"},
	"aws:s3/accessPoint:AccessPoint":                                                      {"policy"},
	"aws:kms/key:Key":                                                                     {"policy"},
	"aws:kms/keyPolicy:KeyPolicy":                                                         {"policy"},
	"aws:kms/externalKey:ExternalKey":                                                     {"policy"},
	"aws:kms/replicaKey:ReplicaKey":                                                       {"policy"},
	"aws:kms/replicaExternalKey:ReplicaExternalKey":                                       {"policy"},
	"aws:s3/bucket:Bucket":                                                                {"policy"},
	"aws:s3/bucketV2:BucketV2":                                                            {"policy"},
	"aws:s3control/accessPointPolicy:AccessPointPolicy":                                   {"policy"},
	"aws:s3control/bucketPolicy:BucketPolicy":                                             {"policy"},
	"aws:dynamodb/resourcePolicy:ResourcePolicy":                                          {"policy"},
	"aws:kinesis/resourcePolicy:ResourcePolicy":                                           {"policy"},
	"aws:glue/resourcePolicy:ResourcePolicy":                                              {"policy"},
	"aws:codebuild/resourcePolicy:ResourcePolicy":                                         {"policy"},
	"aws:redshift/resourcePolicy:ResourcePolicy":                                          {"policy"},
	"aws:redshiftserverless/resourcePolicy:ResourcePolicy":                                {"policy"},
	"aws:networkfirewall/resourcePolicy:ResourcePolicy":                                   {"policy"},
	"aws:vpclattice/resourcePolicy:ResourcePolicy":                                        {"policy"},
	"aws:vpclattice/authPolicy:AuthPolicy":                                                {"policy"},
	"aws:xray/resourcePolicy:ResourcePolicy":                                              {"policyDocument"},
	"aws:acmpca/policy:Policy":                                                            {"policy"},
	"aws:msk/clusterPolicy:ClusterPolicy":                                                 {"policy"},
	"aws:mediastore/containerPolicy:ContainerPolicy":                                      {"policy"},
	"aws:oam/sinkPolicy:SinkPolicy":                                                       {"policy"},
	"aws:ses/identityPolicy:IdentityPolicy":                                               {"policy"},
	"aws:sesv2/emailIdentityPolicy:EmailIdentityPolicy":                                   {"policy"},
	"aws:schemas/registryPolicy:RegistryPolicy":                                           {"policy"},
	"aws:ecrpublic/repositoryPolicy:RepositoryPolicy":                                     {"policy"},
	"aws:glacier/vaultLock:VaultLock":                                                     {"policy"},
	"aws:elasticsearch/domain:Domain":                                                     {"accessPolicies"},
	"aws:elasticsearch/domainPolicy:DomainPolicy":                                         {"accessPolicies"},
	"aws:apigateway/restApiPolicy:RestApiPolicy":                                          {"policy"},
	"aws:apigateway/domainName:DomainName":                                                {"policy"},
	"aws:transfer/access:Access":                                                          {"policy"},
	"aws:transfer/user:User":                                                              {"policy"},
	"aws:codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy":            {"policyDocument"},
	"aws:s3control/objectLambdaAccessPointPolicy:ObjectLambdaAccessPointPolicy":           {"policy"},
	"aws:s3control/accessGrantsInstanceResourcePolicy:AccessGrantsInstanceResourcePolicy": {"policy"},
	"aws:sns/topic:Topic":                                                                 {"policy"},
	"aws:sns/topicPolicy:TopicPolicy":                                                     {"policy"},
	"aws:sqs/queue:Queue":                                                                 {"policy"},
	"aws:sqs/queuePolicy:QueuePolicy":                                                     {"policy"},
	"aws:secretsmanager/secret:Secret":                                                    {"policy"},
	"aws:secretsmanager/secretPolicy:SecretPolicy":                                        {"policy"},
	"aws:ecr/repositoryPolicy:RepositoryPolicy":                                           {"policy"},
	"aws:ecr/registryPolicy:RegistryPolicy":                                               {"policy"},
	"aws:opensearch/domain:Domain":                                                        {"accessPolicies"},
	"aws:opensearch/domainPolicy:DomainPolicy":                                            {"accessPolicies"},
	"aws:backup/vaultPolicy:VaultPolicy":                                                  {"policy"},
	"aws:efs/fileSystemPolicy:FileSystemPolicy":                                           {"policy"},
	"aws:cloudwatch/logResourcePolicy:LogResourcePolicy":                                  {"policyDocument"},
	"aws:cloudwatch/eventBusPolicy:EventBusPolicy":                                        {"policy"},
	"aws:cloudwatch/logDestinationPolicy:LogDestinationPolicy":                            {"accessPolicy"},
	endpointType:                     {"policy"},
	endpointPolicyType:               {"policy"},
	"aws:apigateway/restApi:RestApi": {"policy"},
	"aws:codeartifact/domainPermissions:DomainPermissions": {"policyDocument"},
}

// The types that hold the policy of a VPC endpoint.
const (
	endpointType       = "aws:ec2/vpcEndpoint:VpcEndpoint"
	endpointPolicyType = "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy"
)

func ofEndpoint(token string) bool { return token == endpointType || token == endpointPolicyType }

// document is what a property says.
type document struct {
	iamdoc.Document
	absent, unknown, unreadable, secret bool
}

// read reads the documents of a property: one, or those of a role's inline policies, whose
// statements count together.
func read(inputs resource.PropertyMap, name string) document {
	v := prop.Of(inputs).Get(name)
	if v.Absent() {
		return document{absent: true}
	}
	if name != "inlinePolicies" {
		return readOne(v)
	}
	var all document
	elements, complete := v.List()
	all.unknown = complete != prop.Yes
	for _, element := range elements {
		one := readOne(element.Get("policy"))
		all.Statements = append(all.Statements, one.Statements...)
		all.unknown, all.secret = all.unknown || one.unknown, all.secret || one.secret
		all.unreadable = all.unreadable || one.unreadable
	}
	return all
}

func readOne(v prop.Value) document {
	d, readable := iamdoc.Read(v)
	return document{
		Document: d, unknown: readable == prop.Maybe || d.Partial, unreadable: readable == prop.No,
		secret: d.Secret || v.Secret(),
	}
}
