package keys

import (
	"maps"
	"strings"
)

// twoFileSystems are what mounts are of.
const twoFileSystems = `[{"name": "media"}, {"name": "data"}]`

// init gives the keys of file systems, and of the mounts of them, what goes along: an entry has to be complete. What is
// there before lacks the change alone.
func init() {
	for key, value := range map[string]string{
		"name": `"data"`, "user": `"1000:1000"`, "permissions": `"0770"`, "folder": `"restored/files"`,
		"infrequentAccessDays": "90", "deletionProtection": "false",
		"thresholds.ioPercent": "81", "thresholds.trafficGiBPerHour": "81", "thresholds.sizeGiB": "81",
	} {
		change := `"` + key + `": ` + value
		if threshold, nested := strings.CutPrefix(key, "thresholds."); nested {
			change = `"thresholds": {"` + threshold + `": ` + value + `}`
		}
		one := listed("fileSystems", `[{"name": "media", `+change+`}]`)
		if key == "name" { // a new one: what is there is protected
			one = listed("fileSystems", twoFileSystems)
		}
		one.base = map[string]string{"fileSystems": `[{"name": "media"}]`}
		along["fileSystems[]."+key] = one
	}
	for key, change := range map[string]string{
		"name": `{"name": "data", "path": "/srv/media"}`, "path": `{"name": "media", "path": "/media"}`,
		"readOnly": `{"name": "media", "path": "/srv/media", "readOnly": true}`,
	} {
		const mount = `[{"name": "media", "path": "/srv/media"}]`
		along["services[].fileSystems[]."+key] = mounted("services[0].fileSystems", mount, `[`+change+`]`)
		sidecarWith := func(mounts string) string {
			return `[{"name": "agent", "image": "example/agent:1.0.0", "fileSystems": ` + mounts + `}]`
		}
		along["services[].sidecars[].fileSystems[]."+key] = mounted(
			"services[0].sidecars", sidecarWith(mount), sidecarWith(`[`+change+`]`))
	}
}

// mounted is a change of what a path has, beside two file systems.
func mounted(path, before, after string) companion {
	one := listed(path, after)
	one.base = map[string]string{path: before, "fileSystems": twoFileSystems}
	maps.Copy(one.edits, map[string]string{"fileSystems": twoFileSystems})
	return one
}
