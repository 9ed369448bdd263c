package quotas

import "fmt"

// Unit of a quota.
type Unit string

// The units. IAM does not count the white space of a policy.
const (
	Things     Unit = ""
	Characters Unit = "characters without white space"
	Bytes      Unit = "bytes"
)

// Quota is a number that AWS does not let an account exceed.
type Quota struct {
	// Name says what is counted, in the plural, as at the start of a message: "rules of a security
	// group".
	Name string
	// Limit is the highest number that a new account may have.
	Limit int
	// Unit of the limit.
	Unit Unit
	// Raisable says that an account can ask for more.
	Raisable bool
	// Service and Code of the quota in Service Quotas; empty if it is not listed there.
	Service, Code string
	// Source of the number.
	Source string
}

// String names the quota and its limit, for messages.
func (q Quota) String() string {
	if q.Unit == Things {
		return fmt.Sprintf("%s: %d", q.Name, q.Limit)
	}
	return fmt.Sprintf("%s: %d %s", q.Name, q.Limit, q.Unit)
}

// Raise returns the command that requests a higher value; "" if AWS does not raise the quota, or
// not by command.
func (q Quota) Raise(value int) string {
	if !q.Raisable || q.Code == "" {
		return ""
	}
	return fmt.Sprintf("aws service-quotas request-service-quota-increase --service-code %s --quota-code %s "+
		"--desired-value %d", q.Service, q.Code, value)
}
