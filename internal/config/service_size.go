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
	memory := at.key("memoryMiB")
	sizes, known := fargateSizes[s.CPU]
	if !known || !v.sound(at.key("cpu"), memory) || sizes.offers(s.CPU, s.MemoryMiB) {
		return
	}
	v.add(memory, show(s.MemoryMiB), sizes.describe(s.CPU), fmt.Sprintf("set %d, or change cpu", sizes.nearest(s.MemoryMiB)))
}
