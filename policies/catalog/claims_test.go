package catalog_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/control"
	"aws-webapp/policies/rules"
)

// peers holds the ids of the public catalogs by framework, and the withdrawn ones with the day of
// their withdrawal.
type peers struct {
	ids       map[string]map[string]bool
	withdrawn map[string]string
}

func readPeers(t *testing.T) peers {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", "peers.txt"))
	require.NoError(t, err)
	p, section := peers{ids: map[string]map[string]bool{}, withdrawn: map[string]string{}}, ""
	for _, line := range strings.Split(string(content), "\n") {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			section = strings.Trim(line, "[]")
			p.ids[section] = map[string]bool{}
		case section == "withdrawn":
			p.withdrawn[words[0]] = words[1]
		default:
			for _, numbers := range words[1:] {
				for _, number := range between(t, numbers) {
					p.ids[section][words[0]+number] = true
				}
			}
		}
	}
	return p
}

// between returns every number of 3 or 3-7, with the leading zeros of the first one.
func between(t *testing.T, numbers string) []string {
	t.Helper()
	from, to, several := strings.Cut(numbers, "-")
	if !several {
		to = from
	}
	first, err := strconv.Atoi(from)
	require.NoError(t, err)
	last, err := strconv.Atoi(to)
	require.NoError(t, err)
	var all []string
	for n := first; n <= last; n++ {
		all = append(all, fmt.Sprintf("%0*d", len(from), n))
	}
	return all
}

func TestEveryClaimedIDExists(t *testing.T) {
	known := readPeers(t)
	for _, c := range rules.All() {
		for framework, claims := range c.IDs {
			if framework == control.House || framework == control.Guard {
				continue
			}
			for _, claim := range claims {
				since, gone := known.withdrawn[claim.ID]
				assert.False(t, gone, "%s claims %s, which was withdrawn on %s", c.Name, claim.ID, since)
				assert.True(t, known.ids[string(framework)][claim.ID],
					"%s claims %s, which %s does not have: correct the id, or add it to testdata/peers.txt with its source",
					c.Name, claim.ID, framework)
			}
		}
	}
}

// If a control judges only part of an id, its readers have to learn what else the id means.
func TestWhoClaimsAPartSaysWhatIsBeyondIt(t *testing.T) {
	for _, c := range rules.All() {
		part := false
		for _, claims := range c.IDs {
			for _, claim := range claims {
				part = part || claim.Extent == control.Part
			}
		}
		assert.Equal(t, part, c.Beyond != "", "%s: Beyond is for what the ids marked ~ mean beyond the control", c.Name)
	}
}

// Several controls may judge parts of an id. But two controls that judge the whole of it would be
// the same control twice.
func TestOneControlJudgesTheWholeOfAnID(t *testing.T) {
	whole := map[string]string{}
	for _, c := range rules.All() {
		for framework, claims := range c.IDs {
			if framework == control.House || framework == control.Guard {
				continue
			}
			once := map[string]bool{}
			for _, claim := range claims {
				assert.False(t, once[claim.ID], "%s claims %s twice", c.Name, claim.ID)
				once[claim.ID] = true
				if claim.Extent == control.Part {
					continue
				}
				other, taken := whole[claim.ID]
				assert.False(t, taken, "%s and %s both claim the whole of %s: mark what judges but a part with ~",
					c.Name, other, claim.ID)
				whole[claim.ID] = c.Name
			}
		}
	}
}
