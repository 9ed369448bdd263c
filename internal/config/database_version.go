package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"aws-webapp/internal/awsdata/endoflife"
)

// validateVersion refuses versions that had ended when the table of ends was last reviewed. It
// has no clock: a stack file that is accepted today is accepted tomorrow.
func (d *Database) validateVersion(v *validation, at path) {
	key := at.key("engineVersion")
	if !v.sound(key) {
		return
	}
	if d.AllowMajorVersionUpgrade && !d.ApplyImmediately {
		v.add(at.key("applyImmediately"), "false with allowMajorVersionUpgrade", "true while allowMajorVersionUpgrade is",
			"set both for the one update that raises the major version: the old parameter group can be deleted only when the "+
				"instance has left it")
	}
	end, known := endoflife.Of(endoflife.PostgreSQL, d.EngineVersion)
	if !known || !end.Ended() {
		return
	}
	v.add(key, quote(d.EngineVersion)+", but "+end.String(), "a version that AWS makes and supports",
		fixVersion(d.EngineVersion))
}

// fixVersion names the major version of a retired minor one, or else the default.
func fixVersion(version string) string {
	major := majorVersion(version)
	if end, known := endoflife.Of(endoflife.PostgreSQL, major); !known || end.Ended() {
		major = Defaults().Database.EngineVersion
	}
	end, _ := endoflife.Of(endoflife.PostgreSQL, major)
	return fmt.Sprintf("set %s, which AWS supports until %s", quote(major), end.Last().Format(time.DateOnly))
}

func majorVersion(version string) string {
	major, _, _ := strings.Cut(version, ".")
	return major
}

// compareVersions compares two versions by their numbers. A version without a minor number
// equals every minor version of it.
func compareVersions(a, b string) int {
	for {
		first, restA, moreA := strings.Cut(a, ".")
		second, restB, moreB := strings.Cut(b, ".")
		if x, y := leadingNumber(first), leadingNumber(second); x != y || !moreA || !moreB {
			return x - y
		}
		a, b = restA, restB
	}
}

// leadingNumber reads a part of a version, such as the 22 of 22-rds.
func leadingNumber(part string) int {
	digits := strings.IndexFunc(part, func(r rune) bool { return r < '0' || r > '9' })
	if digits < 0 {
		digits = len(part)
	}
	number, _ := strconv.Atoi(part[:digits])
	return number
}
