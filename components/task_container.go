package components

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// bucketVariable is set by the component.
const bucketVariable = "BUCKET_NAME"

const (
	// stopSeconds that a container may take to end, ECS's default. On Spot the container gets all
	// of the two minutes' notice: ECS accepts no more than that.
	stopSeconds     = 30
	spotStopSeconds = 120
	// logBuffer holds output while CloudWatch Logs is slow. Output that does not fit is lost,
	// which is better than an application that stands still until it can log again.
	logBuffer = "25m"
)

// execVolumes let the agent of ECS Exec write, by mount path, although the root file system is
// read-only. The agent runs as root, so the volumes may belong to root.
var execVolumes = map[string]string{
	"/managed-agents":     "exec-agent",
	"/var/lib/amazon/ssm": "exec-state",
	"/var/log/amazon/ssm": "exec-log",
}

// containerDefinition is the part of ECS's container definition that services use, in the
// form of its API.
type containerDefinition struct {
	Name                   string           `json:"name"`
	Image                  string           `json:"image"`
	Essential              bool             `json:"essential"`
	EntryPoint             []string         `json:"entryPoint,omitempty"`
	Command                []string         `json:"command,omitempty"`
	User                   string           `json:"user"`
	ReadonlyRootFilesystem bool             `json:"readonlyRootFilesystem"`
	StopTimeout            int              `json:"stopTimeout"`
	PortMappings           []portMapping    `json:"portMappings"`
	Environment            []variable       `json:"environment"`
	Secrets                []secretVariable `json:"secrets,omitempty"`
	MountPoints            []mountPoint     `json:"mountPoints,omitempty"`
	LinuxParameters        linuxParameters  `json:"linuxParameters"`
	LogConfiguration       logConfiguration `json:"logConfiguration"`
	HealthCheck            *containerCheck  `json:"healthCheck,omitempty"`
	SystemControls         []systemControl  `json:"systemControls,omitempty"`
	CPU                    int              `json:"cpu,omitempty"`
	Memory                 int              `json:"memory,omitempty"`
	DependsOn              []startsAfter    `json:"dependsOn,omitempty"`
}

type startsAfter struct {
	ContainerName string `json:"containerName"`
	Condition     string `json:"condition"`
}

type portMapping struct {
	Name          string `json:"name,omitempty"`
	ContainerPort int    `json:"containerPort"`
	HostPort      int    `json:"hostPort"`
	Protocol      string `json:"protocol"`
	AppProtocol   string `json:"appProtocol,omitempty"`
}

type variable struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type secretVariable struct {
	Name      string `json:"name"`
	ValueFrom string `json:"valueFrom"`
}

type mountPoint struct {
	SourceVolume  string `json:"sourceVolume"`
	ContainerPath string `json:"containerPath"`
	ReadOnly      bool   `json:"readOnly"`
}

type linuxParameters struct {
	InitProcessEnabled bool    `json:"initProcessEnabled"`
	Tmpfs              []tmpfs `json:"tmpfs"`
}

type tmpfs struct {
	ContainerPath string   `json:"containerPath"`
	Size          int      `json:"size"`
	MountOptions  []string `json:"mountOptions"`
}

type logConfiguration struct {
	LogDriver string            `json:"logDriver"`
	Options   map[string]string `json:"options"`
}

// containerDefinitions returns the JSON for the task definition. It only has to wait for the addresses of the
// database and of other parts, and for the database's secret: without them it is known at preview.
func (t *Task) containerDefinitions() (pulumi.StringInput, error) {
	definition := t.containerDefinition()
	// A task definition names the service's own container first, for people who read it.
	encode := func(definition containerDefinition) (string, error) {
		return encodeJSON(append([]containerDefinition{definition}, t.sidecarDefinitions()...))
	}
	db := t.args.Database
	if db == nil && len(t.args.Uses) == 0 {
		text, err := encode(definition)
		return pulumi.String(text), err
	}
	used := pulumi.StringMap{}
	for _, use := range t.args.Uses {
		maps.Copy(used, use.Environment)
	}
	host, secret := pulumi.StringInput(pulumi.String("")), pulumi.StringInput(pulumi.String(""))
	if db != nil {
		host, secret = db.Host, db.SecretARN
	}
	return pulumi.All(used, host, secret).ApplyT(func(values []any) (string, error) {
		definition := definition
		definition.Environment = sortedBy(append(slices.Clone(definition.Environment),
			sortedVariables(values[0].(map[string]string))...), variable.key)
		if db != nil {
			definition = withDatabase(definition, *db, values[1].(string), values[2].(string))
		}
		return encode(definition)
	}).(pulumi.StringOutput), nil
}

