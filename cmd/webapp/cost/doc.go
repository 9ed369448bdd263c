// Package cost is the command that estimates what a stack costs in a month, before it is deployed.
package cost
