// Package cwlogs decodes the events that CloudWatch Logs sends to a subscribed Lambda function:
// JSON, compressed with gzip, encoded as base64.
package cwlogs
