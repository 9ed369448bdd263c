// Package e2e runs the log shipper, as it is deployed, against a real OpenSearch node. Its tests
// need the build tag e2e, Java 17 to 21 and, the first time, Maven Central.
package e2e
