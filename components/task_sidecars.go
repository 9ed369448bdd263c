package components

import (
	"cmp"
	"maps"
	"slices"
)

// sidecarDefinitions returns the containers beside the service's own. They have no init process: images that bring
// their own, as s6-overlay does in the Datadog Agent's, only run as PID 1 (just-containers/s6-overlay#535). They have
// no folders for the agent of ECS Exec either, so that sessions open in the service's own container alone.
func (t *Task) sidecarDefinitions() []containerDefinition {
	var definitions []containerDefinition
	for _, c := range t.args.Sidecars {
		definitions = append(definitions, containerDefinition{
			Name:                   c.Name,
			Image:                  c.Image,
			Essential:              c.Essential,
			EntryPoint:             c.EntryPoint,
			Command:                c.Command,
			User:                   c.User,
			ReadonlyRootFilesystem: c.WritableRoot == "",
			StopTimeout:            t.stopSeconds(),
			PortMappings:           t.portMappings(c.Name),
			Environment:            sortedVariables(c.Environment),
			Secrets:                sortedSecrets(c.Secrets),
			MountPoints:            append(scratchMounts(c.ScratchPaths), fileMounts(c.Mounts)...),
			HealthCheck:            c.Check.definition(),
			SystemControls:         t.openLowPorts(),
			CPU:                    c.CPU,
			Memory:                 c.MemoryMiB,
			DependsOn:              startsAfterAll(c.DependsOn),
			LinuxParameters:        linuxParameters{Tmpfs: tmp(c.TmpMiB, false)},
			LogConfiguration:       t.logConfiguration(),
		})
	}
	return definitions
}

// listener is the name of the container that takes requests.
func (t *Task) listener() string { return cmp.Or(t.args.Container.Listener, t.Name) }

func startsAfterAll(conditions map[string]string) []startsAfter {
	var after []startsAfter
	for _, name := range slices.Sorted(maps.Keys(conditions)) {
		after = append(after, startsAfter{name, conditions[name]})
	}
	return after
}

// scratchPaths of all containers, each once.
func (a TaskArgs) scratchPaths() []string {
	folders := slices.Clone(a.Container.ScratchPaths)
	for _, c := range a.Sidecars {
		folders = append(folders, c.ScratchPaths...)
	}
	var each []string
	for _, folder := range folders {
		if !slices.Contains(each, folder) {
			each = append(each, folder)
		}
	}
	return each
}

// images of all containers.
func (a TaskArgs) images() []string {
	images := []string{a.Container.Image}
	for _, c := range a.Sidecars {
		images = append(images, c.Image)
	}
	return images
}

// secrets of all containers, one after the other.
func (a TaskArgs) secrets() []string {
	var secrets []string
	for _, variables := range append([]map[string]string{a.Container.Secrets}, sidecarSecrets(a.Sidecars)...) {
		for _, name := range slices.Sorted(maps.Keys(variables)) {
			secrets = append(secrets, variables[name])
		}
	}
	return secrets
}

func sidecarSecrets(sidecars []TaskSidecar) []map[string]string {
	var secrets []map[string]string
	for _, c := range sidecars {
		secrets = append(secrets, c.Secrets)
	}
	return secrets
}
