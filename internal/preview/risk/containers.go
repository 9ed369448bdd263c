package risk

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/preview/difference"
	"aws-webapp/internal/preview/eventlog"
	"aws-webapp/policies/containers"
	"aws-webapp/policies/prop"
)

const taskDefinitionType = resourcetypes.TaskDefinition

// runsOther reports whether a task definition is new, or its containers differ.
func runsOther(s eventlog.Step) bool {
	if s.Type != taskDefinitionType || s.New == nil {
		return false
	}
	const definitions = "containerDefinitions"
	return s.Old == nil ||
		len(difference.Between(definitions, prop.Of(s.Old).Get(definitions), prop.Of(s.New).Get(definitions))) > 0
}

// judgeContainers finds containers that run somebody else's code, or that have more privileges than before.
// For a new task definition only the privileges are judged: there is no earlier image to compare with.
func judgeContainers(s eventlog.Step) []Finding {
	if s.Type != taskDefinitionType || s.New == nil {
		return nil
	}
	old, now := prop.Of(s.Old), prop.Of(s.New)
	before, after := old.Get("containerDefinitions"), now.Get("containerDefinitions")
	pairs, known := difference.Pairs(before, after)
	switch {
	case after.Secret() || before.Secret():
		return []Finding{{
			Class: Containers, Level: Medium, Unknown: true, Message: "containerDefinitions is secret, so nobody can see " +
				"what the containers run",
		}}
	case known == prop.Maybe:
		return []Finding{unknown("what the containers run (containerDefinitions)")}
	case known == prop.No:
		return []Finding{
			{Class: Containers, Level: Medium, Message: "containerDefinitions cannot be read as a list of containers"},
		}
	}
	registries := map[string]bool{}
	for _, pair := range pairs {
		if pair.Old != nil {
			if image, ok := difference.ParseImage(pair.Old.Get("image")); ok {
				registries[image.Registry] = true
			}
		}
	}
	var findings []Finding
	for _, pair := range pairs {
		found := judgeContainer(pair, s.Old == nil, registries)
		if len(pairs) > 1 {
			for i := range found {
				found[i].Message = fmt.Sprintf("%s: %s", pair.Name, found[i].Message)
			}
		}
		findings = append(findings, found...)
	}
	for _, mode := range []string{"networkMode", "pidMode", "ipcMode"} {
		if now.Get(mode).Is("host") == prop.Yes && old.Get(mode).Is("host") != prop.Yes {
			findings = append(
				findings,
				Finding{
					Class:   Containers,
					Level:   High,
					Message: mode + " host: the containers are not isolated from their host",
				},
			)
		}
	}
	return findings
}

// container is a container to judge, with its earlier definition.
type container struct {
	// was is empty for a new container.
	was, is containers.Container
	isNew   bool
	found   []Finding
}

func (c *container) add(level Level, format string, args ...any) {
	c.found = append(c.found, Finding{Class: Containers, Level: level, Message: fmt.Sprintf(format, args...)})
}

func judgeContainer(pair difference.Pair, created bool, registries map[string]bool) []Finding {
	if pair.New == nil {
		return nil
	}
	c := &container{is: *pair.New, isNew: pair.Old == nil}
	if !c.isNew {
		c.was = *pair.Old
	}
	if !created {
		c.judgeImage(registries)
	}
	c.judgeRights()
	if !c.isNew {
		c.judgeCommand("entryPoint")
		c.judgeCommand("command")
		c.judgeSecrets()
		if c.was.Get("healthCheck").IsSet() == prop.Yes && c.is.Get("healthCheck").IsSet() == prop.No {
			c.found = append(c.found, Finding{
				Class: Release, Level: Medium, Message: "healthCheck is removed: ECS no longer notices that the container " +
					"does not answer",
			})
		}
		if c.was.Get("logConfiguration").IsSet() == prop.Yes && c.is.Get("logConfiguration").IsSet() == prop.No {
			c.found = append(
				c.found,
				Finding{
					Class:   Protection,
					Level:   Medium,
					Message: "logConfiguration is removed: what the container writes is not kept",
				},
			)
		}
	}
	return c.found
}

