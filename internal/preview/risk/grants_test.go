package risk

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/preview/eventlog"
	"aws-webapp/policies/iamdoc"
)

// Each row has what a statement allowed or denied, what it does now, and what is told about that.
func TestGrantsAndDenialsAreCompared(t *testing.T) {
	const (
		everything = `{"Sid":"S","Effect":"Allow","Action":"s3:*","Resource":"*"}`
		one        = `{"Sid":"S","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::a/*"}`
		allBut     = `{"Sid":"S","Effect":"Allow","Action":"s3:GetObject","NotResource":["arn:aws:s3:::b/*",` +
			`"arn:aws:s3:::a/*"]}`
		allButOne    = `{"Sid":"S","Effect":"Allow","Action":"s3:GetObject","NotResource":"arn:aws:s3:::a/*"}`
		otherActions = `{"Sid":"S","Effect":"Allow","NotAction":["sts:*","iam:*"],"Resource":"*"}`
		deny         = `{"Sid":"D","Effect":"Deny","Action":"s3:*","Resource":"*"}`
		denyOne      = `{"Sid":"D","Effect":"Deny","Action":"s3:GetObject","Resource":"*"}`
	)
	for _, row := range []struct {
		old, now []string
		want     []string
	}{
		{[]string{everything}, []string{one}, nil},
		{[]string{deny}, []string{deny, one}, []string{
			`medium: policy: statement "S" newly allows s3:getobject on arn:aws:s3:::a/*`,
		}},
		{[]string{deny}, []string{everything}, []string{
			`high: policy: statement "S" newly allows s3:* on *`, `high: policy: statement "D" no longer denies s3:* on *`,
		}},
		{[]string{denyOne}, []string{deny}, nil},
		{[]string{deny}, []string{denyOne}, []string{`high: policy: statement "D" no longer denies s3:* on *`}},
		{[]string{one}, []string{allBut}, []string{
			`high: policy: statement "S" also covers every resource except arn:aws:s3:::a/*, arn:aws:s3:::b/*`,
		}},
		{[]string{allBut}, []string{allBut}, nil},
		{[]string{allBut}, []string{allButOne}, []string{
			`high: policy: statement "S" also covers every resource except arn:aws:s3:::a/*`,
		}},
		{[]string{allBut}, []string{one}, []string{`medium: policy: statement "S" also covers arn:aws:s3:::a/*`}},
		{[]string{everything}, []string{allBut}, nil},
		{[]string{one}, []string{otherActions}, []string{
			`high: policy: statement "S" newly allows every action except iam:*, sts:* on *`,
		}},
		{[]string{otherActions}, []string{otherActions}, nil},
	} {
		texts := found(Permissions, changed(eventlog.OpUpdate, "aws:iam/policy:Policy",
			values{"policy": statements(row.old...)}, values{"policy": statements(row.now...)}))
		assert.Equal(t, row.want, texts, "%v → %v", row.old, row.now)
	}
}

// An account includes whoever lives in it, everybody includes all, and nobody else includes another.
func TestPrincipalsThatIncludeOthers(t *testing.T) {
	const account, root = "aws:111111111111", "aws:arn:aws:iam::111111111111:root"
	const role = "aws:arn:aws:iam::111111111111:role/a"
	for _, row := range []struct {
		a, b string
		want bool
	}{
		{"aws:*", role, true},
		{"aws:*", "service:s3.amazonaws.com", true},
		{account, role, true},
		{root, role, true},
		{account, root, true},
		{root, account, true},
		{role, account, false},
		{role, root, false},
		{role, "aws:arn:aws:iam::111111111111:role/b", false},
		{account, "aws:arn:aws:iam::222222222222:role/a", false},
		{account, "aws:222222222222", false},
		{account, "service:s3.amazonaws.com", false},
		{"service:s3.amazonaws.com", "service:ec2.amazonaws.com", false},
		{"service:s3.amazonaws.com", role, false},
	} {
		assert.Equal(t, row.want, matchPrincipal(row.a, row.b), "%s includes %s", row.a, row.b)
	}
	for _, row := range []struct {
		a       string
		exceptA bool
		b       string
		exceptB bool
		want    bool
	}{
		{"a", false, "a", false, true},
		{"a", true, "a", true, true},
		{"a", true, "a", false, false},
		{"a", true, "b", false, false},
		{"*", false, "b", true, true},
		{"a*", false, "b", true, false},
		{"a*", false, "ab", false, true},
		{"ab", false, "a*", false, false},
	} {
		assert.Equal(t, row.want, includes(row.a, row.exceptA, row.b, row.exceptB, iamdoc.Match), row)
	}
}

