package config

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"aws-webapp/internal/awsdata/quotas"
)

// Sidecar is a container beside the service's own in each of its tasks, such as a proxy or an agent for traces. All
// containers of a task share its network, so that they reach each other at localhost, and its CPU and memory. A release
// sets the service's own image alone; a sidecar's changes with the stack file.
type Sidecar struct {
	// Name of the container: 1 to 24 of a-z, 0-9 and inner hyphens, unique in the service, and not the service's.
	// Required.
	Name string `json:"name" required:"true" allowed:"<service name>"`
	// Image reference; prod demands a digest or an immutable tag. Required.
	Image string `json:"image" required:"true" allowed:"<image reference>"`
	// EntryPoint replaces the image's. ECS then also drops the image's command. Default the image's own.
	EntryPoint []string `json:"entryPoint" repeat:"true" allowed:"<text>"`
	// Command replaces the image's. Default the image's own.
	Command []string `json:"command" repeat:"true" allowed:"<text>"`
	// User that the container runs as, numeric uid or uid:gid, not 0. Default 65532:65532.
	User string `json:"user" allowed:"<numeric user>"`
	// WritableRoot is the reason why the container has to write to its root file system, 10 to 256 characters. It
	// appears as a tag of the task definition. Default none: the root is read-only.
	WritableRoot string `json:"writableRoot" optional:"true" allowed:"<reason>"`
	// TmpMiB is the memory that files in its /tmp may use, 16 to 122879. Nothing runs from there. Default 16.
	TmpMiB int `json:"tmpMiB" allowed:"16 to 122879"`
	// ScratchPaths lists folders on the task's disk that the container may write to. Containers of a task that name the
	// same path share the folder. In an image, each has to be a VOLUME that belongs to User: else it belongs to root. At
	// most 10. Default none.
	ScratchPaths []string `json:"scratchPaths" count:"0 to 10" allowed:"<folder>"`
	// FileSystems are folders of the stack's file systems that the container has, as services[].fileSystems. At most 8.
	// Default none.
	FileSystems []FileMount `json:"fileSystems" count:"0 to 8"`
	// Essential says that the task ends with the container. Default true.
	Essential bool `json:"essential"`
	// DependsOn lists what the container starts after, as services[].dependsOn.
	DependsOn map[string]string `json:"dependsOn" keys:"<service name>" allowed:"START, HEALTHY, COMPLETE, SUCCESS"`
	// CPU units of the task's that are the container's when others want them, too, 0 to 16384. Default 0.
	CPU int `json:"cpu" allowed:"0 to 16384"`
	// MemoryMiB of the task's that the container may use before it is stopped, 0 or 6 to 122880, 0 for all. Default 0.
	MemoryMiB int `json:"memoryMiB" allowed:"0, 6 to 122880"`
	// ContainerCheck is a command with which ECS checks the container.
	ContainerCheck ContainerCheck `json:"containerCheck"`
	// Environment variables that are not secret.
	Environment map[string]string `json:"environment" keys:"<variable name>" sensitive:"true" allowed:"<text>"`
	// Secrets holds further variables, as services[].secrets.
	Secrets map[string]string `json:"secrets" keys:"<variable name>" sensitive:"true" allowed:"<secret>"`
}

func (s *Sidecar) defaults() { s.User, s.TmpMiB, s.Essential = "65532:65532", 16, true }

// The conditions of an order between containers:
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html
const (
	isHealthy  = "HEALTHY"
	isComplete = "COMPLETE"
	succeeded  = "SUCCESS"
)

// Images lists the images of the service's containers, its own first.
func (s *Service) Images() []string {
	images := []string{s.Image}
	for i := range s.Sidecars {
		images = append(images, s.Sidecars[i].Image)
	}
	return images
}

// SecretMaps returns the secrets of each container of the service, its own first.
func (s *Service) SecretMaps() []map[string]string {
	return UnitOf(s).SecretMaps()
}

