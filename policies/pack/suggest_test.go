package pack

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"abc", "", 3},
		{"", "abc", 3},
		{"abc", "abc", 0},
		{"abc", "abd", 1},
		{"abc", "xbc", 1},
		{"abc", "ab", 1},
		{"ab", "abc", 1},
		{"abc", "bc", 1},
		{"kitten", "sitting", 3},
		{"abcd", "wxyz", 4},
		{"ab", "ba", 2},
	} {
		assert.Equal(t, c.want, distance(c.a, c.b), "%s, %s", c.a, c.b)
	}
}

// A name of which more than half would change was not meant.
func TestNearest(t *testing.T) {
	for _, c := range []struct {
		name, want string
		known      []string
	}{
		{"shap", "shape", []string{"size", "shape", "hint"}},
		{"abcd", "abxy", []string{"abxy"}},
		{"abcd", "", []string{"axyz"}},
		{"abc", "abx", []string{"xyz", "abx", "aby"}}, // the first of the equally near
		{"abc", "abc", []string{"abx", "abc"}},
		{"abc", "", nil},
	} {
		assert.Equal(t, c.want, nearest(c.name, c.known), c.name)
	}
}
