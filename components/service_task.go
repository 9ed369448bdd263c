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
		// A rollback or a CodeDeploy deployment may run an earlier revision, so revisions must not be
		// deregistered when there is a new one. Revisions cost nothing.
		SkipDestroy: pulumi.Bool(true),
		Tags:        named(s.TaskFamily),
	}, pulumi.Parent(s))
	if err != nil {
		return err
	}
	s.taskDefinition = definition
	s.TaskDefinitionARN = definition.Arn
	return nil
}

func (s *Service) volumes() ecs.TaskDefinitionVolumeArray {
	if s.args.Exec == nil {
		return nil
	}
	var volumes ecs.TaskDefinitionVolumeArray
	for _, volume := range slices.Sorted(maps.Values(execVolumes)) {
		volumes = append(volumes, ecs.TaskDefinitionVolumeArgs{Name: pulumi.String(volume)})
	}
	return volumes
}
