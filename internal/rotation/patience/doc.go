// Package patience holds how long the function that follows a rotation keeps trying. The stack's configuration is
// checked against it. It imports only internal/awsdata.
package patience
