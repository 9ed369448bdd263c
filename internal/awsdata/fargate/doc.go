// Package fargate knows the availability zones in which AWS Fargate runs tasks.
package fargate
