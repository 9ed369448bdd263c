package config

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

const sidecar0 = "services[0].sidecars[0]"

// beside returns edits that give the service a sidecar called agent, with further keys as JSON, and other edits.
func beside(more string, others ...string) edits {
	all := edits{"services[0].sidecars": `[{"name": "agent", "image": "example/agent:1.0.0"` + more + `}]`}
	for i := 0; i < len(others); i += 2 {
		all[others[i]] = others[i+1]
	}
	return all
}

var badSidecars = map[string]bad{
	"sidecar without a name": {
		edits{"services[0].sidecars": `[{"image": "example/agent:1.0.0"}]`},
		Error{sidecar0 + ".name", "nothing", "1 to 24 of a-z, 0-9 and inner hyphens", "set it; write it like visitor-book"},
	},
	"sidecar without an image": {
		edits{"services[0].sidecars": `[{"name": "agent"}]`},
		Error{
			sidecar0 + ".image", "nothing", "an image reference",
			"set it; write it like 123456789012.dkr.ecr.us-east-1.amazonaws.com/visitor-book:1.4.2",
		},
	},
	"sidecar with a name in capitals": {
		edits{"services[0].sidecars": `[{"name": "Agent", "image": "example/agent:1.0.0"}]`},
		Error{sidecar0 + ".name", `"Agent"`, "1 to 24 of a-z, 0-9 and inner hyphens", "write it like visitor-book"},
	},
	"sidecar called like its service": {
		edits{"services[0].sidecars": `[{"name": "web", "image": "example/agent:1.0.0"}]`},
		Error{
			sidecar0 + ".name", `"web"`, "a name that no other container of the service has",
			"rename it: aws-webapp:services[0].name has it too",
		},
	},
	"two sidecars of a name": {
		edits{"services[0].sidecars": `[{"name": "agent", "image": "a:1.0.0"}, {"name": "agent", "image": "b:1.0.0"}]`},
		Error{
			"services[0].sidecars[1].name", `"agent"`, "a name that no other container of the service has",
			"rename it: aws-webapp:services[0].sidecars[0].name has it too",
		},
	},
	"sidecar as root": {
		beside(`, "user": "0"`),
		Error{sidecar0 + ".user", `"0"`, "a numeric uid or uid:gid above 0", `write it like "65532:65532"`},
	},
	"sidecar's root writable for a word": {
		beside(`, "writableRoot": "yes"`),
		Error{
			sidecar0 + ".writableRoot", `"yes"`, "a reason of 10 to 256 letters, digits, spaces and _ . : / = + - @",
			"write it like the image unpacks its plugins at start",
		},
	},
	"sidecar without /tmp": {
		beside(`, "tmpMiB": 0`),
		Error{sidecar0 + ".tmpMiB", "0", "16 to 122879", "set a number in that range"},
	},
	// What is wrong by itself is not added up with the others as well.
	"sidecar with more CPU than a task": {
		beside(`, "cpu": 99999`), Error{sidecar0 + ".cpu", "99999", "0 to 16384", "set a number in that range"},
	},
	"sidecar with more memory than a task": {
		beside(`, "memoryMiB": 122881`),
		Error{sidecar0 + ".memoryMiB", "122881", "0, 6 to 122880", "set one of these numbers"},
	},
	"sidecar with a larger /tmp than a task": {
		beside(`, "tmpMiB": 122880`),
		Error{sidecar0 + ".tmpMiB", "122880", "16 to 122879", "set a number in that range"},
	},
	"sidecar's /tmp as large as its memory": {
		beside(`, "tmpMiB": 64, "memoryMiB": 64`),
		Error{
			sidecar0 + ".tmpMiB", "64", "less than the 64 of memoryMiB, which /tmp shares", "lower it, or raise memoryMiB",
		},
	},
	"/tmp of all containers as large as the memory": {
		beside(`, "tmpMiB": 960`),
		Error{
			"services[0].sidecars", "1088 MiB in the /tmp of all containers", "less than the 1024 of memoryMiB",
			"lower tmpMiB or tmp.sizeMiB, or raise memoryMiB",
		},
	},
	"sidecar's folder in /tmp": {
		beside(`, "scratchPaths": ["/tmp/agent"]`),
		Error{
			sidecar0 + ".scratchPaths[0]", `"/tmp/agent"`, "folders other than those that the program mounts: " +
				"/tmp, /managed-agents, /var/lib/amazon/ssm, /var/log/amazon/ssm", "name another one; tmpMiB sets the size of /tmp",
		},
	},
	"sidecar's folder without a slash": {
		beside(`, "scratchPaths": ["cache"]`),
		Error{
			sidecar0 + ".scratchPaths[0]", `"cache"`, "the absolute path of a folder, without a slash at the end",
			"write it like /var/cache/app",
		},
	},
	"sidecars with all of the memory": {
		beside(`, "memoryMiB": 1024`),
		Error{
			"services[0].sidecars", "1024 of memoryMiB together",
			"less than the 1024 of the task, which the service's own container shares",
			"lower them, or raise services[].memoryMiB",
		},
	},
	"sidecars with all of the CPU": {
		beside(`, "cpu": 512`),
		Error{
			"services[0].sidecars", "512 of cpu together",
			"less than the 512 of the task, which the service's own container shares", "lower them, or raise services[].cpu",
		},
	},
	"sidecar with less memory than Docker": {
		beside(`, "memoryMiB": 5`),
		Error{sidecar0 + ".memoryMiB", "5", "0, 6 to 122880", "set one of these numbers"},
	},
	"sidecar with less than no CPU": {
		beside(`, "cpu": -1`),
		Error{sidecar0 + ".cpu", "-1", "0 to 16384", "set a number in that range"},
	},
	"sidecar with a secret in plain text": {
		beside(`, "environment": {"DD_API_KEY": "0123456789abcdef0123456789abcdef"}`),
		Error{
			sidecar0 + ".environment.DD_API_KEY", "a value that must be a secret by its name",
			"values that anyone may read in the task definition",
			"keep the value in Secrets Manager or the SSM parameter store and name it in secrets",
		},
	},
	"sidecar with a secret in its command": {
		beside(`, "command": ["--password", "hunter2hunter2"]`),
		Error{
			sidecar0 + ".command[1]", "a value that must be a secret by its name",
			"words that anyone may read in the task definition",
			"keep the value in Secrets Manager or the SSM parameter store, name it in secrets, and read the variable",
		},
	},
	"sidecar with credentials of its own": {
		beside(`, "environment": {"AWS_PROFILE": "agent"}`),
		Error{
			sidecar0 + ".environment.AWS_PROFILE", "a variable that overrides the task's role",
			"variables that leave AWS credentials alone", "remove it: the task gets credentials of its own role",
		},
	},
	"sidecar with a variable twice": {
		beside(`, "environment": {"SITE": "x"}, "secrets": {"SITE": "/agent/site"}`),
		Error{
			sidecar0 + ".environment.SITE", "a variable that secrets has, too", "each variable once", "remove one of them",
		},
	},
	"sidecar with a secret of another account": {
		beside(`, "secrets": {"SITE": "arn:aws:ssm:eu-west-1:999999999999:parameter/agent/site"}`),
		Error{
			sidecar0 + ".secrets.SITE", "an ARN of account 999999999999",
			"secrets of aws.allowedAccountIds, or the KMS key of the other account",
			"name the key that encrypts it in secretKeyArns: tasks cannot start otherwise",
		},
	},
	"sidecar with a secret of another region": {
		beside(`, "secrets": {"SITE": "arn:aws:ssm:us-east-1:111111111111:parameter/agent/site"}`),
		Error{
			sidecar0 + ".secrets.SITE", "an ARN of us-east-1", "ARNs in eu-west-1, the stack's region",
			"name one in eu-west-1, or change aws.region",
		},
	},
	"sidecar's check with ECS's own word": {
		beside(`, "containerCheck": {"command": ["CMD", "/check"]}`),
		Error{
			sidecar0 + ".containerCheck.command[0]", `"CMD"`, "the command itself: the program puts CMD before it",
			`remove it; for CMD-SHELL begin with "/bin/sh", "-c"`,
		},
	},
	"start after nobody": {
		beside("", "services[0].dependsOn", `{"nginx": "START"}`),
		Error{
			"services[0].dependsOn.nginx", `"nginx"`, "other containers of the service: agent",
			"name one of them, or remove it",
		},
	},
	"start after a sidecar where there is none": {
		edits{"services[0].dependsOn": `{"nginx": "START"}`},
		Error{
			"services[0].dependsOn.nginx", `"nginx"`, "other containers of the service", "name one of them, or remove it",
		},
	},
	"start after itself": {
		beside(`, "dependsOn": {"agent": "START"}`),
		Error{
			sidecar0 + ".dependsOn.agent", `"agent"`, "other containers of the service: web",
			"name one of them, or remove it",
		},
	},
	"start on another condition": {
		beside("", "services[0].dependsOn", `{"agent": "READY"}`),
		Error{
			"services[0].dependsOn.agent", `"READY"`, "START, HEALTHY, COMPLETE, SUCCESS", "set one of them",
		},
	},
	"start when a container is healthy that nobody checks": {
		beside("", "services[0].dependsOn", `{"agent": "HEALTHY"}`),
		Error{
			"services[0].dependsOn.agent", "HEALTHY", "a container with a containerCheck for HEALTHY",
			"set containerCheck.command of agent, or START here",
		},
	},
	"start when a container has ended that must not": {
		beside("", "services[0].dependsOn", `{"agent": "SUCCESS"}`),
		Error{
			"services[0].dependsOn.agent", "SUCCESS",
			"a container that may end for SUCCESS: with an essential one the task ends",
			"set essential: false at agent, or START here; the service's own container is always essential",
		},
	},
	"start when the service itself has ended": {
		beside(`, "dependsOn": {"web": "COMPLETE"}`),
		Error{
			sidecar0 + ".dependsOn.web", "COMPLETE",
			"a container that may end for COMPLETE: with an essential one the task ends",
			"set essential: false at web, or START here; the service's own container is always essential",
		},
	},
	"containers that wait for each other": {
		beside(`, "dependsOn": {"web": "START"}`, "services[0].dependsOn", `{"agent": "START"}`),
		Error{
			"services[0].dependsOn", "web after agent after web",
			"an order in which the containers can start", "remove one of these",
		},
	},
	"requests for a container that is not there": {
		beside("", "services[0].routing.container", `"nginx"`),
		Error{
			"services[0].routing.container", `"nginx"`, "one of sidecars",
			"name one, or remove it: then the service's own container gets them",
		},
	},
	"requests for the service's own container by name": {
		edits{"services[0].routing.container": `"web"`},
		Error{
			"services[0].routing.container", `"web"`, "one of sidecars",
			"remove it: without it the service's own container gets the requests",
		},
	},
	"requests for a container that may end": {
		beside(`, "essential": false`, "services[0].routing.container", `"agent"`),
		Error{
			"services[0].routing.container", `"agent"`, "an essential container: without it the task answers nobody",
			"remove essential: false from the sidecar",
		},
	},
	"secrets of sidecars beyond a role": {
		beside(`, "secrets": ` + manySecrets(110, "")),
		Error{
			"services[0].sidecars", "ARNs of secrets of 8910 characters together",
			"at most 8192, each secret once: inline policies of a role: 10240 characters without white space",
			"keep several values in one secret, and name each by ARN:KEY::",
		},
	},
	"variables of sidecars beyond a task definition": {
		beside(`, "environment": {"A": "`+strings.Repeat("a ", 20000)+`"}`,
			"services[0].environment", `{"B": "`+strings.Repeat("b ", 10000)+`"}`),
		Error{
			"services[0].sidecars", "62470 bytes with the service's own container",
			"at most 57344: a task definition: 65536 bytes", "read what is large from a bucket or from a parameter",
		},
	},
	"ten sidecars": {
		edits{"services[0].sidecars": `[` + tenSidecars() + `]`},
		Error{"services[0].sidecars", "10 entries", "0 to 9", "add or remove entries"},
	},
	"previous image of a sidecar": {
		edits{"services[0].previous.sidecarImages": `["Agent 1"]`},
		Error{
			"services[0].previous.sidecarImages[0]", `"Agent 1"`, "an image reference",
			"write it like 123456789012.dkr.ecr.us-east-1.amazonaws.com/visitor-book:1.4.2",
		},
	},
}

