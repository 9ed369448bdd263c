package simaws_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/sandbox/simaws/catalog"
)

// codes are the error codes of AWS that the simulation uses: those of the operations in the API references, and of
// EC2's "Error codes for the Amazon EC2 API".
var codes = strings.Fields(`
	AWS.SimpleQueueService.NonExistentQueue AccessDeniedException AccessPointNotFound AddressLimitExceeded
	AlarmsLimitExceededException AlreadyExistsException ApplicationAlreadyExistsException
	ApplicationDoesNotExistException BadRequest BadRequestException BucketAlreadyOwnedByYou
	CacheParameterGroupAlreadyExists CacheParameterGroupNotFound CacheSubnetGroupAlreadyExists
	CacheSubnetGroupInUse CacheSubnetGroupNotFoundFault ClientException ClusterContainsServicesException
	ClusterNotFoundException ConflictException DBInstanceAlreadyExists DBInstanceNotFound
	DBParameterGroupAlreadyExists DBParameterGroupNotFound DBSubnetGroupAlreadyExists
	DBSubnetGroupDoesNotCoverEnoughAZs DBSubnetGroupNotFoundFault DefaultUserRequired DeleteConflict
	DependencyViolation DeploymentGroupAlreadyExistsException DuplicateListener DuplicateRecordException
	DuplicateLoadBalancerName DuplicateTargetGroupName EntityAlreadyExists FileSystemAlreadyExists FileSystemInUse
	FileSystemNotFound FlowLogAlreadyExists Gateway.NotAttached InsufficientDeliveryPolicyException
	InsufficientEncryptionPolicyException InsufficientS3BucketPolicyException InternalError
	InternetGatewayLimitExceeded InvalidAccessException InvalidActionDeclarationException
	InvalidAllocationID.NotFound InvalidArgument InvalidAttributeValue InvalidCacheParameterGroupState
	InvalidChangeBatch InvalidCloudWatchLogsLogGroupArnException InvalidCloudWatchLogsRoleArnException
	InvalidConfigurationRequest InvalidDBParameterGroupState InvalidDBSubnetGroupStateFault
	InvalidECSServiceException InvalidGroup.Duplicate InvalidGroup.NotFound InvalidIPAddress.InUse InvalidInput
	InvalidInputException InvalidInternetGatewayID.NotFound InvalidNetworkAclID.NotFound InvalidPolicyException
	InvalidParameter InvalidParameterCombination InvalidParameterException InvalidParameterInput
	InvalidParameterValue InvalidParameterValueException InvalidPermission.Duplicate InvalidRequest
	InvalidRequestException InvalidRoleException InvalidRouteTableID.NotFound InvalidStructureException
	InvalidSubnet InvalidSubnet.Conflict InvalidSubnet.Range InvalidSubnetID.NotFound InvalidUserGroupState
	InvalidVpcEndpointId.NotFound InvalidVpcID.NotFound LimitExceeded LimitExceededException
	InvalidLoadBalancerAction TargetGroupAssociationLimit NamespaceAlreadyExists NamespaceNotFound
	ListenerNotFound LoadBalancerNotFound MalformedPolicy MalformedPolicyDocument MalformedPolicyDocumentException
	MountTargetConflict MountTargetNotFound NatGatewayLimitExceeded NatGatewayNotFound
	NoAvailableConfigurationRecorderException NoAvailableDeliveryChannelException NoSuchBucket
	NoSuchConfigurationRecorderException NoSuchEntity NotFound NotFoundException ObjectNotFoundException
	OperationNotPermitted OverLimit ParameterAlreadyExists PipelineNameInUseException
	PlatformTaskDefinitionIncompatibilityException PolicyLengthExceededException PriorityInUse QueueAlreadyExists
	ReplicationGroupAlreadyExists ReplicationGroupNotFoundFault RepositoryAlreadyExistsException
	RepositoryNotFoundException RequestTimedOut Resource.AlreadyAssociated ResourceAlreadyExists
	ResourceAlreadyExistsException ResourceConflictException ResourceExistsException ResourceInUse
	ResourceInUseException ResourceInitializationError ResourceNotFoundException RouteAlreadyExists
	RulesPerSecurityGroupLimitExceeded SecurityGroupLimitExceeded SecurityGroupsPerInterfaceLimitExceeded
	ServiceNotFoundException ServiceUnavailable SubnetLimitExceeded SubscriptionAlreadyExist TargetGroupNotFound
	ThrottlingException TooManyListeners TooManyLoadBalancers TooManyRules TooManyTargetGroups
	TooManyUniqueTargetGroupsPerLoadBalancer TrailAlreadyExistsException UnsupportedCertificate UserAlreadyExists
	UserGroupAlreadyExists UserGroupNotFound UserNotFound ValidationError ValidationException
	VpcEndpointLimitExceeded VpcLimitExceeded WAFAssociatedItemException WAFDuplicateItemException
	WAFInvalidOperationException WAFLogDestinationPermissionIssueException WAFNonexistentItemException
`)

var coded = regexp.MustCompile(`api error ([A-Za-z.]*): `)

// worded fails the test if an error is not worded as AWS words errors.
func worded(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	assert.NotRegexp(t, `%!|\{[.a-z]+\}|\{[a-z]+\d*\?\}`, err.Error(), "a value is missing")
	for _, match := range coded.FindAllStringSubmatch(err.Error(), -1) {
		assert.True(t, slices.Contains(codes, match[1]), err.Error())
	}
}

// TestTablesHaveAWSsWords: the errors in the tables have a code of AWS's, and a message.
func TestTablesHaveAWSsWords(t *testing.T) {
	judge := func(where, text string) {
		code, message, _ := strings.Cut(text, ": ")
		assert.True(t, slices.Contains(codes, code), "%s: %s", where, code)
		assert.Regexp(t, `^(\[?["A-Z{][^x]|[0-9]|resource |the |securityGroups |subnets |load balancers )`, message, where)
	}
	for token, typ := range catalog.All() {
		texts := []string{typ.NotFound, typ.InUse}
		for _, unique := range typ.Unique {
			texts = append(texts, unique.Error)
		}
		for _, text := range typ.Protect {
			texts = append(texts, text)
		}
		for _, text := range slices.DeleteFunc(texts, func(text string) bool { return text == "" }) {
			judge(token, text)
		}
	}
	for _, quota := range catalog.AllLimited() {
		judge(quota.Quota.Name, quota.Error)
	}
}
