package authorization

import "strings"

// Sender identifies whose requests carry a global condition key.
type Sender int

const (
	// SentByNobody marks keys that AWS does not have.
	SentByNobody Sender = iota
	// SentByAny marks keys that anybody's requests carry, always or sometimes.
	SentByAny
	// SentByServices marks keys that only AWS services send, when they call in their own name and
	// not with a role.
	SentByServices
	// SentByUsers marks keys of IAM users.
	SentByUsers
	// SentByAction marks keys of tags; the reference says which actions send them.
	SentByAction
)

// globalKeys lists the keys that requests to every service may carry, in lower case. A tag's key follows those
// that end in /. Keys without aws: belong to sessions that one service creates and that other services see.
//
// Source: "AWS global condition context keys" in the IAM user guide, the table at its beginning and the availability
// of each key, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html, read
// 2026-11-29. In addition, AWS's managed policies use aws:PrincipalOrgMasterAccountId, and the policies that SNS
// creates aws:SourceOwner.
var globalKeys = func() map[string]Sender {
	keys := map[string]Sender{}
	for sender, list := range map[Sender]string{
		SentByAny: `aws:PrincipalArn aws:PrincipalAccount aws:PrincipalOrgPaths aws:PrincipalOrgID aws:PrincipalTag/
			aws:PrincipalIsAWSService aws:PrincipalType aws:userid aws:PrincipalOrgMasterAccountId
			aws:AssumedRoot aws:FederatedProvider aws:TokenIssueTime aws:SignInSessionArn aws:MultiFactorAuthAge
			aws:MultiFactorAuthPresent aws:ChatbotSourceArn aws:Ec2InstanceSourceVpc aws:Ec2InstanceSourcePrivateIPv4
			aws:SourceIdentity ec2:RoleDelivery ec2:SourceInstanceArn glue:RoleAssumedBy glue:CredentialIssuingService
			codebuild:BuildArn codebuild:ProjectArn lambda:SourceFunctionArn ssm:SourceInstanceArn identitystore:UserId
			aws:SourceIp aws:SourceVpc aws:SourceVpcArn aws:SourceVpce aws:VpceAccount aws:VpceOrgID aws:VpceOrgPaths
			aws:VpcSourceIp aws:ResourceAccount aws:ResourceOrgID aws:ResourceOrgPaths aws:CalledVia aws:CalledViaFirst
			aws:CalledViaLast aws:CalledViaAWSMCP aws:ViaAWSService aws:ViaAWSMCPService aws:CurrentTime aws:EpochTime
			aws:referer aws:RequestedRegion aws:SecureTransport aws:UserAgent aws:IsMcpServiceAction aws:SourceOwner`,
		SentByServices: `aws:PrincipalServiceName aws:PrincipalServiceNamesList aws:SourceArn aws:SourceAccount
			aws:SourceOrgID aws:SourceOrgPaths`,
		SentByUsers:  `aws:username`,
		SentByAction: `aws:ResourceTag/ aws:RequestTag/ aws:TagKeys`,
	} {
		for key := range strings.FieldsSeq(strings.ToLower(list)) {
			keys[key] = sender
		}
	}
	return keys
}()

// GlobalKey returns whose requests carry a condition key, given in any case; SentByNobody if it is not a
// global key.
func GlobalKey(key string) Sender {
	key = strings.ToLower(key)
	if prefix, tag, has := strings.Cut(key, "/"); has && tag != "" {
		key = prefix + "/"
	}
	return globalKeys[key]
}
