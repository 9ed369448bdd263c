// Package node runs a real OpenSearch node with the security plugin for a test: out of jars from
// Maven Central, on the machine's Java, without an installation.
package node
