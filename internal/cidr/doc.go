// Package cidr lays out the subnets of a VPC. It only computes; the resources are created in
// components. It imports nothing of this project.
package cidr
