package catalog

import (
	"fmt"
	"strings"
)

// Error is an error as the AWS API returns it.
type Error struct {
	// Code is the API's error code, for example InvalidSubnetID.NotFound.
	Code string
	// Message is the API's explanation.
	Message string
}

// Error returns the error as the AWS SDK for Go writes it.
func (e *Error) Error() string { return "api error " + e.Code + ": " + e.Message }

// Errorf makes an [Error].
func Errorf(code, format string, args ...any) error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Wording turns "Code: message" into an [Error].
func Wording(text string) error {
	code, message, _ := strings.Cut(text, ": ")
	return &Error{Code: code, Message: message}
}
