package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/appautoscaling"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	scalingNamespace = "ecs"
	scalingDimension = "ecs:service:DesiredCount"
)

// scalingAim is a metric that autoscaling keeps at a value.
type scalingAim struct {
	name, metric string
	value        int
	label        pulumi.StringPtrInput
}

func (s *Service) createScaling(ctx *pulumi.Context, name string) error {
	target, err := s.createScalingTarget(ctx, name)
	if err != nil {
		return err
	}
	for _, aim := range s.scalingAims() {
		if aim.value == 0 {
			continue
		}
		if err := s.createScalingPolicy(ctx, name+"-"+aim.name, target, aim); err != nil {
			return fmt.Errorf("%s: %w", aim.name, err)
		}
	}
	if err := s.createEndpointPolicies(ctx, name, target); err != nil {
		return err
	}
	if err := s.createBacklogPolicy(ctx, name+"-backlog", target); err != nil {
		return fmt.Errorf("backlog: %w", err)
	}
	return s.createSchedules(ctx, name, target)
}

// createScalingTarget waits for the service, which it knows only by name: Application Auto
// Scaling refuses a target that does not exist.
func (s *Service) createScalingTarget(ctx *pulumi.Context, name string) (*appautoscaling.Target, error) {
	opts := []pulumi.ResourceOption{
		pulumi.Parent(s), pulumi.DependsOn([]pulumi.Resource{s.service}), pulumi.DeleteBeforeReplace(true),
	}
	if len(s.args.Scaling.Schedules) > 0 {
		// Schedules change the bounds, and the program must not change them back.
		opts = append(opts, pulumi.IgnoreChanges([]string{"minCapacity", "maxCapacity"}))
	}
	return appautoscaling.NewTarget(ctx, name, &appautoscaling.TargetArgs{
		ServiceNamespace:  pulumi.String(scalingNamespace),
		ScalableDimension: pulumi.String(scalingDimension),
		ResourceId:        pulumi.String(fmt.Sprintf("service/%s/%s", s.ClusterName, s.Name)),
		MinCapacity:       pulumi.Int(s.args.Scaling.Min),
		MaxCapacity:       pulumi.Int(s.args.Scaling.Max),
	}, opts...)
}

func (s *Service) scalingAims() []scalingAim {
	scaling := s.args.Scaling
	aims := []scalingAim{
		{name: "cpu", metric: "ECSServiceAverageCPUUtilization", value: scaling.CPUPercent},
		{name: "memory", metric: "ECSServiceAverageMemoryUtilization", value: scaling.MemoryPercent},
	}
	if s.endpoint != nil && !s.blueGreen() {
		aims = append(aims, scalingAim{
			name: "requests", metric: "ALBRequestCountPerTarget", value: scaling.RequestsPerTarget,
			label: pulumi.Sprintf("%s/%s", s.endpoint.args.LoadBalancerSuffix, s.endpoint.targetGroups[0].ArnSuffix).
				ToStringPtrOutput(),
		})
	}
	return aims
}

func (s *Service) createScalingPolicy(
	ctx *pulumi.Context, name string, target *appautoscaling.Target, aim scalingAim,
) error {
	metric := appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs{
		PredefinedMetricSpecification: appautoscaling.
			PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgs{
			PredefinedMetricType: pulumi.String(aim.metric),
			ResourceLabel:        aim.label,
		},
	}
	return s.track(ctx, name, target, float64(aim.value), metric)
}

// track makes a policy that keeps a metric at a value.
func (s *Service) track(
	ctx *pulumi.Context, name string, target *appautoscaling.Target, value float64,
	metric appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs,
) error {
	metric.TargetValue = pulumi.Float64(value)
	metric.ScaleInCooldown = pulumi.Int(s.args.Scaling.ScaleInCooldownSeconds)
	metric.ScaleOutCooldown = pulumi.Int(s.args.Scaling.ScaleOutCooldownSeconds)
	_, err := appautoscaling.NewPolicy(ctx, name, &appautoscaling.PolicyArgs{
		PolicyType:                               pulumi.String("TargetTrackingScaling"),
		ServiceNamespace:                         target.ServiceNamespace,
		ScalableDimension:                        target.ScalableDimension,
		ResourceId:                               target.ResourceId,
		TargetTrackingScalingPolicyConfiguration: metric,
	}, pulumi.Parent(s))
	return err
}

// createSchedules makes one schedule after the other: AWS refuses simultaneous changes of one
// target.
func (s *Service) createSchedules(ctx *pulumi.Context, name string, target *appautoscaling.Target) error {
	var previous []pulumi.Resource
	for _, schedule := range s.args.Scaling.Schedules {
		args := &appautoscaling.ScheduledActionArgs{
			ServiceNamespace:  target.ServiceNamespace,
			ScalableDimension: target.ScalableDimension,
			ResourceId:        target.ResourceId,
			Schedule:          pulumi.String(schedule.Expression),
			ScalableTargetAction: appautoscaling.ScheduledActionScalableTargetActionArgs{
				MinCapacity: pulumi.Int(schedule.Min),
				MaxCapacity: pulumi.Int(schedule.Max),
			},
		}
		if schedule.Timezone != "" {
			args.Timezone = pulumi.String(schedule.Timezone)
		}
		action, err := appautoscaling.NewScheduledAction(ctx, name+"-"+schedule.Name, args,
			pulumi.Parent(s), pulumi.DependsOn(previous))
		if err != nil {
			return fmt.Errorf("schedule %q: %w", schedule.Name, err)
		}
		previous = []pulumi.Resource{action}
	}
	return nil
}