func tenSidecars() string {
	text := ""
	for _, letter := range "abcdefghij" {
		if text != "" {
			text += ", "
		}
		text += `{"name": "` + string(letter) + `", "image": "example/agent:1.0.0"}`
	}
	return text
}

// In prod a sidecar's image is named for good, as the service's own is.
func TestSidecarsOfProdArePinned(t *testing.T) {
	for image, found := range map[string]string{
		"example/agent:7":      `the moving tag "7"`,
		"example/agent":        "an image without tag and digest, that is latest",
		"example/agent:latest": `the moving tag "latest"`,
	} {
		assert.Equal(t, Errors{{
			"aws-webapp:" + sidecar0 + ".image", found, prodImages, prodImagesFix,
		}}, errorsOf(t, prodStack, edits{"services[0].sidecars": `[{"name": "agent", "image": "` + image + `"}]`}))
	}
}

// Without a NAT gateway only ECR of the region is reachable, and secrets have their endpoints.
func TestSidecarsWithoutNAT(t *testing.T) {
	c := Config{Services: []Service{DefaultService()}}
	c.Services[0].Name = "web"
	c.Services[0].Image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1.0.0"
	assert.Empty(t, c.ReadableBuckets())
	c.Services[0].Sidecars = []Sidecar{{Image: "example/agent:1.0.0", Secrets: map[string]string{"KEY": "/agent/key"}}}
	assert.Equal(t, []string{anyBucket}, c.ReadableBuckets())
	assert.Contains(t, RequiredEndpoints(&c), RequiredEndpoint{"ssm", "Fargate reads parameters for web"})
	c.Services[0].Sidecars = nil
	c.Services[0].Previous.SidecarImages = []string{"example/agent:1.0.0"}
	assert.Equal(t, []string{anyBucket}, c.ReadableBuckets())
}

