package iamdoc_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/policies/iamdoc"
)

// ask returns a request of EventBridge to publish to a topic.
func ask(change func(*iamdoc.Request)) iamdoc.Request {
	r := iamdoc.Request{
		Caller: iamdoc.Principal{Kind: "service", ID: "events.amazonaws.com"},
		Action: "sns:Publish", Resource: "arn:aws:sns:us-east-1:123456789012:alerts",
		Keys: map[string][]string{
			"aws:SecureTransport": {"true"}, "aws:SourceArn": {"arn:aws:events:us-east-1:123456789012:rule/failed"},
			"aws:TagKeys": {"a", "b"}, "aws:CurrentTime": {"2026-05-01T00:00:00Z"}, "s3:TlsVersion": {"1.2"}, "aws:SourceIp": {
				"10.1.2.3",
			},
		},
	}
	if change != nil {
		change(&r)
	}
	return r
}

func TestDecide(t *testing.T) {
	const events = `"Principal":{"Service":"events.amazonaws.com"}`
	role := func(r *iamdoc.Request) {
		r.Caller = iamdoc.Principal{Kind: "aws", ID: "arn:aws:iam::123456789012:role/deploy"}
	}
	for name, c := range map[string]struct {
		statements string
		change     func(*iamdoc.Request)
		want       bool
	}{
		"nothing": {`[]`, nil, false},
		"by name": {`{"Effect":"Allow",` + events + `,"Action":"SNS:Publish","Resource":"*"}`, nil, true},
		"another service": {
			`{"Effect":"Allow","Principal":{"Service":"rds.amazonaws.com"},"Action":"*","Resource":"*"}`,
			nil, false,
		},
		"another action": {
			`{"Effect":"Allow",` + events + `,"Action":["sns:Sub*","sns:Get*"],"Resource":"*"}`,
			nil, false,
		},
		"all but an action": {`{"Effect":"Allow",` + events + `,"NotAction":"sns:Subscribe","Resource":"*"}`, nil, true},
		"not that action":   {`{"Effect":"Allow",` + events + `,"NotAction":"sns:Pub*","Resource":"*"}`, nil, false},
		"another resource": {
			`{"Effect":"Allow",` + events + `,"Action":"*","Resource":"arn:aws:sns:*:*:other"}`,
			nil, false,
		},
		"all but another": {
			`{"Effect":"Allow",` + events + `,"Action":"*","NotResource":"arn:aws:sns:*:*:other"}`,
			nil, true,
		},
		"everybody": {`{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}`, nil, true},
		"denied": {`[{"Effect":"Allow","Principal":"*","Action":"*"},{"Effect":"Deny",` + events +
			`,"Action":"sns:*"}]`, nil, false},
		"denied to others": {
			`[{"Effect":"Allow","Principal":"*","Action":"*"},{"Effect":"Deny",` +
				`"NotPrincipal":{"Service":"events.amazonaws.com"},"Action":"*"}]`, nil, true,
		},
		"denied without TLS": {
			`[{"Effect":"Allow","Principal":"*","Action":"*"},{"Effect":"Deny","Principal":"*","Action":"*",` +
				`"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]`,
			nil, true,
		},
		"a role by its account": {
			`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"*"}`,
			role, true,
		},
		"a role by its digits": {`{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"*"}`, role, true},
		"a role of another": {
			`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::210987654321:root"},"Action":"*"}`,
			role, false,
		},
		"another role": {
			`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:role/x"},"Action":"*"}`,
			role, false,
		},
		"a service is no account": {`{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"*"}`, nil, false},
		"a role's own policy":     {`{"Effect":"Allow","Action":"sns:Publish","Resource":"*"}`, role, true},
		"a variable": {
			`{"Effect":"Allow","Action":"*","Resource":"arn:aws:sns:*:*:${aws:kind}"}`,
			func(r *iamdoc.Request) { r.Keys["aws:Kind"] = []string{"alerts"} }, true,
		},
		"a variable that lacks": {`{"Effect":"Allow","Action":"*","Resource":"arn:aws:sns:*:*:${aws:kind}"}`, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, read(t, c.statements).Decide(ask(c.change)).Allowed)
		})
	}
}

