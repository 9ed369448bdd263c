package mapping

import (
	"strings"
	"testing"
)

func TestLoad(t *testing.T) {
	m, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for resource, token := range map[string]string{
		"aws_lb":                              "aws:lb/loadBalancer:LoadBalancer",
		"aws_vpc_security_group_ingress_rule": "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
	} {
		if got := m.Resources[resource]; got != token {
			t.Errorf("%s is mapped to %q, want %q", resource, got, token)
		}
	}
}

func TestParseRejects(t *testing.T) {
	for _, test := range []struct{ name, source, want string }{
		{"not JSON", `{`, "unexpected EOF"},
		{"unknown key", `{"resource": {}}`, `unknown field "resource"`},
		{"other package", `{"resources": {"aws_lb": "awsx:lb/loadBalancer:LoadBalancer"}}`, "want aws:<module>"},
		{"no module", `{"resources": {"aws_lb": "aws:loadBalancer:LoadBalancer"}}`, "want aws:<module>"},
		{"member differs", `{"resources": {"aws_lb": "aws:lb/listener:LoadBalancer"}}`, "want aws:<module>"},
		{
			"token twice", `{"resources": {"aws_alb": "aws:lb/x:X", "aws_lb": "aws:lb/x:X"}}`,
			"aws_alb and aws_lb are both mapped to aws:lb/x:X",
		},
		{"field of nothing", `{"fields": {"aws_lb": {"name": {"name": "x"}}}}`, "aws_lb is not among resources"},
		{"newer of nothing", `{"newer": {"aws_lb": {"zonalShift": "5.80.0"}}}`, "newer: aws_lb is not among resources"},
		{
			"empty field", `{"resources": {"aws_lb": "aws:lb/x:X"}, "fields": {"aws_lb": {"name": {}}}}`,
			"aws_lb.name: says nothing",
		},
		{
			"asset kind", `{"resources": {"aws_lb": "aws:lb/x:X"}, "fields": {"aws_lb": {"code": {"asset": "zip"}}}}`,
			`aws_lb.code: asset "zip"`,
		},
		{
			"type", `{"resources": {"aws_lb": "aws:lb/x:X"}, "fields": {"aws_lb": {"port": {"type": "int"}}}}`,
			`aws_lb.port: type "int"`,
		},
		{
			"nested name",
			`{"resources": {"aws_lb": "aws:lb/x:X"}, "fields": {"aws_lb": {"a.name": {"autoname": {"max": 32}}}}}`,
			"aws_lb.a.name: autoname: only",
		},
		{
			"short name", `{"resources": {"aws_lb": "aws:lb/x:X"}, "fields": {"aws_lb": {"name": {"autoname": {"max": 8}}}}}`,
			"aws_lb.name: autoname max 8",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := parse([]byte(test.source))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want one with %q", err, test.want)
			}
		})
	}
}
