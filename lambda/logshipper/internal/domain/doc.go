// Package domain talks to the OpenSearch domain: bulk requests, and the one-time setup of index
// template, retention policy and access.
package domain
