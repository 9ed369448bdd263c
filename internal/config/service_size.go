package config

import (
	"fmt"
	"strconv"

	"aws-webapp/internal/awsdata/fargate"
)

// describeSizes says what Fargate offers with a number of CPU units.
func describeSizes(cpu int, offered fargate.Memory) string {
	text := fmt.Sprintf("%d to %d in steps of %d", offered.Least, offered.Most, offered.Step)
	if cpu == 256 {
		text = "512, or " + text
	}
	return text + " with cpu " + strconv.Itoa(cpu)
}

func (c *Container) validateSize(v *validation, at path) {
	c.validateTmp(v, at)
	memory := at.key("memoryMiB")
	sizes, known := fargate.Sizes[c.CPU]
	if !known || !v.sound(at.key("cpu")) || sizes.Offers(c.CPU, c.MemoryMiB) {
		return
	}
	v.add(memory, show(c.MemoryMiB), describeSizes(c.CPU, sizes),
		fmt.Sprintf("set %d, or change cpu", sizes.Nearest(c.MemoryMiB)))
}

// Tmp is the container's /tmp: a file system in memory, empty when the task starts and gone with it.
type Tmp struct {
	// SizeMiB is the memory that files in /tmp may use, 0 or 16 to 122879 and below memoryMiB, of which it is a part.
	// 0 means an eighth of memoryMiB. Default 0.
	SizeMiB int `json:"sizeMiB" allowed:"0, 16 to 122879"`
	// Exec allows running programs and loading libraries in /tmp, which JNA, Netty, snappy and others need because
	// they unpack native code there. Anybody who can write a file can then run it. Default false.
	Exec bool `json:"exec"`
}

// Tmpfs returns the size of /tmp in MiB.
func (c *Container) Tmpfs() int {
	if c.Tmp.SizeMiB > 0 {
		return c.Tmp.SizeMiB
	}
	const share = 8
	return c.MemoryMiB / share
}

func (c *Container) validateTmp(v *validation, at path) {
	memory, size := at.key("memoryMiB"), at.key("tmp").key("sizeMiB")
	if v.sound(memory) && c.Tmp.SizeMiB >= c.MemoryMiB {
		v.add(size, show(c.Tmp.SizeMiB), "less than the "+show(c.MemoryMiB)+" of memoryMiB, which /tmp shares",
			"lower it, or raise memoryMiB")
	}
}
