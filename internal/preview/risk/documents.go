package risk

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/policies/iamdoc"
	"aws-webapp/policies/prop"
)

// documentsOf are the properties of a type that hold IAM policy documents: what its row says or, where no stack makes
// the type, what such properties are called in the AWS package.
func documentsOf(token string) []string {
	if row, made := resourcetypes.Of(token); made {
		return row.Documents
	}
	switch {
	case notIAM[token]:
		return nil
	case ofEndpoint(token):
		return []string{"policy"} // that it has no other would be news
	}
	return []string{"policy", "policyDocument", "accessPolicies", "accessPolicy"}
}

// notIAM are the types that no stack makes with a policy about something else than who may do what.
var notIAM = map[string]bool{
	"aws:cloudwatch/logAccountPolicy:LogAccountPolicy":                           true,
	"aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy":             true,
	"aws:cloudwatch/logIndexPolicy:LogIndexPolicy":                               true,
	"aws:networkmanager/coreNetworkPolicyAttachment:CoreNetworkPolicyAttachment": true,
	"aws:verifiedaccess/endpoint:Endpoint":                                       true, // in Cedar
	"aws:verifiedaccess/group:Group":                                             true,
	"aws:opensearch/serverlessAccessPolicy:ServerlessAccessPolicy":               true, // of a form of its own
	"aws:opensearch/serverlessLifecyclePolicy:ServerlessLifecyclePolicy":         true,
	"aws:opensearch/serverlessSecurityPolicy:ServerlessSecurityPolicy":           true,
	"aws:resiliencehub/resiliencyPolicy:ResiliencyPolicy":                        true,
	"aws:ses/receiptFilter:ReceiptFilter":                                        true,
	"aws:sns/dataProtectionPolicy:DataProtectionPolicy":                          true,
	"aws:iot/policy:Policy":                                                      true, // of devices
	"aws:iot/policyAttachment:PolicyAttachment":                                  true,
}

// The types that hold the policy of a VPC endpoint.
const (
	endpointType       = resourcetypes.VPCEndpoint
	endpointPolicyType = "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy"
)

func ofEndpoint(token string) bool { return token == endpointType || token == endpointPolicyType }

// document is the content of a property.
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
