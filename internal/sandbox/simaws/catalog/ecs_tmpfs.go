package catalog

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/sandbox/simaws/prop"
)

// tmpfsOptions lists the mount options that ECS documents. No document shows one with a value, such as mode=1777.
// Source: API reference of ECS, Tmpfs. Fargate has had tmpfs since 2026-01-06 (AWS, "What's new", Amazon ECS now
// supports tmpfs mounts on AWS Fargate and ECS Managed Instances; aws/containers-roadmap#736); older documents deny
// it.
var tmpfsOptions = strings.Fields("defaults ro rw suid nosuid dev nodev exec noexec sync async dirsync remount " +
	"mand nomand atime noatime diratime nodiratime bind rbind unbindable runbindable private rprivate shared rshared " +
	"slave rslave relatime norelatime strictatime nostrictatime mode uid gid nr_inodes nr_blocks mpol")

// tmpfsMounted: a file system in memory has a path and a size below the task's memory, which it shares.
func tmpfsMounted(inputs resource.PropertyMap) (string, string) {
	const property = "containerDefinitions"
	var containers []struct {
		Name            string
		LinuxParameters struct {
			Tmpfs []struct {
				ContainerPath string
				Size          int
				MountOptions  []string
			}
		}
	}
	if json.Unmarshal([]byte(prop.Text(inputs, property)), &containers) != nil {
		return "", "" // containersComplete says so
	}
	memory, _ := strconv.Atoi(prop.Text(inputs, "memory"))
	for _, container := range containers {
		for _, mount := range container.LinuxParameters.Tmpfs {
			if mount.ContainerPath == "" || mount.Size <= 0 {
				return property, fmt.Sprintf("container %s: a tmpfs needs a containerPath and a size", container.Name)
			}
			if memory > 0 && mount.Size >= memory {
				return property, fmt.Sprintf("container %s: the tmpfs %s takes %d of the task's %d MiB", container.Name,
					mount.ContainerPath, mount.Size, memory)
			}
			for _, option := range mount.MountOptions {
				if !slices.Contains(tmpfsOptions, option) {
					return property, fmt.Sprintf("container %s: the tmpfs option %q is not one that ECS documents",
						container.Name, option)
				}
			}
		}
	}
	return "", ""
}