// The last values that are still right.
func TestSidecarsThatAreWellFormed(t *testing.T) {
	for name, change := range map[string]edits{
		"all but one unit of CPU":   beside(`, "cpu": 511`),
		"all but one MiB of memory": beside(`, "memoryMiB": 1023`),
		"all but one MiB in /tmp":   beside(`, "tmpMiB": 895`),
		"one MiB more than /tmp":    beside(`, "tmpMiB": 16, "memoryMiB": 17`),
		"least memory":              beside(`, "memoryMiB": 17`),
		"healthy when it is checked": beside(`, "containerCheck": {"command": ["/check"]}`,
			"services[0].dependsOn", `{"agent": "HEALTHY"}`),
		"success of one that may end": beside(`, "essential": false`, "services[0].dependsOn", `{"agent": "SUCCESS"}`),
		"after a service that is checked": beside(`, "dependsOn": {"web": "HEALTHY"}`,
			"services[0].containerCheck.command", `["/check"]`),
		"requests for the sidecar": beside("", "services[0].routing.container", `"agent"`),
		"key of a sidecar's secret alone": beside(
			`, "secrets": {"SITE": "arn:aws:ssm:eu-west-1:999999999999:parameter/agent/site"}`,
			"services[0].secretKeyArns",
			`["arn:aws:kms:eu-west-1:999999999999:key/12345678-1234-1234-1234-123456789012"]`),
		"two ways to one container": {"services[0].sidecars": `[
			{"name": "a", "image": "example/a:1.0.0"},
			{"name": "b", "image": "example/b:1.0.0", "dependsOn": {"a": "START"}},
			{"name": "c", "image": "example/c:1.0.0", "dependsOn": {"a": "START", "b": "START"}}]`},
	} {
		t.Run(name, func(t *testing.T) { parse(t, stagingStack, change) })
	}
}

