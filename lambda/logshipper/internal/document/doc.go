// Package document turns log events into OpenSearch documents: which index, which id,
// which fields.
package document
