package mutants

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// A test that goes through many rules is asked first about those that the mutated file names, and has a part of the
// time for them.
func TestSubtestsAboutAFileComeBeforeTheWholeTest(t *testing.T) {
	s := &suite{
		golden: map[string]bool{"TestPage": true},
		files:  map[string]string{"TestRules": "rules", "TestWeb": "web_more", "TestOther": "other"},
		usual:  usage{processor: time.Minute},
	}
	s.order([]byte(`
=== RUN   TestRules
--- PASS: TestRules (8.00s)
    --- PASS: TestRules/no-root/zero (1.00s)
    --- PASS: TestRules/no-root/none (1.00s)
    --- PASS: TestRules/no-tls (6.00s)
--- PASS: TestWeb (0.30s)
    --- SKIP: TestWeb/here (0.10s)
--- PASS: TestOther (0.20s)
--- PASS: TestPage (3.40s)
`))
	assert.Equal(t, []string{"TestOther", "TestWeb"}, s.quick)
	assert.Equal(t, []string{"TestRules"}, s.slow)
	assert.Equal(t, []string{"TestPage"}, s.rewritten)
	assert.InDelta(t, 0.1, s.share["TestRules/no-root"], 1e-9)
	assert.InDelta(t, 0.8, s.share["TestRules"], 1e-9)

	source := &file{source: []byte(`var all = []control{{name: "no-root"}, {name: "here not"}}`)}
	var got []string
	var shares []float64
	for _, turn := range turns([]*suite{s}, &Mutant{File: "rules/web.go", file: source}) {
		got = append(got, choice(turn.tests, turn.groups...))
		shares = append(shares, turn.share())
	}
	assert.Equal(t, []string{
		"-test.run=^(TestWeb)$", "-test.run=^(TestRules)$/^(no-root)$", "-test.run=^(TestOther|TestWeb)$",
		"-test.run=^(TestRules)$", "-test.run=^(TestPage)$",
	}, got)
	assert.InDeltaSlice(t, []float64{0.02, 0.1, 0.03, 0.8, 0.17}, shares, 1e-9)

	r := &run{Options: Options{Grace: time.Second}}
	assert.Equal(t, usage{clock: 4 * time.Second, processor: 31 * time.Second}, r.patience(s, 0.1))
	assert.Equal(t, usage{clock: 4 * time.Second, processor: 301 * time.Second}, r.patience(s, 1))
	tests, _ := s.about([]byte(`"no-roots" and no-tls`))
	assert.Empty(t, tests, "only whole texts")
}
