package config

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What an update does to the version of an instance, or why it is refused.
func TestVersionsOfAnInstanceThatIsThere(t *testing.T) {
	for _, row := range []struct {
		running, wanted string
		major           bool
		step            VersionStep
		allowed, fix    string
	}{
		{"", "17", false, VersionStays, "", ""},
		{"17.9", "17", false, VersionStays, "", ""},
		{"17.9", "17.9", false, VersionStays, "", ""},
		{"17.9", "17.10", false, VersionRaised, "", ""},
		{"17.10", "17.9", false, VersionIgnored, "", ""},
		{"17.9", "16", false, VersionStays, `"17" or higher: RDS cannot go back`, `set "17"`},
		{"17.9", "16.13", true, VersionStays, `"17" or higher: RDS cannot go back`, `set "17"`},
		{
			"16.13", "17", false, VersionStays, `"16" while allowMajorVersionUpgrade is false`,
			`set "16" to stay, or follow "Upgrading PostgreSQL" in docs/operations.md`,
		},
		{"16.13", "17", true, VersionRaised, "", ""},
		{"9.6", "17.1", true, VersionRaised, "", ""},
	} {
		d := &Database{EngineVersion: row.wanted, AllowMajorVersionUpgrade: row.major}
		step, errs := d.Judge(DeployedDatabase{Version: row.running})
		assert.Equal(t, row.step, step, row)
		if row.allowed == "" {
			assert.Empty(t, errs, row)
			continue
		}
		require.Len(t, errs, 1, row)
		assert.Equal(t, &Error{
			Key: "database.engineVersion", Found: quote(row.wanted) + ", and an instance that runs " + row.running,
			Allowed: row.allowed, Fix: row.fix,
		}, errs[0])
	}
}

// A name of the instance that AWS would replace it for.
func TestNamesOfAnInstanceThatIsThere(t *testing.T) {
	for _, row := range []struct {
		was              DeployedDatabase
		allowReplacement bool
		keys             []string
		allowed, fix     string
	}{
		{DeployedDatabase{Name: "a", Username: "b"}, false, nil, "", ""},
		{DeployedDatabase{}, false, nil, "", ""},
		{
			DeployedDatabase{Name: "x", Username: "b"},
			false,
			[]string{"database.name"},
			`"x": AWS would replace the instance, and its data would be gone`,
			`set "x"; make further databases and users with SQL; to give the data up, set database.allowReplacement to true`,
		},
		{
			DeployedDatabase{Name: "a", Username: "x", Protected: true},
			false,
			[]string{"database.username"},
			`"x": AWS would replace the instance, and its data would be gone`,
			`set "x"; make further databases and users with SQL; to give the data up, set database.allowReplacement to true`,
		},
		{
			DeployedDatabase{Name: "x", Username: "x"},
			false,
			[]string{"database.name", "database.username"},
			`"x": AWS would replace the instance, and its data would be gone`,
			`set "x"; make further databases and users with SQL; to give the data up, set database.allowReplacement to true`,
		},
		{DeployedDatabase{Name: "x", Username: "x"}, true, nil, "", ""},
		{
			DeployedDatabase{Name: "x", Username: "b", Protected: true},
			true,
			[]string{"database.name"},
			`"x" while the instance is protected from deletion`,
			"set database.deletionProtection to false, and run an update with that alone before this one",
		},
	} {
		d := &Database{EngineVersion: "17", Name: "a", Username: "b", AllowReplacement: row.allowReplacement}
		_, errs := d.Judge(row.was)
		require.Len(t, errs, len(row.keys), row)
		for i, key := range row.keys {
			wanted := map[string]string{"database.name": `"a"`, "database.username": `"b"`}[key]
			assert.Equal(t, &Error{
				Key: key, Found: wanted + `, and an instance that was made with "x"`, Allowed: row.allowed, Fix: row.fix,
			}, errs[i])
		}
	}
}
