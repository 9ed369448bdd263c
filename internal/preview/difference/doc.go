// Package difference shows people where two values of a property differ. It does not say
// whether a difference is risky: package risk does. It imports only policies/prop and
// policies/containers.
//
// Documents that a property holds as JSON text are compared key by key, container definitions
// in the order in which a reviewer reads them. Of variables and secrets only the names are
// shown. A value that is marked secret, or looks like a secret by its name or form, is never
// shown.
package difference
