package iamdoc_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/policies/iamdoc"
	"aws-webapp/policies/prop"
)

// FuzzRead looks for documents that crash the reader, and for ones that allow everything
// without being noticed.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		`{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`,
		`{"Statement":[{"Sid":"x","Effect":"Deny","NotAction":["a:b"],"NotResource":"arn:aws:s3:::b/*",` +
			`"NotPrincipal":{"AWS":["1"]}}]}`,
		`{"statement":[{"effect":"Allow","principal":"*","condition":{"Bool":{"aws:SecureTransport":[true,"x",null,1]}}}]}`,
		`{"Statement":[[],null,1,"x",{"Principal":{"Federated":"arn:aws:iam::1:oidc-provider/x"},"Action":{},` +
			`"Resource":[[]]}]}`,
		`[]`, `"x"`, `{`, ``,
	} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, text, more string) {
		for _, raw := range []resource.PropertyValue{
			resource.NewStringProperty(text), resource.MakeSecret(resource.NewStringProperty(text)),
		} {
			doc, ok := iamdoc.Read(prop.New("policy", raw))
			problems := append(doc.WildcardActions(), doc.Unrestricted([]string{more}, false)...)
			problems = append(problems, doc.Trust([]string{more}, []string{more})...)
			problems = append(problems, doc.Foreign(nil)...)
			doc.Denies(more, "/*", iamdoc.InsecureTransport)
			doc.Denies(more, "", iamdoc.InsecureTransport)
			if ok != prop.Yes && len(problems) > 0 {
				t.Fatalf("what cannot be read has problems: %v", problems)
			}
			for _, p := range problems {
				if !strings.HasPrefix(p.Where, "statement") && !strings.HasPrefix(p.Where, "the statements") {
					t.Fatalf("a problem without a place: %v", p)
				}
			}
		}
	})
}

// FuzzMatch compares the matcher with a simple recursive one.
func FuzzMatch(f *testing.F) {
	f.Add("s3:*", "s3:get")
	f.Add("a*b?c", "axbxc")
	f.Add("**", "")
	f.Fuzz(func(t *testing.T, pattern, name string) {
		const longest = 12 // the simple one is exponential
		if len(pattern) > longest || len(name) > longest || strings.ContainsAny(name, "*?") {
			return
		}
		if got, want := iamdoc.Match(pattern, name), simple(pattern, name); got != want {
			t.Fatalf("Match(%q, %q) is %v, want %v", pattern, name, got, want)
		}
	})
}

func simple(pattern, name string) bool {
	switch {
	case pattern == "":
		return name == ""
	case pattern[0] == '*':
		return simple(pattern[1:], name) || name != "" && simple(pattern, name[1:])
	case name == "":
		return false
	default:
		return (pattern[0] == '?' || pattern[0] == name[0]) && simple(pattern[1:], name[1:])
	}
}
