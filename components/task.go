package components

import (
	"maps"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Task holds everything that ECS needs to run a container, with those beside it: log group, roles and task definition.
// It belongs to the component that runs it, such as a [Service], whose children these resources are.
//
// The container runs as a non-root user on a read-only root file system. It may write to /tmp,
// which is in memory and counts towards the task's memory, of which it takes an eighth.
type Task struct {
	// Name of the container.
	Name string
	// LogGroupName of the container's output, and LogGroup for resources that wait for it.
	LogGroupName string
	LogGroup     pulumi.Resource
	// TaskFamily of the task definitions.
	TaskFamily string
	// Image that the task definition names.
	Image string
	// TaskDefinitionARN that the program asks for.
	TaskDefinitionARN pulumi.StringOutput
	// ExecutionRoleARN is used by ECS to start tasks, TaskRoleARN by the application.
	ExecutionRoleARN, TaskRoleARN pulumi.StringOutput

	args   TaskArgs
	parent pulumi.Resource
	// prerequisites of whatever runs the task: it is created after them and deleted before them.
	prerequisites []pulumi.Resource
	// roleARNs lists the roles of the task.
	roleARNs pulumi.StringArray
	// attached has the policies of the roles, by logical name.
	attached       map[string]bool
	taskDefinition *ecs.TaskDefinition
}

// newTask returns a task with its names, which policies, metrics and deployments use before its resources exist.
func newTask(parent pulumi.Resource, args TaskArgs) Task {
	var prerequisites []pulumi.Resource
	for _, use := range args.Uses {
		prerequisites = append(prerequisites, use.before...)
	}
	return Task{
		prerequisites: prerequisites,

		Name:         args.Name,
		LogGroupName: args.Logs.Prefix + "/" + args.Name,
		TaskFamily:   args.Scope.Name(NameTaskFamily, args.Name),
		Image:        args.Container.Image,
		args:         args,
		parent:       parent,
	}
}

// steps that make the task's resources.
func (t *Task) steps() []step {
	return []step{
		{"create log group", t.createLogGroup},
		{"create execution role", t.createExecutionRole},
		{"create task role", t.createTaskRole},
		{"create task definition", t.createTaskDefinition},
	}
}

// createLogGroup fixes the group's name, which the task definition, the policies and people who
// look for the logs use.
func (t *Task) createLogGroup(ctx *pulumi.Context, name string) error {
	group, err := cloudwatch.NewLogGroup(ctx, name, &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(t.LogGroupName),
		RetentionInDays: pulumi.Int(t.args.Logs.RetentionDays),
		KmsKeyId:        t.args.Logs.KeyARN,
	}, pulumi.Parent(t.parent))
	if err != nil {
		return err
	}
	t.LogGroup = group
	t.prerequisites = append(t.prerequisites, group)
	return nil
}

func (t *Task) createTaskDefinition(ctx *pulumi.Context, name string) error {
	containers, err := t.containerDefinitions()
	if err != nil {
		return err
	}
	definition, err := ecs.NewTaskDefinition(ctx, name, &ecs.TaskDefinitionArgs{
		Family:                  pulumi.String(t.TaskFamily),
		RequiresCompatibilities: pulumi.ToStringArray([]string{fargate}),
		NetworkMode:             pulumi.String("awsvpc"),
		Cpu:                     pulumi.String(strconv.Itoa(t.args.Container.CPU)),
		Memory:                  pulumi.String(strconv.Itoa(t.args.Container.MemoryMiB)),
		RuntimePlatform: ecs.TaskDefinitionRuntimePlatformArgs{
			OperatingSystemFamily: pulumi.String("LINUX"),
			CpuArchitecture:       pulumi.String(t.args.Container.Architecture),
		},
		ExecutionRoleArn:     t.ExecutionRoleARN,
		TaskRoleArn:          t.TaskRoleARN,
		ContainerDefinitions: containers,
		Volumes:              t.volumes(),
		EphemeralStorage:     t.args.Container.storage(),
		// A rollback or a CodeDeploy deployment may run an earlier revision, so revisions must not be
		// deregistered when there is a new one. Revisions cost nothing.
		SkipDestroy: pulumi.Bool(true),
		Tags:        t.taskTags(),
	}, pulumi.Parent(t.parent))
	if err != nil {
		return err
	}
	t.taskDefinition = definition
	t.TaskDefinitionARN = definition.Arn
	return nil
}

func (t *Task) volumes() ecs.TaskDefinitionVolumeArray {
	var names []string
	if t.args.Exec != nil {
		names = slices.Sorted(maps.Values(execVolumes))
	}
	for _, folder := range t.args.scratchPaths() {
		names = append(names, scratchVolume(folder))
	}
	var volumes ecs.TaskDefinitionVolumeArray
	for _, volume := range names {
		volumes = append(volumes, ecs.TaskDefinitionVolumeArgs{Name: pulumi.String(volume)})
	}
	return append(volumes, t.fileVolumes()...)
}

// includedStorageGiB is the disk that every task has. ECS accepts a size only above it, from 21 GiB on:
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EphemeralStorage.html
const includedStorageGiB = 20

func (c ServiceContainer) storage() ecs.TaskDefinitionEphemeralStoragePtrInput {
	if c.StorageGiB <= includedStorageGiB {
		return nil
	}
	return ecs.TaskDefinitionEphemeralStorageArgs{SizeInGib: pulumi.Int(c.StorageGiB)}
}

// writableRootTag holds the reason why a task's containers may write to their root file system; with - and its name
// behind it, that of one container. The policy pack asks for it.
const writableRootTag = "webapp:writable-root"

func (t *Task) taskTags() pulumi.StringMap {
	tags := named(t.TaskFamily)
	if reason := t.args.Container.WritableRoot; reason != "" {
		tags[writableRootTag] = pulumi.String(reason)
	}
	for _, c := range t.args.Sidecars {
		if c.WritableRoot != "" {
			tags[writableRootTag+"-"+c.Name] = pulumi.String(c.WritableRoot)
		}
	}
	return tags
}
