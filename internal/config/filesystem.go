package config

import (
	"slices"
	"strconv"
	"strings"
)

// FileSystem is a folder on EFS, for services[].fileSystems: what tasks write there stays, and other tasks see it at
// once. It is encrypted, reached over TLS by the roles of services that name it, and backed up with the database. AWS
// charges for what is kept, read and written. What only one task needs belongs into ScratchPaths, and what can be an
// object into the bucket. Limits are those of the EFS API.
type FileSystem struct {
	// Name by which services ask for it: 1 to 24 of a-z, 0-9 and inner hyphens, unique among file systems. Another name is
	// another file system, which is empty. Required.
	Name string `json:"name" required:"true" allowed:"<service name>"`
	// User, numeric uid or uid:gid, not 0, as whom all services read and write, whoever their containers run as. A uid
	// alone is the group, too. A change is refused for an existing file system: its files would still belong to the user
	// before. Default 65532:65532.
	User string `json:"user" allowed:"<owner of files>"`
	// Permissions of the folder, three octal digits in quotes, of which the first has to be 7. A change is refused for an
	// existing file system, whose folder keeps what it has. Default 0750.
	Permissions string `json:"permissions" allowed:"<permissions>"`
	// Folder in the file system that services see, up to four names with slashes between them. A restored backup is in a
	// folder of its own: to go on with it, name that one. Default files.
	Folder string `json:"folder" allowed:"<folder of files>"`
	// InfrequentAccessDays after which files that nobody reads become cheaper to keep and dearer to read, until the first
	// access: 0, 1, 7, 14, 30, 60, 90, 180, 270 or 365, 0 for never. Default 30.
	InfrequentAccessDays int `json:"infrequentAccessDays" allowed:"0, 1, 7, 14, 30, 60, 90, 180, 270, 365"`
	// DeletionProtection keeps the program from deleting the file system, and its files with it, when it is removed here
	// or the stack is destroyed. Default true; prod demands it.
	DeletionProtection bool `json:"deletionProtection"`
	// Thresholds of the alarms.
	Thresholds FileSystemThresholds `json:"thresholds"`
}

func (f *FileSystem) defaults() {
	f.User, f.Permissions, f.Folder = "65532:65532", "0750", "files"
	f.InfrequentAccessDays, f.DeletionProtection = 30, true
	f.Thresholds = FileSystemThresholds{IOPercent: 80, TrafficGiBPerHour: 50, SizeGiB: 100}
}

// FileSystemThresholds are those of a file system's alarms.
type FileSystemThresholds struct {
	// IOPercent of the operations that EFS takes, for 15 minutes, 1 to 100. Default 80.
	IOPercent int `json:"ioPercent" allowed:"1 to 100"`
	// TrafficGiBPerHour read and written, 1 to 100000. Default 50.
	TrafficGiBPerHour int `json:"trafficGiBPerHour" allowed:"1 to 100000"`
	// SizeGiB of the files, 1 to 1000000. Default 100.
	SizeGiB int `json:"sizeGiB" allowed:"1 to 1000000"`
}

func init() {
	formats["owner of files"] = checked(
		"a numeric uid or uid:gid, each 1 to 4294967295", `"65532:65532"`, isOwner,
	)
	// EFS API Reference, RootDirectory.
	formats["folder of files"] = sized(1, 99, patterned(
		"up to four names of letters, digits and _ . : -, no dot first, with slashes between them", "files",
		`^[A-Za-z0-9_-][A-Za-z0-9_.:-]*(/[A-Za-z0-9_-][A-Za-z0-9_.:-]*){0,3}$`,
	))
	formats["permissions"] = patterned(
		"7, then two octal digits, with or without a zero before them, in quotes", `"0750"`, `^0?7[0-7]{2}$`,
	)
}

// isOwner: EFS API Reference, PosixUser. Root would own what it writes, and others could not read it.
func isOwner(text string) bool {
	const bits = 32
	ids := strings.Split(text, ":")
	return len(ids) <= 2 && !slices.ContainsFunc(ids, func(id string) bool {
		number, err := strconv.ParseUint(id, 10, bits)
		return err != nil || number == 0 || id[0] == '0' || id[0] == '+'
	})
}

