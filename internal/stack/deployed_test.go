package stack

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/deployed"
)

// An output that is used but not among those that are read would look as if no resource had it.
func TestOutputsThatAreAskedForAreRead(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	asked := 0
	question := regexp.MustCompile(`\.(?:Text|Number)\("(\w+)"\)|\.Outputs\["(\w+)"\]`)
	for _, file := range files {
		source, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, match := range question.FindAllStringSubmatch(string(source), -1) {
			asked++
			output := match[1] + match[2]
			assert.True(t, deployed.Reads(output), "%s asks for %s: add it to internal/deployed", file, output)
		}
	}
	assert.Positive(t, asked)
}
