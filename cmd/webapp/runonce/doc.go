// Package runonce is what webapp job run and webapp task run have in common.
package runonce
