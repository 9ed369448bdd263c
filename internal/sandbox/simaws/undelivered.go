package simaws

import (
	"errors"
	"fmt"
	"strings"

	"aws-webapp/internal/sandbox/simaws/catalog"
	"aws-webapp/internal/sandbox/simaws/cloud"
)

// Undelivered returns an error for settings that AWS has accepted and silently does not act on:
// messages and logs that a policy refuses. It is called once a stack is up, when all its
// policies exist.
func Undelivered(account *cloud.Cloud) error {
	var found undelivered
	err := account.View(func(r *cloud.Reader) error {
		for _, record := range r.All() {
			typ, known := catalog.All()[record.Token]
			if !known {
				continue // the cloud is of an earlier version, which knew the type
			}
			call := &catalog.Call{
				World: world{r}, Op: catalog.Update, Type: typ, Token: record.Token, ID: record.ID, Inputs: record.Outputs,
				Old: record.Outputs, Account: r.Account(), Region: record.Region, Partition: partitionOf(record.Region),
			}
			for _, rule := range typ.After {
				found.add(record.Label(), rule(call))
			}
		}
		return nil
	})
	return errors.Join(err, found.error())
}

// undelivered collects reasons with the resources that they affect: one statement of a topic's
// policy can silence every alarm.
type undelivered struct {
	reasons []string
	labels  map[string][]string
}

func (u *undelivered) add(label string, err error) {
	if err == nil {
		return
	}
	if u.labels == nil {
		u.labels = map[string][]string{}
	}
	for reason := range strings.SplitSeq(err.Error(), "\n") {
		if u.labels[reason] == nil {
			u.reasons = append(u.reasons, reason)
		}
		u.labels[reason] = append(u.labels[reason], label)
	}
}

func (u *undelivered) error() error {
	var errs []error
	for _, reason := range u.reasons {
		labels := u.labels[reason]
		who := labels[0]
		if more := len(labels) - 1; more > 0 {
			who += fmt.Sprintf(" and %d more", more)
		}
		errs = append(errs, fmt.Errorf("%s: %s", who, reason))
	}
	return errors.Join(errs...)
}
