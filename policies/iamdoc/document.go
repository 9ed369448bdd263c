package iamdoc

import (
	"strconv"
	"strings"

	"aws-webapp/policies/prop"
)

// Document is a policy document.
type Document struct {
	// Statements in their order.
	Statements []Statement
	// Partial says that parts of the document are not known yet.
	Partial bool
	// Secret says that the document is marked secret: no part of it may be shown.
	Secret bool
}

// Statement is one statement of a document.
type Statement struct {
	// Label names the statement in messages: its Sid or its position.
	Label string
	// Reasoned says that its Sid gives a reason for its wildcards: Because, and ten characters or more.
	Reasoned bool
	// Deny says that the statement denies; anything that is not a denial allows.
	Deny bool
	// Actions and NotActions in lower case.
	Actions, NotActions []string
	// Resources and NotResources as written.
	Resources, NotResources []string
	// Principals of the statement, and whether it is about all others instead.
	Principals   []Principal
	NotPrincipal bool
	// Conditions, all of which have to hold.
	Conditions []Condition
}

// Principal is an identity or a service that a statement is about.
type Principal struct {
	// Kind is aws, service, federated or canonicaluser.
	Kind string
	// ID is an ARN, an account, a service, or * for anybody.
	ID string
}

// Condition is one test of a statement.
type Condition struct {
	// Operator in lower case, such as stringequals or foranyvalue:stringlike.
	Operator string
	// Key in lower case, such as aws:sourcearn, and Written as the document has it.
	Key, Written string
	// Values as written; one of them has to match.
	Values []string
	// Unknown says that values are missing from the list, because they are not known yet.
	Unknown bool
}

// Read reads a policy document from a property: JSON text or an object. The answer is no if it
// is neither, and maybe if it is not known yet. The caller must not change the document.
func Read(v prop.Value) (Document, prop.Truth) {
	text, _ := v.Text()
	return recent.read(text, v)
}

func read(v prop.Value) (Document, prop.Truth) {
	doc, ok := v.JSON()
	if ok != prop.Yes {
		return Document{Secret: v.Secret()}, ok
	}
	d := Document{Secret: doc.Secret()}
	if doc.Absent() { // then it has no parts that would count as read
		return d, prop.Yes
	}
	if _, isObject := doc.Fields(); isObject != prop.Yes {
		return d, prop.No
	}
	statements, complete := doc.GetFold("Statement").List()
	d.Partial = complete != prop.Yes
	for i, raw := range statements {
		d.add(i, raw)
	}
	return d, prop.Yes
}

const (
	because        = "Because"
	shortestReason = 10
)

func (d *Document) add(index int, raw prop.Value) {
	s := Statement{Label: "statement " + strconv.Itoa(index+1)}
	sid := raw.GetFold("Sid")
	if text, ok := sid.Text(); ok && text != "" && !sid.Secret() {
		s.Label = "statement " + strconv.Quote(text)
		s.Reasoned = strings.HasPrefix(text, because) && len(text) >= len(because)+shortestReason
	}
	s.Deny = raw.GetFold("Effect").Is("Deny") == prop.Yes
	s.Actions = lower(d.texts(raw.GetFold("Action")))
	s.NotActions = lower(d.texts(raw.GetFold("NotAction")))
	s.Resources = d.texts(raw.GetFold("Resource"))
	s.NotResources = d.texts(raw.GetFold("NotResource"))
	s.Principals = d.principals(raw.GetFold("Principal"))
	if not := raw.GetFold("NotPrincipal"); !not.Absent() {
		s.Principals, s.NotPrincipal = d.principals(not), true
	}
	s.Conditions = d.conditions(raw.GetFold("Condition"))
	d.Partial = d.Partial || raw.IsUnknown()
	d.Statements = append(d.Statements, s)
}

// texts reads a string or a list of strings.
func (d *Document) texts(v prop.Value) []string {
	elems, complete := v.List()
	d.Partial = d.Partial || complete != prop.Yes
	d.Secret = d.Secret || v.Secret()
	var found []string
	for _, elem := range elems {
		d.Partial = d.Partial || elem.IsUnknown()
		d.Secret = d.Secret || elem.Secret()
		if text, ok := elem.Text(); ok {
			found = append(found, text)
		}
	}
	return found
}

func (d *Document) principals(v prop.Value) []Principal {
	var found []Principal
	kinds, isObject := v.Fields()
	if isObject != prop.Yes {
		// A text or a list of them in place of an object.
		for _, id := range d.texts(v) {
			found = append(found, Principal{Kind: "aws", ID: id})
		}
	}
	for _, kind := range kinds {
		for _, id := range d.texts(v.Get(kind)) {
			found = append(found, Principal{Kind: strings.ToLower(kind), ID: id})
		}
	}
	return found
}

func (d *Document) conditions(v prop.Value) []Condition {
	d.Partial = d.Partial || v.IsUnknown()
	operators, _ := v.Fields()
	var found []Condition
	for _, operator := range operators {
		tests := v.Get(operator)
		keys, _ := tests.Fields()
		for _, key := range keys {
			c := Condition{Operator: strings.ToLower(operator), Key: strings.ToLower(key), Written: key}
			elems, complete := tests.Get(key).List()
			c.Unknown = complete != prop.Yes
			for _, elem := range elems {
				c.Unknown = c.Unknown || elem.IsUnknown()
				d.Secret = d.Secret || elem.Secret()
				if text, ok := elem.Text(); ok {
					c.Values = append(c.Values, text)
				} else if number, ok := elem.Number(); ok {
					c.Values = append(c.Values, strconv.FormatFloat(number, 'f', -1, 64))
				} else if truth := elem.IsTrue(); truth != prop.Maybe {
					c.Values = append(c.Values, strconv.FormatBool(truth == prop.Yes))
				}
			}
			found = append(found, c)
		}
	}
	return found
}

func lower(texts []string) []string {
	for i, text := range texts {
		texts[i] = strings.ToLower(strings.TrimSpace(text))
	}
	return texts
}
