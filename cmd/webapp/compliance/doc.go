// Package compliance is the command that writes the compliance report from the evidence that the policy pack left
// behind.
package compliance
