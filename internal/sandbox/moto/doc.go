// Package moto runs a moto server, which simulates the API of AWS (https://docs.getmoto.org;
// not a part of this project). Unlike the in-process simulation it is used with the real AWS
// provider plugin, and the AWS CLI can look at what was created. The package knows nothing of
// stacks or of the Pulumi engine.
//
// The machine only has to have Python. An installed moto of the right version is used;
// otherwise one is installed, once, into a virtual environment in the given directory.
package moto
