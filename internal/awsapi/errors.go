package awsapi

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// denials are the codes with which services refuse a caller who lacks a permission.
var denials = []string{
	"AccessDenied", "AccessDeniedException", "AuthorizationError", "AuthorizationErrorException",
	"Forbidden", "NotAuthorized", "UnauthorizedAccess", "UnauthorizedOperation",
}

// Denied reports whether the caller lacks a permission, and the IAM action that is missing.
func Denied(err error) (action string, denied bool) {
	if !slices.Contains(denials, Code(err)) {
		return "", false
	}
	var operation *smithy.OperationError
	if errors.As(err, &operation) {
		action = Action(operation.ServiceID, operation.OperationName)
	}
	return action, true
}

// Code returns the code of an AWS error, such as ThrottlingException, or "" for any other
// error.
func Code(err error) string {
	var failure smithy.APIError
	if errors.As(err, &failure) {
		return failure.ErrorCode()
	}
	return ""
}

// Missing reports whether AWS answered that the requested thing does not exist.
func Missing(err error) bool {
	var response *smithyhttp.ResponseError
	return errors.As(err, &response) && response.HTTPStatusCode() == http.StatusNotFound
}

// Reason describes an error in one line: AWS's code and message without the request's id, or
// only the operation and the status if the answer has no more.
func Reason(err error) string {
	var failure smithy.APIError
	if errors.As(err, &failure) {
		if failure.ErrorMessage() == "" {
			return failure.ErrorCode()
		}
		return failure.ErrorCode() + ": " + failure.ErrorMessage()
	}
	var operation *smithy.OperationError
	var response *smithyhttp.ResponseError
	if errors.As(err, &operation) && errors.As(err, &response) {
		return fmt.Sprintf("%s answers with status %d", Action(operation.ServiceID, operation.OperationName),
			response.HTTPStatusCode())
	}
	return err.Error()
}

var retryable = retry.NewStandard()

// Passing reports whether trying again later may help: throttling, an outage, a lost
// connection.
func Passing(err error) bool {
	var network net.Error
	return retryable.IsErrorRetryable(err) || errors.As(err, &network) || slices.Contains(overloads, Code(err))
}

// overloads lists codes of temporary failures that the SDK does not treat as temporary.
var overloads = []string{
	"InternalFailure", "InternalServerError", "ServerException", "ServiceUnavailable",
	"ServiceUnavailableException",
}
