// Package difference says where two values of a property differ, for people.
//
// Documents that a property holds as JSON text are compared key by key, container definitions
// in the order in which a reviewer reads them. Of variables and secrets nothing but names are
// shown, and no value that is marked secret, or looks like one by its name or its form.
package difference