// judgeImage finds code from elsewhere.
func (c *container) judgeImage(registries map[string]bool) {
	image, ok := difference.ParseImage(c.is.Get("image"))
	if !ok {
		if c.isNew || len(difference.Between("image", c.was.Get("image"), c.is.Get("image"))) > 0 {
			c.add(Medium, "image is not a valid image name")
		}
		return
	}
	if c.isNew {
		if registries[image.Registry] {
			c.add(Medium, "is a new container, with the image %s", image)
		} else {
			c.add(High, "is a new container, with an image from a registry that no other container uses: %s", image)
		}
		return
	}
	was, ok := difference.ParseImage(c.was.Get("image"))
	from, _ := was.ECR()
	now, private := image.ECR()
	switch {
	case !ok || image == was:
		return
	case image.Registry != was.Registry && private && now.Account == from.Account && now.Region == from.Region:
		c.add(Medium, "image comes from the same registry by another address: %s → %s", was.Registry, image.Registry)
	case image.Registry != was.Registry && private && now.Account == from.Account:
		c.add(Medium, "image comes from another region of the same account: %s → %s", was.Registry, image.Registry)
	case image.Registry != was.Registry && private:
		c.add(High, "image comes from the registry of another account: %s → %s", was.Registry, image.Registry)
	case image.Registry != was.Registry:
		c.add(High, "image comes from a registry outside of this account's: %s → %s", was.Registry, image.Registry)
	case image.Repository != was.Repository:
		c.add(Medium, "image comes from another repository: %s → %s", was.Repository, image.Repository)
	}
	if was.Digest != "" && image.Digest == "" {
		c.add(Medium, "image is no longer named by its digest: tomorrow the tag %q may be another image", image.Tag)
	}
}

// judgeRights finds things that the container may do now and could not do before.
func (c *container) judgeRights() {
	newly := func(now, was prop.Truth) bool { return now == prop.Yes && (c.isNew || was != prop.Yes) }
	level := func(existing Level) Level { return pick(c.isNew, Medium, existing) }
	if newly(c.is.RunsAsRoot(), c.was.RunsAsRoot()) {
		c.add(level(High), "runs as root (user: %s)", c.is.Get("user").Show())
	}
	if newly(c.is.Get("privileged").IsTrue(), c.was.Get("privileged").IsTrue()) {
		c.add(Critical, "privileged: the container has the rights of root on the machine that runs it")
	}
	if newly(c.is.Get("readonlyRootFilesystem").IsFalse(), c.was.Get("readonlyRootFilesystem").IsFalse()) {
		c.add(
			Medium,
			"the root file system is writable: an intruder can leave programs there (readonlyRootFilesystem: %s)",
			c.is.Get("readonlyRootFilesystem").Show(),
		)
	}
	capabilities := func(c containers.Container, list string) prop.Value {
		return c.Get("linuxParameters", "capabilities", list)
	}
	if more := added(capabilities(c.was, "add"), capabilities(c.is, "add")); len(more) > 0 {
		c.add(level(High), "gets the Linux capabilities %s", strings.Join(more, ", "))
	}
	if fewer := added(capabilities(c.is, "drop"), capabilities(c.was, "drop")); len(fewer) > 0 {
		c.add(Medium, "no longer drops the Linux capabilities %s", strings.Join(fewer, ", "))
	}
}

// added returns the strings that only the second list has.
func added(old, now prop.Value) []string {
	before, _ := old.List()
	after, _ := now.List()
	var found []string
	for _, v := range after {
		if !slices.ContainsFunc(before, func(b prop.Value) bool { return equal(b, v) }) {
			found = append(found, v.Show())
		}
	}
	return found
}

// shells run the commands in their arguments.
var shells = []string{"sh", "bash", "dash", "ash", "zsh", "ksh", "busybox"}

func (c *container) judgeCommand(field string) {
	was, is := c.was.Get(field), c.is.Get(field)
	if is.IsSet() != prop.Yes || len(difference.Between(field, was, is)) == 0 {
		return
	}
	words, _ := is.List()
	level, what := Medium, "runs another "+field
	if was.IsSet() != prop.Yes {
		what = "runs a " + field + " in place of the image's own"
	}
	if len(words) > 0 {
		if text, _ := words[0].Text(); slices.Contains(shells, path.Base(text)) {
			level, what = High, "runs a shell as its "+field
		}
	}
	c.add(level, "%s: %s", what, difference.Words(is))
}

// judgeSecrets finds secrets that the container did not get before, by the names of their
// variables.
func (c *container) judgeSecrets() {
	before, _ := c.was.Get("secrets").List()
	after, _ := c.is.Get("secrets").List()
	var more []string
	for _, secret := range after {
		if !slices.ContainsFunc(
			before,
			func(b prop.Value) bool { return equal(b.GetFold("valueFrom"), secret.GetFold("valueFrom")) },
		) {
			more = append(more, secret.GetFold("name").Show())
		}
	}
	if len(more) > 0 {
		c.add(Medium, "gets secrets that it did not have: %s", strings.Join(more, ", "))
	}
}
