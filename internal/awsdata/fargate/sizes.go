package fargate

const gib = 1024

// Memory returns the sizes of memory, in MiB, that Fargate offers with a number of CPU units.
type Memory struct{ Least, Most, Step int }

// Sizes are Fargate's pairs of CPU units and memory for Linux. With 256 CPU units 512 MiB come on top, which
// [Memory.Offers] knows.
// Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html, "Task size".
var Sizes = map[int]Memory{
	256:   {1 * gib, 2 * gib, gib},
	512:   {1 * gib, 4 * gib, gib},
	1024:  {2 * gib, 8 * gib, gib},
	2048:  {4 * gib, 16 * gib, gib},
	4096:  {8 * gib, 30 * gib, gib},
	8192:  {16 * gib, 60 * gib, 4 * gib},
	16384: {32 * gib, 120 * gib, 8 * gib},
}

// Offers says whether so many MiB come with so many CPU units.
func (m Memory) Offers(cpu, mib int) bool {
	if cpu == 256 && mib == 512 {
		return true
	}
	return mib >= m.Least && mib <= m.Most && (mib-m.Least)%m.Step == 0
}

// Nearest is the size to suggest in place of one that is not offered: the next one, or the largest.
func (m Memory) Nearest(mib int) int {
	if mib <= m.Least {
		return m.Least
	}
	return min(m.Least+(mib-m.Least+m.Step-1)/m.Step*m.Step, m.Most)
}