// Circles are found wherever they are, and the containers before them are not blamed.
func TestCirclesOfContainers(t *testing.T) {
	on := func(names ...string) map[string]string {
		after := map[string]string{}
		for _, name := range names {
			after[name] = "START"
		}
		return after
	}
	assert.Equal(t, []string{"b", "c", "b"}, circleOf([]starting{
		{name: "a", after: on("b")}, {name: "b", after: on("c")}, {name: "c", after: on("b")},
	}))
	assert.Equal(t, []string{"a", "b", "c", "a"}, circleOf([]starting{
		{name: "a", after: on("b")}, {name: "b", after: on("c")}, {name: "c", after: on("a")},
	}))
	assert.Nil(t, circleOf([]starting{
		{name: "a", after: on("b", "c")}, {name: "b", after: on("c")}, {name: "c", after: nil},
	}))
}

func TestAllSecretsAreThoseOfAllContainers(t *testing.T) {
	s := Service{
		Container: Container{Image: "web:1", Secrets: map[string]string{"B": "/b", "A": "/a"}},
		Sidecars: []Sidecar{
			{Image: "agent:1", Secrets: map[string]string{"C": "/b", "D": "/d"}}, {Image: "setup:1"},
		},
	}
	assert.Equal(t, []string{"/a", "/b", "/d"}, s.AllSecrets())
	assert.Equal(t, []string{"web:1", "agent:1", "setup:1"}, s.Images())
}
