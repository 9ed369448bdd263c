package config

import (
	"fmt"
	"strconv"
)

// memoryRange is the memory that Fargate offers with a number of CPU units.
type memoryRange struct{ least, most, step int }

const gib = 1024

// fargateSizes are Fargate's pairs of CPU units and MiB for Linux (Amazon ECS Developer
// Guide, "Task size"). With 256 CPU units 512 MiB come on top.
var fargateSizes = map[int]memoryRange{
	256:   {1 * gib, 2 * gib, gib},
	512:   {1 * gib, 4 * gib, gib},
	1024:  {2 * gib, 8 * gib, gib},
	2048:  {4 * gib, 16 * gib, gib},
	4096:  {8 * gib, 30 * gib, gib},
	8192:  {16 * gib, 60 * gib, 4 * gib},
	16384: {32 * gib, 120 * gib, 8 * gib},
}

func (r memoryRange) offers(cpu, memory int) bool {
	if cpu == 256 && memory == 512 {
		return true
	}
	return memory >= r.least && memory <= r.most && (memory-r.least)%r.step == 0
}

func (r memoryRange) describe(cpu int) string {
	text := fmt.Sprintf("%d to %d in steps of %d", r.least, r.most, r.step)
	if cpu == 256 {
		text = "512, or " + text
	}
	return text + " with cpu " + strconv.Itoa(cpu)
}

// nearest is the size to suggest: the next one that is offered, or the largest.
func (r memoryRange) nearest(memory int) int {
	if memory <= r.least {
		return r.least
	}
	return min(r.least+(memory-r.least+r.step-1)/r.step*r.step, r.most)
}

func (s *Service) validateSize(v *validation, at path) {
	s.validateTmp(v, at)
	memory := at.key("memoryMiB")
	sizes, known := fargateSizes[s.CPU]
	if !known || !v.sound(at.key("cpu"), memory) || sizes.offers(s.CPU, s.MemoryMiB) {
		return
	}
	v.add(memory, show(s.MemoryMiB), sizes.describe(s.CPU), fmt.Sprintf("set %d, or change cpu", sizes.nearest(s.MemoryMiB)))
}

// Tmp is the container's /tmp: a file system in memory, empty when the task starts and gone with it.
type Tmp struct {
	// SizeMiB of the memory that files in /tmp may take, 0 or 16 to 122879 and below memoryMiB, of which it is a part. 0
	// is an eighth of memoryMiB. Default 0.
	SizeMiB int `json:"sizeMiB" allowed:"0, 16 to 122879"`
	// Exec lets programs in /tmp run and libraries load, as JNA, Netty, snappy and others want that unpack native code
	// there. Whoever can write a file can then run it. Default false.
	Exec bool `json:"exec"`
}

// Tmpfs is how large /tmp is in MiB.
func (s *Service) Tmpfs() int {
	if s.Tmp.SizeMiB > 0 {
		return s.Tmp.SizeMiB
	}
	const share = 8
	return s.MemoryMiB / share
}

func (s *Service) validateTmp(v *validation, at path) {
	memory, size := at.key("memoryMiB"), at.key("tmp").key("sizeMiB")
	if v.sound(memory, size) && s.Tmp.SizeMiB >= s.MemoryMiB {
		v.add(size, show(s.Tmp.SizeMiB), "less than the "+show(s.MemoryMiB)+" of memoryMiB, which /tmp shares",
			"lower it, or raise memoryMiB")
	}
}
