// Package testdomain is an OpenSearch domain for tests: a real HTTP server on loopback that
// stores documents as OpenSearch does, and fails on demand.
package testdomain
