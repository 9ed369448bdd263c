package rules

import (
	"slices"
	"strings"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/iamdoc"
	"aws-webapp/policies/prop"
)

// resourcePolicies lists the types with a policy about who may use them, and the property that
// holds it. A test compares them with the SDK.
var resourcePolicies = map[string]string{
	bucketPolicyType: "policy", bucketType: "policy", classicBucketType: "policy", accessPointType: "policy",
	accessPointPolicyType: "policy", "aws:s3control/bucketPolicy:BucketPolicy": "policy",
	"aws:s3control/objectLambdaAccessPointPolicy:ObjectLambdaAccessPointPolicy":           "policy",
	"aws:s3control/accessGrantsInstanceResourcePolicy:AccessGrantsInstanceResourcePolicy": "policy",
	"aws:s3tables/tablePolicy:TablePolicy":                                                "resourcePolicy",
	"aws:s3tables/tableBucketPolicy:TableBucketPolicy":                                    "resourcePolicy",
	keyType:         "policy",
	keyPolicyType:   "policy",
	replicaKeyType:  "policy",
	externalKeyType: "policy",
	"aws:kms/replicaExternalKey:ReplicaExternalKey": "policy",
	secretType:       "policy",
	secretPolicyType: "policy",
	topicType:        "policy",
	topicPolicyType:  "policy",
	queueType:        "policy",
	queuePolicyType:  "policy",
	ecrPolicyType:    "policy",
	ecrRegistryType:  "policy",
	"aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate": "repositoryPolicy",
	"aws:ecrpublic/repositoryPolicy:RepositoryPolicy":               "policy",
	busPolicyType:          "policy",
	vaultPolicyType:        "policy",
	searchDomainType:       "accessPolicies",
	searchDomainPolicyType: "accessPolicies",
	elasticDomainType:      "accessPolicies",
	elasticPolicyType:      "accessPolicies",
	"aws:cloudsearch/domainServiceAccessPolicy:DomainServiceAccessPolicy": "accessPolicy",
	logsPolicyType: "policyDocument",
	"aws:cloudwatch/logDestinationPolicy:LogDestinationPolicy":                 "accessPolicy",
	"aws:cloudwatch/logDeliveryDestinationPolicy:LogDeliveryDestinationPolicy": "deliveryDestinationPolicy",
	"aws:apigateway/restApi:RestApi":                                           "policy",
	"aws:apigateway/restApiPolicy:RestApiPolicy":                               "policy",
	"aws:apigateway/domainName:DomainName":                                     "policy",
	"aws:acmpca/policy:Policy":                                                 "policy",
	"aws:codeartifact/domainPermissions:DomainPermissions":                     "policyDocument",
	"aws:codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy": "policyDocument",
	"aws:codebuild/resourcePolicy:ResourcePolicy":                              "policy",
	"aws:dynamodb/resourcePolicy:ResourcePolicy":                               "policy",
	"aws:efs/fileSystemPolicy:FileSystemPolicy":                                "policy",
	"aws:glacier/vault:Vault":                                                  "accessPolicy",
	"aws:glue/resourcePolicy:ResourcePolicy":                                   "policy",
	"aws:kinesis/resourcePolicy:ResourcePolicy":                                "policy",
	"aws:mediastore/containerPolicy:ContainerPolicy":                           "policy",
	"aws:msk/clusterPolicy:ClusterPolicy":                                      "policy",
	"aws:networkfirewall/resourcePolicy:ResourcePolicy":                        "policy",
	"aws:oam/sinkPolicy:SinkPolicy":                                            "policy",
	"aws:organizations/resourcePolicy:ResourcePolicy":                          "content",
	"aws:redshift/resourcePolicy:ResourcePolicy":                               "policy",
	"aws:redshiftserverless/resourcePolicy:ResourcePolicy":                     "policy",
	"aws:sagemaker/modelPackageGroupPolicy:ModelPackageGroupPolicy":            "resourcePolicy",
	"aws:schemas/registryPolicy:RegistryPolicy":                                "policy",
	"aws:ses/identityPolicy:IdentityPolicy":                                    "policy",
	"aws:sesv2/emailIdentityPolicy:EmailIdentityPolicy":                        "policy",
	"aws:vpclattice/authPolicy:AuthPolicy":                                     "policy",
	"aws:vpclattice/resourcePolicy:ResourcePolicy":                             "policy",
	"aws:xray/resourcePolicy:ResourcePolicy":                                   "policyDocument",
}

