package iamdoc_test

import (
	"fmt"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"

	"aws-webapp/policies/iamdoc"
	"aws-webapp/policies/prop"
)

// A cached document is the same as when it was read, and a secret one stays secret.
func TestDocumentsThatAreReadAgain(t *testing.T) {
	text := func(sid string) resource.PropertyValue {
		return resource.NewStringProperty(
			`{"Statement":{"Sid":"` + sid + `","Effect":"Allow","Action":"s3:*","Resource":"*"}}`)
	}
	read := func(raw resource.PropertyValue) *iamdoc.Statement {
		doc, ok := iamdoc.Read(prop.New("policy", raw))
		assert.Equal(t, prop.Yes, ok)
		return &doc.Statements[0]
	}
	label := func(raw resource.PropertyValue) string { return read(raw).Label }
	one, another := read(text("one")), read(text("another"))
	assert.Same(t, one, read(text("one")))
	assert.Same(t, another, read(text("another")))
	for range 2 {
		for i := range 20 {
			assert.Equal(t, fmt.Sprintf(`statement "Sid%d"`, i), label(text(fmt.Sprintf("Sid%d", i))))
		}
		assert.Equal(t, "statement 1", label(resource.MakeSecret(text("Sid19"))))
	}
	for range 2 {
		_, ok := iamdoc.Read(prop.New("policy", resource.NewStringProperty("no document")))
		assert.Equal(t, prop.No, ok)
		_, ok = iamdoc.Read(prop.New("policy", resource.NewStringProperty("")))
		assert.Equal(t, prop.No, ok)
	}
}
