package components

import (
	"maps"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// createLogGroup fixes the group's name, which the task definition, the policies and people who
// look for the logs use.
func (s *Service) createLogGroup(ctx *pulumi.Context, name string) error {
	group, err := cloudwatch.NewLogGroup(ctx, name, &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(s.LogGroupName),
		RetentionInDays: pulumi.Int(s.args.Logs.RetentionDays),
		KmsKeyId:        s.args.Logs.KeyARN,
	}, pulumi.Parent(s))
	if err != nil {
		return err
	}
	s.LogGroup = group
	s.prerequisites = append(s.prerequisites, group)
	return nil
}

func (s *Service) createTaskDefinition(ctx *pulumi.Context, name string) error {
	containers, err := s.containerDefinitions()
	if err != nil {
		return err
	}
	definition, err := ecs.NewTaskDefinition(ctx, name, &ecs.TaskDefinitionArgs{
		Family:                  pulumi.String(s.TaskFamily),
		RequiresCompatibilities: pulumi.ToStringArray([]string{fargate}),
		NetworkMode:             pulumi.String("awsvpc"),
		Cpu:                     pulumi.String(strconv.Itoa(s.args.Container.CPU)),
		Memory:                  pulumi.String(strconv.Itoa(s.args.Container.MemoryMiB)),
		RuntimePlatform: ecs.TaskDefinitionRuntimePlatformArgs{
			OperatingSystemFamily: pulumi.String("LINUX"),
			CpuArchitecture:       pulumi.String(s.args.Container.Architecture),
		},
		ExecutionRoleArn:     s.ExecutionRoleARN,
		TaskRoleArn:          s.TaskRoleARN,
		ContainerDefinitions: containers,
		Volumes:              s.volumes(),
		EphemeralStorage:     s.args.Container.storage(),
		// A rollback or a CodeDeploy deployment may run an earlier revision, so revisions must not be
		// deregistered when there is a new one. Revisions cost nothing.
		SkipDestroy: pulumi.Bool(true),
		Tags:        s.taskTags(),
	}, pulumi.Parent(s))
	if err != nil {
		return err
	}
	s.taskDefinition = definition
	s.TaskDefinitionARN = definition.Arn
	return nil
}

func (s *Service) volumes() ecs.TaskDefinitionVolumeArray {
	var names []string
	if s.args.Exec != nil {
		names = slices.Sorted(maps.Values(execVolumes))
	}
	for _, folder := range s.args.Container.ScratchPaths {
		names = append(names, scratchVolume(folder))
	}
	var volumes ecs.TaskDefinitionVolumeArray
	for _, volume := range names {
		volumes = append(volumes, ecs.TaskDefinitionVolumeArgs{Name: pulumi.String(volume)})
	}
	return volumes
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

// writableRootTag holds the reason why a task's containers may write to their root file system. The policy pack asks
// for it.
const writableRootTag = "webapp:writable-root"

func (s *Service) taskTags() pulumi.StringMap {
	tags := named(s.TaskFamily)
	if reason := s.args.Container.WritableRoot; reason != "" {
		tags[writableRootTag] = pulumi.String(reason)
	}
	return tags
}
