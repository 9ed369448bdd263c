// Package quotas is the one table of the numbers that AWS does not let a stack exceed, as far as
// the stacks of this project can reach them. The simulated AWS enforces it, preflight counts
// against it, and configuration refuses what can never fit.
//
// Every number is the default of a new account in a commercial region, with its source. Of most
// services an account can ask for more: [Quota.Raisable]. `aws service-quotas
// list-service-quotas --service-code SERVICE` shows the codes; gruntwork-io/
// terraform-aws-utilities (docs/quotas.md) and FogSecurity/aws-size (README.md) have the same.
package quotas
