package config

import (
	"slices"
	"strings"

	"aws-webapp/internal/plural"
)

// Delivery holds everything that a delivery stack file can set.
type Delivery struct {
	// Kind is delivery here, workload elsewhere. Default delivery when a delivery stack is read.
	Kind Kind `json:"kind" allowed:"workload, delivery"`
	// Environment is dev, staging or prod and decides which rules the stack obeys. Required.
	Environment Environment `json:"environment" required:"true" allowed:"dev, staging, prod"`
	// AWS names the account and the region that the stack may touch.
	AWS AWS `json:"aws"`
	// Tags are put on every taggable resource.
	Tags Tags `json:"tags"`
	// Encryption governs the customer managed keys.
	Encryption Encryption `json:"encryption"`
	// Logging governs the log groups of builds.
	Logging DeliveryLogging `json:"logging"`
	// State is the backend that keeps the state of all stacks.
	State State `json:"state"`
	// Registry keeps the application's images.
	Registry Registry `json:"registry"`
	// GitHub decides which workflows may act in the account, and with which role.
	GitHub GitHub `json:"github"`
	// Pipeline builds, tests and deploys the application.
	Pipeline Pipeline `json:"pipeline"`
	// Staging is the stack to which the pipeline deploys first.
	Staging Target `json:"staging"`
	// Production is the stack to which the pipeline deploys after an approval.
	Production Target `json:"production"`
	// Notifications report approvals that wait and executions that end.
	Notifications Notifications `json:"notifications"`
}

func (d *Delivery) defaults() { d.Kind = KindDelivery }

// Targets returns the stacks to which the pipeline deploys, in order.
func (d *Delivery) Targets() []Target { return []Target{d.Staging, d.Production} }

// Foreign reports whether a target is in another account than the delivery stack.
func (d *Delivery) Foreign(t Target) bool {
	return !slices.Contains(d.AWS.AllowedAccountIDs, t.AccountID)
}

// validate checks rules that concern several subjects.
func (d *Delivery) validate(v *validation, at path) {
	accounts := at.key("aws").key("allowedAccountIds")
	if len(d.AWS.AllowedAccountIDs) > 1 {
		v.add(accounts, plural.Of(len(d.AWS.AllowedAccountIDs), "account"), "one account for a delivery stack",
			"name the account that the stack lives in: others are targets")
	}
	if d.Staging.Stack == d.Production.Stack {
		v.add(at.key("production").key("stack"), quote(d.Production.Stack), "another stack than staging.stack",
			"name the stack that serves the users")
	}
	for _, target := range []struct {
		at path
		Target
	}{{at.key("staging"), d.Staging}, {at.key("production"), d.Production}} {
		if v.sound(accounts.index(0), target.at.key("accountId")) {
			d.validateTarget(v, target.at, target.Target)
		}
	}
	if v.sound(accounts.index(0), at.key("staging").key("accountId"), at.key("production").key("accountId")) {
		d.validateSharedRoles(v, at)
	}
	d.validateProd(v, at)
}

// validateTarget requires the roles of an account if, and only if, the stack cannot create them
// itself.
func (d *Delivery) validateTarget(v *validation, at path, t Target) {
	for _, role := range []struct{ name, arn string }{
		{"deployRoleArn", t.DeployRoleARN}, {"previewRoleArn", t.PreviewRoleARN},
	} {
		key := at.key(role.name)
		switch {
		case d.Foreign(t) && role.arn == "":
			v.add(key, "nothing", "a role of account "+t.AccountID+", which is not the stack's own",
				"create it as docs/delivery.md says, and set its ARN")
		case !d.Foreign(t) && role.arn != "":
			v.add(key, quote(role.arn), "nothing in the stack's own account", "remove it: the stack makes the role")
		case role.arn != "" && !strings.Contains(role.arn, "::"+t.AccountID+":"):
			v.add(key, quote(role.arn), "a role of account "+t.AccountID, "correct it, or accountId")
		}
	}
}

func (d *Delivery) validateProd(v *validation, at path) {
	v.inProd(d.State.ForceDestroy, at.key("state").key("forceDestroy"),
		"true", "false in prod", "set false: without their state no stack can be changed any more")
	v.inProd(d.Registry.ForceDelete, at.key("registry").key("forceDelete"),
		"true", "false in prod", "set false: running services pull their image again when a task is replaced")
	v.inProd(len(d.Notifications.Subscriptions) == 0, at.key("notifications").key("subscriptions"),
		"nothing", "one subscription or more in prod", "add one, or nobody learns that an approval waits")
}