// shares lists the types that name accounts, or their principals, that may use something: the
// property that names them, and, if there is one, the property that limits it to an organisation
// of ours.
var shares = map[string]struct{ to, within string }{
	permissionType:      {"principal", "principalOrgId"},
	layerPermissionType: {"principal", "organizationId"},
	busPermissionType:   {"principal", ""},
	dbSnapshotType:      {"sharedAccounts", ""},
	dbSnapshotCopyType:  {"sharedAccounts", ""},
	dbClusterSnapType:   {"sharedAccounts", ""},
	"aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy":                               {"sharedAccounts", ""},
	"aws:ec2/snapshotCreateVolumePermission:SnapshotCreateVolumePermission":         {"accountId", ""},
	"aws:ec2/amiLaunchPermission:AmiLaunchPermission":                               {"accountId", ""},
	"aws:ec2/vpcEndpointService:VpcEndpointService":                                 {"allowedPrincipals", ""},
	"aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple": {"principalArn", ""},
	"aws:kms/grant:Grant":                                                 {"granteePrincipal", ""},
	"aws:ram/principalAssociation:PrincipalAssociation":                   {"principal", ""},
	"aws:acmpca/permission:Permission":                                    {"principal", ""},
	"aws:globalaccelerator/crossAccountAttachment:CrossAccountAttachment": {"principals", ""},
	"aws:signer/signingProfilePermission:SigningProfilePermission":        {"principal", ""},
}

// grantTypes returns all types that may let other accounts in, except roles, whose trust
// policies are judged with their conditions.
func grantTypes() []string {
	var found []string
	for typeToken := range resourcePolicies {
		found = append(found, typeToken)
	}
	for typeToken := range shares {
		found = append(found, typeToken)
	}
	slices.Sort(found)
	return found
}

func foreignAccounts() *control.Control {
	return &control.Control{
		Name: "no-foreign-accounts", Subject: "Whole stack", IDs: control.ParseIDs("S3.6+"),
		Title:    "No policy, permission or shared snapshot gives access to an account that is not ours",
		Severity: control.High, Levels: mandatory, Types: grantTypes(), Optional: true, OnUnknown: control.Disabled,
		Risk: "Somebody whom nobody here can stop reads, changes or uses what is there",
		Fix: "name our own roles, or the service with aws:SourceAccount; an account that is to be let in goes into the " +
			"parameter accounts of this policy, in the pack's configuration for the stack",
		Link: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-cross-account-resource-access.html",
		Params: []control.Param{accountsParam(), {
			Name: "logDelivery", Kind: control.Texts, Default: loadBalancerAccounts,
			Doc: "Accounts of AWS that deliver load balancer logs to buckets.",
		}},
		Judge: judgeGrants,
	}
}

func judgeGrants(c in) control.Result {
	own := knownAccounts(c)
	if len(own) == 0 {
		return control.Doubt("cannot tell yet which account %s is in", c.Name)
	}
	if property, isPolicy := resourcePolicies[c.Type]; isPolicy {
		policy := c.Get(property)
		if policy.IsEmpty() == prop.Yes {
			return control.Skip()
		}
		if slices.Contains([]string{bucketType, classicBucketType, bucketPolicyType}, c.Type) {
			own = append(own, c.Params.Texts("logDelivery")...)
		}
		return advisedOf(c, judgeDocument(c, "the policy of "+c.Name, policy, func(doc iamdoc.Document) []iamdoc.Problem {
			return doc.Foreign(own)
		}))
	}
	share := shares[c.Type]
	if share.within != "" && c.Get(share.within).IsSet() == prop.Yes {
		return control.Skip()
	}
	answer := some(c.Get(share.to), func(principal prop.Value) prop.Truth {
		text, ok := principal.Text()
		if !ok {
			return ifUnknown(principal)
		}
		return prop.Known(iamdoc.Principal{Kind: "aws", ID: text}.Foreign(own))
	})
	return advisedOf(c, control.Want(answer.Not(), "%s gives access to an account that is not one of ours", c.Name))
}

// knownAccounts returns our accounts as declared or, if none are declared, those of the stack's
// resources.
func knownAccounts(c in) []string {
	own := ownAccounts(c)
	if len(own) == 0 && c.Graph != nil {
		return accountsOf(c.Graph)
	}
	return own
}

// accountsOf returns the accounts in the ARNs of a stack's resources.
func accountsOf(g *graph.Graph) []string {
	return graph.Memo(g, "accounts of the stack", func() []string {
		var found []string
		for _, r := range g.All() {
			arn, _ := prop.Of(r.Outputs).Get("arn").Text()
			parts := strings.SplitN(arn, ":", 6)
			if r.Provider == nil || len(parts) < 6 || parts[4] == "" || parts[4] == "aws" {
				continue
			}
			if !slices.Contains(found, parts[4]) {
				found = append(found, parts[4])
			}
		}
		return found
	})
}

// advisedOf turns a result into advice if our accounts are not declared: every account would
// count as foreign.
func advisedOf(c in, result control.Result) control.Result {
	result.Advisory = len(ownAccounts(c)) == 0
	return result
}