// AllSecrets lists what the containers of the service read, each once, in the order of their variables.
func (s *Service) AllSecrets() []string {
	var all []string
	for _, secrets := range s.SecretMaps() {
		for _, name := range sortedKeys(secrets) {
			if !slices.Contains(all, secrets[name]) {
				all = append(all, secrets[name])
			}
		}
	}
	return all
}

func (s *Service) validateSidecars(v *validation, at path) {
	taken := map[string]path{s.Name: at.key("name")}
	for i := range s.Sidecars {
		sidecar, entry := &s.Sidecars[i], at.key("sidecars").index(i)
		name := entry.key("name")
		why := mutableTag(sidecar.Image)
		v.inProd(why != "", entry.key("image"), why, prodImages, prodImagesFix)
		if first, twice := taken[sidecar.Name]; twice {
			v.add(name, quote(sidecar.Name), "a name that no other container of the service has",
				"rename it: "+string(first)+" has it too")
		}
		taken[sidecar.Name] = name
		validateFolders(v, entry, sidecar.ScratchPaths, "tmpMiB")
		validateMounts(v, entry, sidecar.FileSystems, sidecar.ScratchPaths, "tmpMiB")
		s.validateEnvironment(v, at, entry, sidecar.Environment, sidecar.Secrets)
		v.validateWords(entry.key("entryPoint"), sidecar.EntryPoint)
		v.validateWords(entry.key("command"), sidecar.Command)
		v.validateWords(entry.key("containerCheck").key("command"), sidecar.ContainerCheck.Command)
		if most := sidecar.MemoryMiB; most > 0 && sidecar.TmpMiB >= most &&
			v.sound(entry.key("memoryMiB")) {
			v.add(entry.key("tmpMiB"), show(sidecar.TmpMiB), "less than the "+show(most)+" of memoryMiB, which /tmp shares",
				"lower it, or raise memoryMiB")
		}
	}
	s.validateOrderOfContainers(v, at)
	s.validateShares(v, at)
	s.validateListener(v, at)
	s.validateSizes(v, at.key("sidecars"))
}

// validateShares keeps something for the service's own container, which has no share of its own.
func (s *Service) validateShares(v *validation, at path) {
	sidecars := at.key("sidecars")
	cpu, memory, tmp := 0, 0, s.Tmpfs()
	for i := range s.Sidecars {
		if !v.sound(sidecars.index(i).key("cpu"), sidecars.index(i).key("memoryMiB"), sidecars.index(i).key("tmpMiB")) {
			return
		}
		cpu, memory, tmp = cpu+s.Sidecars[i].CPU, memory+s.Sidecars[i].MemoryMiB, tmp+s.Sidecars[i].TmpMiB
	}
	for _, share := range []struct {
		of         string
		taken, all int
	}{{"cpu", cpu, s.CPU}, {"memoryMiB", memory, s.MemoryMiB}} {
		if share.taken > 0 && share.taken >= share.all {
			v.add(sidecars, show(share.taken)+" of "+share.of+" together", "less than the "+show(share.all)+
				" of the task, which the service's own container shares", "lower them, or raise services[]."+share.of)
		}
	}
	if len(s.Sidecars) > 0 && tmp >= s.MemoryMiB && s.Tmpfs() < s.MemoryMiB {
		v.add(sidecars, show(tmp)+" MiB in the /tmp of all containers", "less than the "+show(s.MemoryMiB)+" of memoryMiB",
			"lower tmpMiB or tmp.sizeMiB, or raise memoryMiB")
	}
}

// validateListener checks the container that the load balancer sends requests to.
func (s *Service) validateListener(v *validation, at path) {
	name, key := s.Routing.Container, at.key("routing").key("container")
	if name == "" || !s.HasEndpoint() || !v.sound(key) {
		return
	}
	i := slices.IndexFunc(s.Sidecars, func(c Sidecar) bool { return c.Name == name })
	switch {
	case i < 0 && name == s.Name:
		v.add(key, quote(name), "one of sidecars", "remove it: without it the service's own container gets the requests")
	case i < 0:
		v.add(key, quote(name), "one of sidecars", "name one, or remove it: then the service's own container gets them")
	case !s.Sidecars[i].Essential:
		v.add(key, quote(name), "an essential container: without it the task answers nobody",
			"remove essential: false from the sidecar")
	}
}

