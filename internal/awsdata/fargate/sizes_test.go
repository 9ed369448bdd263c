package fargate_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/awsdata/fargate"
)

// The table "Task size" of the developer guide: the sizes that it ends with, and the ones beyond.
func TestSizes(t *testing.T) {
	for cpu, sizes := range map[int]struct{ offered, refused []int }{
		256:   {[]int{512, 1024, 2048}, []int{256, 1536, 3072}},
		512:   {[]int{1024, 2048, 4096}, []int{512, 1536, 5120}},
		1024:  {[]int{2048, 8192}, []int{1024, 9216}},
		2048:  {[]int{4096, 16384}, []int{3072, 17408}},
		4096:  {[]int{8192, 30720}, []int{7168, 31744}},
		8192:  {[]int{16384, 20480, 61440}, []int{12288, 17408, 65536}},
		16384: {[]int{32768, 40960, 122880}, []int{24576, 36864, 131072}},
	} {
		for _, mib := range sizes.offered {
			assert.True(t, fargate.Sizes[cpu].Offers(cpu, mib), "%d MiB with %d", mib, cpu)
		}
		for _, mib := range sizes.refused {
			assert.False(t, fargate.Sizes[cpu].Offers(cpu, mib), "%d MiB with %d", mib, cpu)
			nearest := fargate.Sizes[cpu].Nearest(mib)
			assert.True(t, fargate.Sizes[cpu].Offers(cpu, nearest), "%d instead of %d MiB with %d", nearest, mib, cpu)
		}
	}
	count := 0
	for cpu, sizes := range fargate.Sizes {
		for mib := 0; mib <= 130*1024; mib += 256 {
			if sizes.Offers(cpu, mib) {
				count++
			}
		}
	}
	// 3 + 4 + 7 + 13 + 23 + 12 + 12, as the table lists.
	assert.Equal(t, 74, count)
	assert.Equal(t, 40960, fargate.Sizes[16384].Nearest(36864))
	assert.Equal(t, 32768, fargate.Sizes[16384].Nearest(32768))
}