func TestConditionOperators(t *testing.T) {
	for condition, want := range map[string]bool{
		`{"StringEquals":{"AWS:sourcearn":"arn:aws:events:us-east-1:123456789012:rule/failed"}}`: true,
		`{"StringEquals":{"aws:SourceArn":"arn:aws:events:us-east-1:123456789012:rule/*"}}`:      false,
		`{"StringLike":{"aws:SourceArn":["x","arn:aws:events:*"]}}`:                              true,
		`{"StringNotLike":{"aws:SourceArn":["x","arn:aws:events:*"]}}`:                           false,
		`{"StringEqualsIgnoreCase":{"aws:SecureTransport":"TRUE"}}`:                              true,
		`{"ArnEquals":{"aws:SourceArn":"arn:aws:events:*:123456789012:rule/*"}}`:                 true,
		`{"ArnLike":{"aws:SourceArn":"arn:aws:*:rule/failed"}}`:                                  false,
		`{"ArnNotLike":{"aws:SourceArn":"arn:aws:events:*:210987654321:rule/*"}}`:                true,
		`{"Bool":{"aws:SecureTransport":true}}`:                                                  true,
		`{"NumericLessThan":{"s3:TlsVersion":1.2}}`:                                              false,
		`{"NumericGreaterThanEquals":{"s3:TlsVersion":"1.2"}}`:                                   true,
		`{"NumericNotEquals":{"s3:TlsVersion":"1.3"}}`:                                           true,
		`{"DateGreaterThan":{"aws:CurrentTime":"2026-04-30"}}`:                                   true,
		`{"DateLessThan":{"aws:CurrentTime":"2026-04-30T00:00:00Z"}}`:                            false,
		`{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}`:                                            true,
		`{"NotIpAddress":{"aws:SourceIp":["192.168.0.0/16","10.1.2.3"]}}`:                        false,
		`{"NoSuchOperator":{"aws:SourceIp":"*"}}`:                                                false,

		// All of a condition must hold.
		`{"StringEquals":{"aws:SourceArn":"arn:aws:events:us-east-1:123456789012:rule/failed",` +
			`"aws:SecureTransport":"false"}}`: false,

		// A key that the request lacks.
		`{"StringEquals":{"aws:SourceAccount":"123456789012"}}`:         false,
		`{"StringEqualsIfExists":{"aws:SourceAccount":"123456789012"}}`: true,
		`{"StringNotEquals":{"aws:SourceAccount":"123456789012"}}`:      true,
		`{"StringLike":{"aws:SourceAccount":"*"}}`:                      false,
		`{"NumericLessThan":{"s3:max-keys":"10"}}`:                      false,
		`{"Bool":{"aws:ViaAWSService":"false"}}`:                        false,
		`{"Null":{"aws:SourceAccount":"true"}}`:                         true,
		`{"Null":{"aws:SourceAccount":"false"}}`:                        false,
		`{"Null":{"aws:SourceArn":"false"}}`:                            true,
		`{"ForAllValues:StringEquals":{"aws:SourceAccount":"1"}}`:       true,
		`{"ForAnyValue:StringEquals":{"aws:SourceAccount":"1"}}`:        false,
		`{"ForAnyValue:StringNotEquals":{"aws:SourceAccount":"1"}}`:     false,
		`{"StringEqualsIfExists":{"aws:SourceArn":"another"}}`:          false,

		// A key with several values.
		`{"ForAnyValue:StringEquals":{"aws:TagKeys":["b","c"]}}`:    true,
		`{"ForAllValues:StringEquals":{"aws:TagKeys":["b","c"]}}`:   false,
		`{"ForAllValues:StringEquals":{"aws:TagKeys":["a","b"]}}`:   true,
		`{"ForAnyValue:StringNotEquals":{"aws:TagKeys":["a"]}}`:     true,
		`{"ForAllValues:StringNotEquals":{"aws:TagKeys":["a"]}}`:    false,
		`{"ForAnyValue:StringNotEquals":{"aws:TagKeys":["a","b"]}}`: false,
	} {
		doc := read(t, `{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":`+condition+`}`)
		assert.Equal(t, want, doc.Decide(ask(nil)).Allowed, condition)
	}
}

func TestDecideSaysWhatIsMissing(t *testing.T) {
	doc := read(t,
		`[{"Sid":"Account","Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sns:Publish",`+
			`"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}}]`)
	decision := doc.Decide(ask(nil))
	assert.False(t, decision.Allowed)
	assert.Len(t, decision.Missed, 1)
	assert.Equal(t, `statement "Account"`, decision.Missed[0].Label)
	assert.Equal(t, "aws:SourceAccount", decision.Missed[0].Condition.Written)
	assert.Empty(t, decision.Missed[0].Sent)

	another := read(t, `{"Effect":"Allow","Principal":"*","Action":"*",`+
		`"Condition":{"StringEquals":{"aws:SourceArn":"x"}}}`)
	assert.Equal(t, ask(nil).Keys["aws:SourceArn"], another.Decide(ask(nil)).Missed[0].Sent)

	denial := read(t,
		`[{"Effect":"Allow","Principal":"*","Action":"*"},{"Sid":"No","Effect":"Deny","Principal":"*","Action":"*"}]`)
	assert.Equal(t, `statement "No"`, denial.Decide(ask(nil)).DeniedBy)
}
