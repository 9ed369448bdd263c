package catalog

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"
)

// Alphabets of generated values, by the name that templates use.
var alphabets = map[string]string{
	"hex":    "0123456789abcdef",
	"digits": "0123456789",
	"upper":  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
	"lower":  "abcdefghijklmnopqrstuvwxyz0123456789",
}

// Generate returns n characters of the alphabet that depend only on the seed.
func Generate(alphabet string, n int, seed string) string {
	letters := alphabets[alphabet]
	var out strings.Builder
	for block := uint64(0); out.Len() < n; block++ {
		sum := sha256.Sum256(binary.BigEndian.AppendUint64([]byte(seed), block))
		for _, b := range sum {
			if out.Len() == n {
				break
			}
			out.WriteByte(letters[int(b)%len(letters)])
		}
	}
	return out.String()
}

// uuid returns a version 4 UUID that depends only on the seed.
func uuid(seed string) string {
	h := Generate("hex", 30, seed)
	return fmt.Sprintf("%s-%s-4%s-a%s-%s", h[:8], h[8:12], h[12:15], h[15:18], h[18:30])
}
