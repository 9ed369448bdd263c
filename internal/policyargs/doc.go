// Package policyargs returns the arguments with which `pulumi up` and `pulumi preview` apply the policy pack to a
// stack. Every command that starts them uses it: without its configuration the pack only advises on things that prod
// must have, such as a web application firewall. It imports nothing of this project.
package policyargs
