package config

// files returns edits that give staging a file system called media, with further keys as JSON, and web's mounts of it.
func files(more, mounts string, others ...string) edits {
	all := edits{"fileSystems": `[{"name": "media"` + more + `}]`}
	if mounts != "" {
		all["services[0].fileSystems"] = mounts
	}
	for i := 0; i < len(others); i += 2 {
		all[others[i]] = others[i+1]
	}
	return all
}

const mount0 = "services[0].fileSystems[0]"

var badFileSystems = map[string]bad{
	"file system without a name": {
		edits{"fileSystems": `[{}]`},
		Error{
			"fileSystems[0].name", "nothing", "1 to 24 of a-z, 0-9 and inner hyphens", "set it; write it like visitor-book",
		},
	},
	"two file systems of a name": {
		edits{"fileSystems": `[{"name": "media"}, {"name": "media"}]`},
		Error{
			"fileSystems[1].name", `"media"`, "a name that no other file system has",
			"rename one: aws-webapp:fileSystems[0].name has it too",
		},
	},
	"files of root": {
		files(`, "user": "0"`, ""),
		Error{
			"fileSystems[0].user", `"0"`, "a numeric uid or uid:gid, each 1 to 4294967295", `write it like "65532:65532"`,
		},
	},
	"files of the group of root": {
		files(`, "user": "1000:0"`, ""),
		Error{
			"fileSystems[0].user", `"1000:0"`, "a numeric uid or uid:gid, each 1 to 4294967295",
			`write it like "65532:65532"`,
		},
	},
	"files of a user above 32 bits": {
		files(`, "user": "4294967296"`, ""),
		Error{
			"fileSystems[0].user", `"4294967296"`, "a numeric uid or uid:gid, each 1 to 4294967295",
			`write it like "65532:65532"`,
		},
	},
	"files of somebody by name": {
		files(`, "user": "app"`, ""),
		Error{
			"fileSystems[0].user", `"app"`, "a numeric uid or uid:gid, each 1 to 4294967295", `write it like "65532:65532"`,
		},
	},
	"folder that its user cannot open": {
		files(`, "permissions": "0650"`, ""),
		Error{
			"fileSystems[0].permissions", `"0650"`,
			"7, then two octal digits, with or without a zero before them, in quotes", `write it like "0750"`,
		},
	},
	"folder with a slash before it": {
		files(`, "folder": "/files"`, ""),
		Error{
			"fileSystems[0].folder", `"/files"`,
			"up to four names of letters, digits and _ . : -, no dot first, with slashes between them", "write it like files",
		},
	},
	"five folders": {
		files(`, "folder": "a/b/c/d/e"`, ""),
		Error{
			"fileSystems[0].folder", `"a/b/c/d/e"`,
			"up to four names of letters, digits and _ . : -, no dot first, with slashes between them", "write it like files",
		},
	},
	"folder outside of the file system": {
		files(`, "folder": "../files"`, ""),
		Error{
			"fileSystems[0].folder", `"../files"`,
			"up to four names of letters, digits and _ . : -, no dot first, with slashes between them", "write it like files",
		},
	},
	"a week and a day until files become cheaper": {
		files(`, "infrequentAccessDays": 8`, ""),
		Error{
			"fileSystems[0].infrequentAccessDays", "8", "0, 1, 7, 14, 30, 60, 90, 180, 270, 365",
			"set one of these numbers",
		},
	},
	"alarm on more operations than there are": {
		files(`, "thresholds": {"ioPercent": 101}`, ""),
		Error{"fileSystems[0].thresholds.ioPercent", "101", "1 to 100", "set a number in that range"},
	},
	"mount of a file system that is not there": {
		edits{"services[0].fileSystems": `[{"name": "media", "path": "/media"}]`},
		Error{mount0 + ".name", `"media"`, "names of fileSystems: there are none", "correct it, or add it to fileSystems"},
	},
	"mount of a misspelt file system": {
		files("", `[{"name": "medias", "path": "/media"}]`),
		Error{mount0 + ".name", `"medias"`, "names of fileSystems: media", "correct it, or add it to fileSystems"},
	},
	"mount without a path": {
		files("", `[{"name": "media"}]`),
		Error{
			mount0 + ".path", "nothing", "the absolute path of a folder, without a slash at the end",
			"set it; write it like /var/cache/app",
		},
	},
	"mount over the container": {
		files("", `[{"name": "media", "path": "/"}]`),
		Error{
			mount0 + ".path", `"/"`, "the absolute path of a folder, without a slash at the end",
			"write it like /var/cache/app",
		},
	},
	"mount over /tmp": {
		files("", `[{"name": "media", "path": "/tmp/media"}]`),
		Error{
			mount0 + ".path", `"/tmp/media"`, "folders other than those that the program mounts: /tmp, /managed-agents, " +
				"/var/lib/amazon/ssm, /var/log/amazon/ssm",
			"name another one; tmp sets the size of /tmp",
		},
	},
	"mount in a scratch folder": {
		files("", `[{"name": "media", "path": "/data/media"}]`, "services[0].scratchPaths", `["/data"]`),
		Error{
			mount0 + ".path", `"/data/media"`, "a folder apart from /data, which the container has, too", "name another one",
		},
	},
	"file system twice in a container": {
		files("", `[{"name": "media", "path": "/a"}, {"name": "media", "path": "/b"}]`),
		Error{"services[0].fileSystems[1].name", `"media"`, "each file system once in a container", "remove one of them"},
	},
	"one folder of two file systems": {
		edits{
			"fileSystems":             `[{"name": "media"}, {"name": "data"}]`,
			"services[0].fileSystems": `[{"name": "media", "path": "/a/b"}, {"name": "data", "path": "/a"}]`,
		},
		Error{
			"services[0].fileSystems[1].path", `"/a"`, "a folder apart from /a/b, which the container has, too",
			"name another one",
		},
	},
	"sidecar's mount of a file system that is not there": {
		beside(`, "fileSystems": [{"name": "media", "path": "/media"}]`),
		Error{
			sidecar0 + ".fileSystems[0].name", `"media"`, "names of fileSystems: there are none",
			"correct it, or add it to fileSystems",
		},
	},
	"sidecar's mount over its scratch folder": {
		beside(`, "scratchPaths": ["/media"], "fileSystems": [{"name": "media", "path": "/media"}]`,
			"fileSystems", `[{"name": "media"}]`),
		Error{
			sidecar0 + ".fileSystems[0].path", `"/media"`, "a folder apart from /media, which the container has, too",
			"name another one",
		},
	},
}
