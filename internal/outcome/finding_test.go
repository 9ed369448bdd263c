package outcome

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAFindingInOneLine(t *testing.T) {
	for want, finding := range map[string]Finding{
		"tasks: found 1":                          {Check: "tasks", Found: "1"},
		"tasks: found 1, wanted 2":                {Check: "tasks", Found: "1", Needed: "2"},
		"tasks: found 1 (no memory)":              {Check: "tasks", Found: "1", Note: "no memory"},
		"tasks: found 1 (raise memory)":           {Check: "tasks", Found: "1", Fix: "raise memory"},
		"tasks: found 1, wanted 2 (why; do this)": {Check: "tasks", Found: "1", Needed: "2", Note: "why", Fix: "do this"},
	} {
		assert.Equal(t, want, finding.String())
	}
}

func TestTheTableHasTheColumnsThatSaySomething(t *testing.T) {
	findings := []Finding{
		{Check: "zones", Status: OK, Found: "3"},
		{Check: "roles", Status: Blocked, Found: "999", Fix: "raise the quota"},
	}
	var out bytes.Buffer
	Write(&out, 100, findings)
	assert.Equal(t, "STATUS   CHECK  FOUND  FIX\nok       zones  3\nblocked  roles  999    raise the quota\n",
		out.String())
	out.Reset()
	findings[0].Needed, findings[1].Note = "2", "quota 1000"
	Write(&out, 100, findings)
	assert.Contains(t, out.String(), "STATUS   CHECK  FOUND  NEEDED  NOTE        FIX\n")
}
