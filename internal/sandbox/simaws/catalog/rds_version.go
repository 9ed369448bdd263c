package catalog

import (
	"strconv"
	"strings"

	"aws-webapp/internal/awsdata/endoflife"
	"aws-webapp/internal/sandbox/simaws/prop"
)

const postgres = "postgres"

// ResolvePostgreSQL returns the version that AWS picks for a full or a major version. For a
// major version, the lowest minor version that AWS still creates stands in for its default.
func ResolvePostgreSQL(version string) string {
	major, err := strconv.Atoi(version)
	if err != nil {
		return version
	}
	return endoflife.OldestMinor(major)
}

// runningVersion returns the version that an instance runs. The provider keeps engineVersion as
// the program wrote it, even if it is only a major version, and reports the actual version as
// engineVersionActual (terraform-provider-aws, internal/service/rds/engine_version.go). A major
// version only upgrades a running instance if its minor version is below the default (RDS API
// reference, ModifyDBInstance).
func runningVersion(c *Call) any {
	asked := c.Text("engineVersion")
	if c.Text("engine") != postgres {
		return asked
	}
	resolved := ResolvePostgreSQL(asked)
	running := prop.Text(c.Old, "engineVersionActual")
	if resolved != asked && majorOf(running) == asked && less(resolved, running) {
		return running
	}
	return resolved
}

// versionIsOffered checks the version as RDS does when an instance is created or upgraded. A
// version that AWS has retired is not found. A major version past its standard support is not
// available without Extended Support (RDS User Guide, "Creating a DB instance with Amazon RDS
// Extended Support").
func versionIsOffered(c *Call) error {
	version, running := c.Text("engineVersionActual"), prop.Text(c.Old, "engineVersionActual")
	if c.Text("engine") != postgres || version == "" || version == running {
		return nil
	}
	end, known := endoflife.Of(endoflife.PostgreSQL, version)
	retired := known && !end.NoNew.IsZero() && end.Ended()
	expired := known && end.Ended() && c.Text("engineLifecycleSupport") == "open-source-rds-extended-support-disabled"
	switch {
	case retired || expired:
		return Errorf("InvalidParameterCombination", "Cannot find version %s for postgres", version)
	case running == "":
		return nil
	case less(version, running):
		return Errorf("InvalidParameterCombination", "Cannot upgrade postgres from %s to %s", running, version)
	case majorOf(version) != majorOf(running) && !prop.True(c.Inputs, "allowMajorVersionUpgrade"):
		return Errorf("InvalidParameterCombination",
			"The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.")
	}
	return nil
}

func majorOf(version string) string {
	major, _, _ := strings.Cut(version, ".")
	return major
}

// less compares versions such as 16.9 and 16.10 by their numbers.
func less(a, b string) bool {
	majorA, minorA, _ := strings.Cut(a, ".")
	majorB, minorB, _ := strings.Cut(b, ".")
	if x, y := number(majorA), number(majorB); x != y {
		return x < y
	}
	return number(minorA) < number(minorB)
}

func number(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}
