// Package sarif writes the part of SARIF 2.1.0 that GitHub's code scanning reads. Every report of this project
// uses it: a violation then has the same rule and fingerprint in each. It imports nothing of this project.
//
// Source: "SARIF support for code scanning",
// https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
package sarif