// A rule by the resource that it stands in, and by what it names and leaves out.
func TestRulesByTheirResource(t *testing.T) {
	const group, old, in, out = "aws:ec2/securityGroup:SecurityGroup", "aws:ec2/securityGroupRule:SecurityGroupRule",
		"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	unknown := resource.MakeComputed(resource.NewStringProperty(""))
	rule := func(more values) values {
		v := values{"protocol": "tcp", "ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "cidrIpv4": "10.0.0.0/8"}
		for key, value := range more {
			v[key] = value
		}
		return v
	}
	for name, row := range map[string]struct {
		token string
		v     values
		want  []string
	}{
		"ingress rule": {in, rule(nil), []string{"lets in port 22 (tcp) from 10.0.0.0/8"}},
		"egress rule":  {out, rule(nil), []string{"lets out port 22 (tcp) to 10.0.0.0/8"}},
		"old, no type": {old, rule(nil), []string{"lets in port 22 (tcp) from 10.0.0.0/8"}},
		"old, ingress": {old, rule(values{"type": "ingress"}), []string{"lets in port 22 (tcp) from 10.0.0.0/8"}},
		"old, egress":  {old, rule(values{"type": "egress"}), []string{"lets out port 22 (tcp) to 10.0.0.0/8"}},
		"another type": {"aws:ec2/networkAclRule:NetworkAclRule", rule(nil), nil},
		"inline":       {group, values{"ingress": []any{rule(nil)}}, []string{"lets in port 22 (tcp) from 10.0.0.0/8"}},
		"inline, out":  {group, values{"egress": []any{rule(nil)}}, []string{"lets out port 22 (tcp) to 10.0.0.0/8"}},
		"inline, the default": {
			"aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
			values{"ingress": []any{rule(nil)}, "egress": []any{rule(nil)}},
			[]string{"lets in port 22 (tcp) from 10.0.0.0/8", "lets out port 22 (tcp) to 10.0.0.0/8"},
		},
		"the group itself": {in, rule(values{"self": true}), []string{
			"lets in port 22 (tcp) from 10.0.0.0/8", "lets in port 22 (tcp) from the group itself",
		}},
		"not itself": {in, rule(values{"self": false}), []string{"lets in port 22 (tcp) from 10.0.0.0/8"}},
		"many blocks": {in, rule(values{"cidrBlocks": []any{"1.2.3.4/32"}}), []string{
			"lets in port 22 (tcp) from 10.0.0.0/8", "lets in port 22 (tcp) from 1.2.3.4/32",
		}},
		"host bits":   {in, rule(values{"cidrIpv4": "10.1.2.3/8"}), []string{"lets in port 22 (tcp) from 10.0.0.0/8"}},
		"a list":      {in, rule(values{"cidrIpv4": "pl-1"}), []string{"lets in port 22 (tcp) from pl-1"}},
		"no protocol": {in, rule(values{"ipProtocol": nil}), []string{"lets in all ports and protocols from 10.0.0.0/8"}},
		"every one":   {in, rule(values{"ipProtocol": "-1"}), []string{"lets in all ports and protocols from 10.0.0.0/8"}},
		"no ports": {in, rule(values{"fromPort": nil, "toPort": nil}), []string{
			"lets in all ports (tcp) from 10.0.0.0/8",
		}},
		"one port": {in, rule(values{"toPort": nil}), []string{"lets in all ports (tcp) from 10.0.0.0/8"}},
		"ICMP's types": {in, rule(values{"fromPort": -1, "toPort": -1, "ipProtocol": "icmp"}), []string{
			"lets in all ports (icmp) from 10.0.0.0/8",
		}},
		"port 0":     {in, rule(values{"fromPort": 0, "toPort": 0}), []string{"lets in port 0 (tcp) from 10.0.0.0/8"}},
		"every port": {in, rule(values{"fromPort": 0, "toPort": 65535}), []string{"lets in all ports (tcp) from 10.0.0.0/8"}},
		"nobody":     {in, rule(values{"cidrIpv4": nil}), nil},
		"the internet": {in, rule(values{"cidrIpv4": "0.0.0.0/0"}), []string{
			"lets in port 22 (tcp) from 0.0.0.0/0, the whole internet",
		}},
		"a quarter": {in, rule(values{"cidrIpv4": "64.0.0.0/2"}), []string{"lets in port 22 (tcp) from 64.0.0.0/2"}},
	} {
		var texts []string
		for _, one := range groupRules(row.token, resource.NewPropertyMapFromMap(row.v)) {
			assert.Empty(t, one.unknown, name)
			texts = append(texts, one.verb()+" "+one.String())
		}
		assert.Equal(t, row.want, texts, name)
	}
	for property, want := range map[string]string{
		"ipProtocol": "ipProtocol", "toPort": "fromPort, toPort", "cidrIpv4": "cidrIpv4",
	} {
		v := resource.NewPropertyMapFromMap(rule(nil))
		v[resource.PropertyKey(property)] = unknown
		s := eventlog.Step{Op: eventlog.OpCreate, Type: in, Custom: true, New: v, URN: "urn:pulumi:p::p::" + in + "::a"}
		v["securityGroupId"] = resource.NewStringProperty("sg-1")
		texts := found(SecurityGroups, s)
		require.Len(t, texts, 1, property)
		assert.True(t, strings.HasSuffix(texts[0], "; "+want+" is known only after the deployment"), texts[0])
		// Even where everything was open: what the rule will be is not known.
		open := changed(eventlog.OpDelete, in, values{
			"securityGroupId": "sg-1", "ipProtocol": "-1", "cidrIpv4": "0.0.0.0/0",
		}, nil)
		open.URN += "2"
		assert.Len(t, found(SecurityGroups, s, open), 1, property)
	}
	s := eventlog.Step{Op: eventlog.OpUpdate, Type: group, Custom: true, URN: "urn:pulumi:p::p::" + group + "::a"}
	s.Old, s.New = resource.PropertyMap{}, resource.PropertyMap{"ingress": unknown}
	assert.Equal(t, []string{
		"low: known only after the deployment: ingress of the rule: what it lets in cannot be compared",
	}, found(Unknown, s))
}

// Of two changes that are as bad, the types decide which comes first, then the names.
func TestTheOrderOfEqualChanges(t *testing.T) {
	named := func(token, name string) eventlog.Step {
		s := changed(eventlog.OpUpdate, token, values{}, values{})
		s.URN = urn.URN("urn:pulumi:prod::p::" + name)
		return s
	}
	var order []string
	for _, change := range Judge([]eventlog.Step{
		named("aws:z/z:Z", "a"), named("aws:a/a:A", "c"), named("aws:a/a:A", "b"),
	}) {
		order = append(order, string(change.URN[len(change.URN)-1:]))
	}
	assert.Equal(t, []string{"b", "c", "a"}, order)
}

// What a database does while it is changed.
func TestInterruptionsByType(t *testing.T) {
	for line := range strings.SplitSeq(`rds/instance instanceClass
rds/instance engineVersion
rds/clusterInstance instanceClass
rds/cluster engineVersion`, "\n") {
		token, property, _ := strings.Cut(line, " ")
		texts := found(Interruption, changed(eventlog.OpUpdate, typeOf(token), values{property: "a"}, values{property: "b"}))
		assert.Len(t, texts, 1, line)
	}
}

// A managed policy whose ARN is not known yet is one that nobody has seen.
func TestManagedPoliciesThatAreNotKnown(t *testing.T) {
	unknown := resource.MakeComputed(resource.NewStringProperty(""))
	role := changed(eventlog.OpUpdate, "aws:iam/role:Role", values{}, values{})
	role.New["managedPolicyArns"] = resource.NewArrayProperty([]resource.PropertyValue{unknown})
	attachment := changed(eventlog.OpCreate, "aws:iam/rolePolicyAttachment:RolePolicyAttachment", nil,
		values{"role": "them"})
	attachment.New["policyArn"] = unknown
	for _, s := range []eventlog.Step{role, attachment} {
		change := Judge([]eventlog.Step{s})[0]
		require.Len(t, change.Findings, 1, s.Type)
		assert.True(t, change.Findings[0].Unknown, s.Type)
		assert.Equal(t, High, change.Findings[0].Level, s.Type)
	}
}

// What a task definition runs is the change, where it is new or its containers differ.
func TestTheClassOfTaskDefinitions(t *testing.T) {
	const app = `[{"name":"a","image":"a","user":"1","readonlyRootFilesystem":true}]`
	was := values{"containerDefinitions": app}
	is := values{"containerDefinitions": strings.Replace(app, `"image":"a"`, `"image":"b"`, 1)}
	elsewhere := strings.Replace(app, `"image":"a"`, `"image":"quay.io/x/a"`, 1)
	for _, row := range []struct {
		op       eventlog.Op
		token    string
		old, now values
		want     Class
		level    Level
	}{
		{eventlog.OpCreate, taskDefinitionType, nil, was, Containers, Low},
		{eventlog.OpReplace, taskDefinitionType, was, is, Containers, Medium},
		{eventlog.OpReplace, taskDefinitionType, was, values{"containerDefinitions": elsewhere}, Containers, High},
		{
			eventlog.OpReplace, taskDefinitionType, was,
			values{"containerDefinitions": app, "family": "b"},
			Replacement,
			Low,
		},
		{eventlog.OpDelete, taskDefinitionType, was, nil, Deletion, Medium},
		{eventlog.OpCreate, "aws:a/a:A", nil, was, Creation, Low},
		{eventlog.OpUpdate, "aws:a/a:A", was, is, Modification, Low},
		{eventlog.OpReplace, "aws:a/a:A", was, is, Replacement, Medium},
	} {
		change := Judge([]eventlog.Step{changed(row.op, row.token, row.old, row.now)})[0]
		assert.Equal(t, row.want, change.Class, "%s %s", row.op, row.token)
		assert.Equal(t, row.level, change.Level, "%s %s to %v", row.op, row.token, row.now)
	}
}
