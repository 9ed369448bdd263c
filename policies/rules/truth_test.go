package rules

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/prop"
)

const yes, no, maybe = prop.Yes, prop.No, prop.Maybe

// Some element of a list, or every one, is a b. A list that nobody knows yet may have one, or none.
func TestSomeAndEveryElement(t *testing.T) {
	isB := func(v prop.Value) prop.Truth { return v.Is("b") }
	for name, row := range map[string]struct {
		list        any
		some, every prop.Truth
	}{
		"none":            {[]any{}, no, no},
		"one":             {[]any{"b"}, yes, yes},
		"another":         {[]any{"a"}, no, no},
		"one of two":      {[]any{"a", "b"}, yes, no},
		"both":            {[]any{"b", "b"}, yes, yes},
		"one is unknown":  {[]any{"b", notKnownYet}, yes, maybe},
		"and one is none": {[]any{"a", notKnownYet}, maybe, no},
		"nobody knows":    {notKnownYet, maybe, maybe},
	} {
		v := value(row.list)
		if list, ok := row.list.([]any); ok {
			elements := make([]resource.PropertyValue, len(list))
			for i, one := range list {
				if raw, ok := one.(resource.PropertyValue); ok {
					elements[i] = raw
				} else {
					elements[i] = resource.NewPropertyValue(one)
				}
			}
			v = value(resource.NewArrayProperty(elements))
		}
		assert.Equal(t, row.some, some(v, isB), name)
		assert.Equal(t, row.every, every(v, isB), name)
	}
	assert.Equal(t, maybe, ifUnknown(value(notKnownYet)))
	for _, known := range []any{"x", "", nil} {
		assert.Equal(t, no, ifUnknown(value(known)))
	}
}

// What refers to a resource may do so for sure, perhaps or not. Of several settings of one thing the last one deployed
// wins, which nobody knows: then none may fail.
func TestWhoRefersToAResource(t *testing.T) {
	type referrer struct{ sure, answer prop.Truth }
	for _, row := range []struct {
		referrers       []referrer
		exists, settled prop.Truth
	}{
		{nil, no, no},
		{[]referrer{{yes, yes}}, yes, yes},
		{[]referrer{{yes, no}}, no, no},
		{[]referrer{{yes, maybe}}, maybe, maybe},
		{[]referrer{{maybe, yes}}, maybe, maybe},
		{[]referrer{{maybe, no}}, no, no},
		{[]referrer{{no, yes}}, no, no},
		{[]referrer{{yes, yes}, {yes, no}}, yes, no},
		{[]referrer{{yes, no}, {yes, yes}}, yes, no},
		{[]referrer{{yes, yes}, {yes, maybe}}, yes, maybe},
		{[]referrer{{yes, yes}, {maybe, no}}, yes, yes},
		{[]referrer{{yes, no}, {maybe, yes}}, maybe, no},
	} {
		var referrers []graph.Referrer
		answers := map[*graph.Resource]prop.Truth{}
		for _, one := range row.referrers {
			r := &graph.Resource{}
			answers[r] = one.answer
			referrers = append(referrers, graph.Referrer{Resource: r, Sure: one.sure})
		}
		answer := func(r *graph.Resource) prop.Truth { return answers[r] }
		assert.Equal(t, row.exists, exists(referrers, answer), "%v", row.referrers)
		assert.Equal(t, row.settled, settled(referrers, answer), "%v", row.referrers)
	}
	assert.Equal(t, yes, anything(nil))
}

// A key of one's own is named, and is no alias of AWS's. What is not known yet is one if the stack makes it.
func TestKeysOfOnesOwn(t *testing.T) {
	const bucket = "aws:s3/bucketV2:BucketV2"
	stack := func(behind string, made bool) in {
		source := &graph.Resource{URN: "urn:pulumi:prod::app::" + behind + "::source", Type: behind}
		if made {
			source.Provider = &graph.Provider{}
		}
		user := &graph.Resource{
			URN: "urn:pulumi:prod::app::" + bucket + "::user", Type: bucket, Dependencies: []string{source.URN},
			PropertyDependencies: map[string][]string{"rule": {source.URN}, "other": nil},
		}
		return in{Resource: user, Graph: graph.New([]*graph.Resource{source, user})}
	}
	at := func(path string, raw resource.PropertyValue) prop.Value { return prop.New(path, raw) }
	text := func(s string) prop.Value { return value(resource.NewStringProperty(s)) }
	for name, row := range map[string]struct {
		in    in
		value prop.Value
		want  prop.Truth
	}{
		"named":                {in{}, text("arn:aws:kms:eu-west-1:222222222222:key/1"), yes},
		"an alias":             {in{}, text("alias/mine"), yes},
		"AWS's alias":          {in{}, text("alias/aws/s3"), no},
		"AWS's alias, by ARN":  {in{}, text("arn:aws:kms:eu-west-1:222222222222:alias/aws/s3"), no},
		"none":                 {in{}, value(nil), no},
		"unknown, by itself":   {in{}, at("rule", notKnownYet), maybe},
		"of a key":             {stack(keyType, true), at("rule", notKnownYet), yes},
		"of a key, in an item": {stack(keyType, true), at("rule[0].kms", notKnownYet), yes},
		"of a key, in a field": {stack(keyType, true), at("rule.kms", notKnownYet), yes},
		"of a replica":         {stack(replicaKeyType, true), at("rule", notKnownYet), yes},
		"of an external key":   {stack(externalKeyType, true), at("rule", notKnownYet), yes},
		"of an alias":          {stack(keyAliasType, true), at("rule", notKnownYet), yes},
		"of another resource":  {stack("aws:ssm/parameter:Parameter", true), at("rule", notKnownYet), maybe},
		"of a component":       {stack(keyType, false), at("rule", notKnownYet), maybe},
		"of another property":  {stack(keyType, true), at("other", notKnownYet), maybe},
	} {
		assert.Equal(t, row.want, ownKey(row.in, row.value), name)
	}
	other := stack("aws:ssm/parameter:Parameter", true)
	assert.Equal(t, yes, computedFrom(other, at("rule", notKnownYet)), "of any type")
}

// Production has one number, everything else another; where nobody knows, production's holds.
func TestNumbersOfEnvironments(t *testing.T) {
	params := control.Params{"days": 30.0, "days" + elsewhereSuffix: 7.0}
	for env, want := range map[control.Environment]float64{
		control.Prod: 30, "": 30, "staging": 7, "dev": 7,
	} {
		assert.InDelta(t, want, inEnvironment(in{Environment: env, Params: params}, "days"), 0, env)
	}
}
