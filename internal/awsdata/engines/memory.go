package engines

import (
	"strconv"
	"strings"
)

// memoryOfLarge is the memory of a family's large class in GiB; a class twice as large has twice as much. Most families
// have 8: the general-purpose ones (m), and the burstable ones (t), from micro with 1 to 2xlarge with 32.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html
var memoryOfLarge = []struct {
	prefix string
	gib    float64
}{
	{"r4", 15.25}, {"r", 16}, {"z1d", 16}, {"c", 4}, {"x1e", 61}, {"x1", 30.5}, {"x2ie", 64}, {"x2", 32}, {"", 8},
}

// MemoryMiB is the memory of an instance class such as db.t3.small. Of a family that is not known it is as much as the
// general-purpose ones have.
func MemoryMiB(class string) int {
	family, size, _ := strings.Cut(strings.TrimPrefix(class, "db."), ".")
	large := 8.0
	for _, row := range memoryOfLarge {
		if strings.HasPrefix(family, row.prefix) {
			large = row.gib
			break
		}
	}
	return int(large * timesLarge(size) * 1024)
}

// timesLarge returns a class's size as a multiple of its family's large class.
func timesLarge(size string) float64 {
	switch size {
	case "micro":
		return 1. / 8
	case "small":
		return 1. / 4
	case "medium":
		return 1. / 2
	case "xlarge":
		return 2
	}
	if times, err := strconv.Atoi(strings.TrimSuffix(size, "xlarge")); err == nil {
		return float64(2 * times)
	}
	return 1
}

// The default of max_connections is LEAST(DBInstanceClassMemory/9531392, 5000), and DBInstanceClassMemory is what RDS
// and the operating system leave of the class's memory.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections
const (
	bytesPerConnection = 9531392
	mostConnections    = 5000
	// What is left is not documented. Counted on PostgreSQL were 198 connections with 2 GiB, 413 with 4, 856 with 8 and
	// 1660 with 15.25 (https://gist.github.com/guizmaii/1cacffef793c2ba9645083c3e18b3d8c); these two give slightly less.
	reservedMiB   = 200
	reservedShare = 0.04
)

// MaxConnections is the default of PostgreSQL's max_connections on an instance class, within 4 % and not above it.
func MaxConnections(class string) int {
	left := float64(MemoryMiB(class))*(1-reservedShare) - reservedMiB
	return min(int(left*(1<<20)/bytesPerConnection), mostConnections)
}
