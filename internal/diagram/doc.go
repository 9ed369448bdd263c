// Package diagram draws a stack from its resources: the network with its zones and tiers, what lives in them, who may
// talk to whom on which port (as the security groups' rules say), and what the account has beside the network. What
// is drawn is found, not listed: a service, a store or a function with a security group of its own appears by itself.
//
// The picture is an SVG of 900 pixels for a README. It follows the reader's light or dark mode.
package diagram
