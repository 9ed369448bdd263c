package rules

import (
	"slices"

	"aws-webapp/policies/control"
	"aws-webapp/policies/iamdoc"
	"aws-webapp/policies/prop"
)

// judgeDocument reads a policy document and reports the problems that find returns.
func judgeDocument(_ in, what string, v prop.Value, find func(iamdoc.Document) []iamdoc.Problem) control.Result {
	doc, ok := iamdoc.Read(v)
	switch ok {
	case prop.Maybe, prop.Outside:
		return control.Doubt("%s is not known yet", what)
	case prop.No:
		return control.Failed("%s is not a policy document", what)
	case prop.Yes:
	}
	var results []control.Result
	for _, problem := range find(doc) {
		results = append(results, control.Failed("%s: %s", what, problem))
	}
	if doc.Partial {
		results = append(results, control.Doubt("%s is not known in full yet", what))
	}
	return control.All(append(results, control.Passed())...)
}

// ownAccounts returns the accounts that count as ours: those of the control's parameter, those
// to which the stack delivers, and the provider's allowedAccountIds.
func ownAccounts(c in) []string {
	own := slices.Concat(c.Params.Texts("accounts"), c.Accounts)
	if c.Provider == nil {
		return own
	}
	allowed, _ := prop.Of(c.Provider.Inputs).Get("allowedAccountIds").JSON()
	elems, _ := allowed.List()
	for _, elem := range elems {
		if text, ok := elem.Text(); ok {
			own = append(own, text)
		}
	}
	return own
}

// accountsParam lets configuration name more accounts of ours.
func accountsParam() control.Param {
	return control.Param{
		Name: "accounts", Kind: control.Texts, Default: []string{},
		Doc: "Accounts that count as ours beside the provider's allowedAccountIds and what a delivery stack delivers to.",
	}
}
