package authorization

import "strings"

// Sender says whose requests carry a global condition key.
type Sender int

const (
	// SentByNobody is for keys that AWS does not have.
	SentByNobody Sender = iota
	// SentByAny is for keys that a request of anybody carries, always or at times.
	SentByAny
	// SentByServices is for keys of services of AWS that call in their own name, and not by a role.
	SentByServices
	// SentByUsers is for keys of IAM users.
	SentByUsers
	// SentByAction is for tags: of which actions, says the reference.
	SentByAction
)

// globalKeys are the keys that requests to every service may carry, in lower case. Behind those that end in /
// is the key of a tag. Those without aws: are of sessions that one service makes and of which others are told.
//
// Source: "AWS global condition context keys" in the IAM user guide, the table at its beginning and the
// availability of each key, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html,
// read 2026-11-29. AWS's managed policies have aws:PrincipalOrgMasterAccountId besides, and the policies that
// SNS makes aws:SourceOwner.
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

// GlobalKey says whose requests carry a condition key, in any case; SentByNobody for one that is not global.
func GlobalKey(key string) Sender {
	key = strings.ToLower(key)
	if prefix, tag, has := strings.Cut(key, "/"); has && tag != "" {
		key = prefix + "/"
	}
	return globalKeys[key]
}