// encodeJSON does not escape <, > and &: ECS and CodeDeploy are not browsers, and people and
// tools look for these characters in the text.
func encodeJSON(value any) (string, error) {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return "", fmt.Errorf("encode as JSON: %w", err)
	}
	return strings.TrimSuffix(text.String(), "\n"), nil
}

func (t *Task) containerDefinition() containerDefinition {
	container := t.args.Container
	environment := maps.Clone(container.Environment)
	if t.args.Bucket != nil {
		if environment == nil {
			environment = map[string]string{}
		}
		environment[bucketVariable] = t.args.Bucket.Name
	}
	return containerDefinition{
		Name:                   t.Name,
		Image:                  container.Image,
		Essential:              true,
		EntryPoint:             container.EntryPoint,
		Command:                container.Command,
		User:                   container.User,
		ReadonlyRootFilesystem: container.WritableRoot == "",
		StopTimeout:            t.stopSeconds(),
		PortMappings:           t.portMappings(t.Name),
		Environment:            sortedVariables(environment),
		Secrets:                sortedSecrets(container.Secrets),
		MountPoints: slices.Concat(
			t.execMountPoints(), scratchMounts(container.ScratchPaths), fileMounts(container.Mounts),
		),
		HealthCheck:    container.Check.definition(),
		SystemControls: t.openLowPorts(),
		DependsOn:      startsAfterAll(container.DependsOn),
		LinuxParameters: linuxParameters{
			// The init process reaps processes that ECS Exec and the application leave behind, and
			// passes signals on.
			InitProcessEnabled: true,
			Tmpfs:              tmp(container.TmpMiB, container.TmpExec),
		},
		LogConfiguration: t.logConfiguration(),
	}
}

// logConfiguration of every container. The stream of each is PREFIX/CONTAINER/TASK (Amazon ECS Developer Guide, "Send
// Amazon ECS logs to CloudWatch").
func (t *Task) logConfiguration() logConfiguration {
	return logConfiguration{LogDriver: "awslogs", Options: t.logOptions(t.Name)}
}

// logOptions send output to the task's log group, in streams that begin with a prefix.
func (t *Task) logOptions(prefix string) map[string]string {
	return map[string]string{
		"awslogs-group":         t.LogGroupName,
		"awslogs-region":        t.args.Scope.Region,
		"awslogs-stream-prefix": prefix,
		"mode":                  "non-blocking",
		"max-buffer-size":       logBuffer,
	}
}

// tmp returns /tmp. A volume would belong to root with 0755, unless the image has a VOLUME of the same path (ECS
// developer guide, "Use bind mounts"), and the container's user could not write to it. The kernel gives everyone the
// right to write to a tmpfs, and keeps others from deleting (tmpfs(5): mode 1777).
func tmp(mib int, exec bool) []tmpfs {
	return []tmpfs{{ContainerPath: "/tmp", Size: mib, MountOptions: tmpOptions(exec)}}
}

func tmpOptions(exec bool) []string {
	options := []string{"rw", "nosuid", "nodev"}
	if exec {
		return append(options, "exec")
	}
	return append(options, "noexec")
}

func (v variable) key() string       { return v.Name }
func (v secretVariable) key() string { return v.Name }

// sortedBy sorts by key: an order that changes from run to run would look like a change and
// start a deployment.
func sortedBy[T any](items []T, key func(T) string) []T {
	slices.SortFunc(items, func(a, b T) int { return strings.Compare(key(a), key(b)) })
	return items
}

func sortedVariables(values map[string]string) []variable {
	variables := make([]variable, 0, len(values))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		variables = append(variables, variable{name, values[name]})
	}
	return variables
}

func sortedSecrets(arns map[string]string) []secretVariable {
	var secrets []secretVariable
	for _, name := range slices.Sorted(maps.Keys(arns)) {
		secrets = append(secrets, secretVariable{name, arns[name]})
	}
	return secrets
}

func (t *Task) execMountPoints() []mountPoint {
	if t.args.Exec == nil {
		return nil
	}
	var points []mountPoint
	for _, path := range slices.Sorted(maps.Keys(execVolumes)) {
		points = append(points, mountPoint{SourceVolume: execVolumes[path], ContainerPath: path})
	}
	return points
}
