package plural

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestOneIsSingular(t *testing.T) {
	for _, row := range []struct {
		n    int
		one  string
		many []string
		want string
	}{
		{0, "zone", nil, "0 zones"},
		{1, "zone", nil, "1 zone"},
		{2, "zone", nil, "2 zones"},
		{0, "finding is", []string{"findings are"}, "0 findings are"},
		{1, "finding is", []string{"findings are"}, "1 finding is"},
		{12, "path or host", []string{"paths and hosts"}, "12 paths and hosts"},
		{-1, "day", nil, "-1 days"},
	} {
		assert.Equal(t, row.want, Of(row.n, row.one, row.many...))
	}
}