// Owner returns the user and the group of the files.
func (f *FileSystem) Owner() (uid, gid int) {
	user, group, both := strings.Cut(f.User, ":")
	if !both {
		group = user
	}
	uid, _ = strconv.Atoi(user) // isOwner has looked
	gid, _ = strconv.Atoi(group)
	return uid, gid
}

func (f *FileSystem) validate(v *validation, at path) {
	v.inProd(!f.DeletionProtection, at.key("deletionProtection"),
		"false", "true in prod", "set true, so that no slip deletes the files")
}

// FileMount puts one of the stack's file systems into a container.
type FileMount struct {
	// Name of one of fileSystems. If the release command deploys, remove a file system only when no running version needs
	// it any more. Required.
	Name string `json:"name" required:"true" allowed:"<service name>"`
	// Path of the folder in the container, absolute, without a slash at the end. Required.
	Path string `json:"path" required:"true" allowed:"<folder>"`
	// ReadOnly keeps the container from writing. A task whose mounts all are may not write by its role either. Default
	// false.
	ReadOnly bool `json:"readOnly"`
}

// FileUses returns the file systems that a unit's containers mount, by name, and whether all of them only read.
func (u Unit) FileUses() map[string]bool {
	uses := map[string]bool{}
	for _, mounts := range u.mounts() {
		for _, mount := range mounts {
			before, twice := uses[mount.Name]
			uses[mount.Name] = mount.ReadOnly && (before || !twice)
		}
	}
	return uses
}

// mounts of each container, the unit's own first.
func (u Unit) mounts() [][]FileMount {
	all := [][]FileMount{u.FileSystems}
	for i := range u.sidecars {
		all = append(all, u.sidecars[i].FileSystems)
	}
	return all
}

// validateFileSystems compares the file systems with each other, and with what containers mount.
func (c *Config) validateFileSystems(v *validation, at path) {
	taken := map[string]path{}
	var names []string
	for i := range c.FileSystems {
		name, key := c.FileSystems[i].Name, at.key("fileSystems").index(i).key("name")
		if first, twice := taken[name]; twice {
			v.add(key, quote(name), "a name that no other file system has", "rename one: "+string(first)+" has it too")
			continue
		}
		taken[name] = key
		names = append(names, name)
	}
	for _, unit := range c.Units() {
		for n, mounts := range unit.mounts() {
			entry := unit.at(at)
			if n > 0 {
				entry = entry.key("sidecars").index(n - 1)
			}
			for i, mount := range mounts {
				if key := entry.key("fileSystems").index(i).key("name"); v.sound(key) && !slices.Contains(names, mount.Name) {
					v.add(key, quote(mount.Name), "names of fileSystems: "+orNone(names), "correct it, or add it to fileSystems")
				}
			}
		}
	}
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "there are none"
	}
	return strings.Join(names, ", ")
}

// validateMounts refuses folders of a container that overlap, and a file system that is in it twice.
func validateMounts(v *validation, at path, mounts []FileMount, scratch []string, tmp string) {
	var folders []string
	for i, mount := range mounts {
		entry := at.key("fileSystems").index(i)
		if !v.sound(entry.key("path")) {
			continue
		}
		refuseProgramFolder(v, entry.key("path"), mount.Path, tmp)
		for _, other := range slices.Concat(scratch, folders) {
			if overlap(other, mount.Path) {
				v.add(entry.key("path"), quote(mount.Path), "a folder apart from "+other+", which the container has, too",
					"name another one")
			}
		}
		if slices.ContainsFunc(mounts[:i], func(m FileMount) bool { return m.Name == mount.Name }) {
			v.add(entry.key("name"), quote(mount.Name), "each file system once in a container", "remove one of them")
		}
		folders = append(folders, mount.Path)
	}
}

// overlap reports whether one of two folders is in the other.
func overlap(one, other string) bool {
	return one == other || strings.HasPrefix(one, other+"/") || strings.HasPrefix(other, one+"/")
}
