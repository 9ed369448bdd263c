// Package waf knows the rule groups that AWS offers for its web application firewall, and the rules in them.
package waf