// starting is a container with what it starts after.
type starting struct {
	name      string
	at        path
	after     map[string]string
	essential bool
	checked   bool
}

// validateOrderOfContainers refuses orders that ECS refuses.
func (s *Service) validateOrderOfContainers(v *validation, at path) {
	all := []starting{{s.Name, at, s.DependsOn, true, len(s.ContainerCheck.Command) > 0}}
	for i := range s.Sidecars {
		c := &s.Sidecars[i]
		all = append(all, starting{
			c.Name, at.key("sidecars").index(i), c.DependsOn, c.Essential, len(c.ContainerCheck.Command) > 0,
		})
	}
	sound := true
	for _, c := range all {
		for _, name := range sortedKeys(c.after) {
			sound = c.validateAfter(v, all, name) && sound
		}
	}
	if !sound {
		return
	}
	if circle := circleOf(all); circle != nil {
		v.add(all[0].at.key("dependsOn"), strings.Join(circle, " after "), "an order in which the containers can start",
			"remove one of these")
	}
}

func (c starting) validateAfter(v *validation, all []starting, name string) bool {
	key, condition := c.at.key("dependsOn").entry(name), c.after[name]
	i := slices.IndexFunc(all, func(other starting) bool { return other.name == name })
	switch {
	case !v.sound(key):
	case i < 0 || name == c.name:
		var others []string
		for _, other := range all {
			if other.name != c.name {
				others = append(others, other.name)
			}
		}
		allowed := "other containers of the service"
		if len(others) > 0 {
			allowed += ": " + strings.Join(others, ", ")
		}
		v.add(key, quote(name), allowed, "name one of them, or remove it")
	case condition == isHealthy && !all[i].checked:
		v.add(key, condition, "a container with a containerCheck for HEALTHY",
			"set containerCheck.command of "+name+", or START here")
	case (condition == isComplete || condition == succeeded) && all[i].essential:
		v.add(key, condition, "a container that may end for "+condition+": with an essential one the task ends",
			"set essential: false at "+name+", or START here; the service's own container is always essential")
	default:
		return true
	}
	return false
}

// circleOf returns containers that wait for each other, the first again at the end; nil if none do.
func circleOf(all []starting) []string {
	names, after := make([]string, len(all)), map[string][]string{}
	for i, c := range all {
		names[i], after[c.name] = c.name, sortedKeys(c.after)
	}
	return circleIn(names, after)
}

// validateSizes refuses lists of all containers together that AWS would refuse in every account. What is too much for
// one container alone is found there.
func (s *Service) validateSizes(v *validation, at path) {
	secrets, most := sizeOfSecrets(s.AllSecrets()), quotas.RoleInlinePolicies.Limit-executionRoleRest
	if secrets > most && s.secretsSize() <= most {
		v.add(at, fmt.Sprintf("ARNs of secrets of %d characters together", secrets),
			fmt.Sprintf("at most %d, each secret once: %s", most, quotas.RoleInlinePolicies),
			"keep several values in one secret, and name each by ARN:KEY::")
	}
	own := s.definitionSize(s.ContainerCheck.Command)
	text, _ := json.Marshal(s.Sidecars) // texts always have a JSON form
	size := own + len(text) + sidecarRest*len(s.Sidecars)
	if most := quotas.TaskDefinition.Limit - taskDefinitionRest; size > most && own <= most {
		v.add(at, fmt.Sprintf("%d bytes with the service's own container", size),
			fmt.Sprintf("at most %d: %s", most, quotas.TaskDefinition), "read what is large from a bucket or from a parameter")
	}
}

// sidecarRest is what the program adds to each sidecar's definition.
const sidecarRest = 2 << 10
