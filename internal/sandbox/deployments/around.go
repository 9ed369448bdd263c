package deployments

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	scaling "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	sctypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"aws-webapp/internal/awsapi/awsfake"
)

// alarm on 5XX answers: it goes on after two minutes in a row with such answers, and off after
// one without.
type alarm struct {
	forced  time.Time
	minutes [2]bool
	since   time.Time
	bad     bool
}

func (a *alarm) on() bool { return time.Now().Before(a.forced) || a.minutes[0] && a.minutes[1] }

// look evaluates the service's answers minute by minute.
func (s *service) look() {
	a := &s.alarm
	a.bad = a.bad || s.fails()
	if minute := time.Now().Truncate(time.Minute); minute.After(a.since) {
		a.minutes, a.bad, a.since = [2]bool{a.minutes[1], a.bad}, false, minute
	}
}

// scalableTarget is the service's target in Application Auto Scaling.
type scalableTarget struct {
	min, max  int32
	suspended sctypes.SuspendedState
	tags      map[string]string
}

// scaleInSuspended reports whether autoscaling may not remove tasks.
func (t *scalableTarget) scaleInSuspended() bool {
	return aws.ToBool(t.suspended.DynamicScalingInSuspended)
}

func (c *Cloud) alarmNames(s *service) []string { return []string{s.name + "-5xx"} }

// answerAround answers requests to CloudWatch and to Application Auto Scaling.
func (c *Cloud) answerAround() {
	awsfake.Answer(c.Cloud, locked(c, c.describeAlarms))
	awsfake.Answer(c.Cloud, locked(c, c.describeScalableTargets))
	awsfake.Answer(c.Cloud, locked(c, c.registerScalableTarget))
	awsfake.Answer(c.Cloud, locked(c, c.listTags))
	awsfake.Answer(c.Cloud, locked(c, func(in *scaling.TagResourceInput) (*scaling.TagResourceOutput, error) {
		target, err := c.target(in.ResourceARN)
		if err != nil {
			return nil, err
		}
		maps.Copy(target.tags, in.Tags)
		return &scaling.TagResourceOutput{}, nil
	}))
	awsfake.Answer(c.Cloud, locked(c, func(in *scaling.UntagResourceInput) (*scaling.UntagResourceOutput, error) {
		target, err := c.target(in.ResourceARN)
		if err != nil {
			return nil, err
		}
		for _, key := range in.TagKeys {
			delete(target.tags, key)
		}
		return &scaling.UntagResourceOutput{}, nil
	}))
}

func locked[I, O any](c *Cloud, answer func(*I) (*O, error)) func(*I) (*O, error) {
	return func(in *I) (*O, error) {
		c.mu.Lock()
		defer c.mu.Unlock()
		return answer(in)
	}
}

func (c *Cloud) describeAlarms(in *cloudwatch.DescribeAlarmsInput) (*cloudwatch.DescribeAlarmsOutput, error) {
	out := &cloudwatch.DescribeAlarmsOutput{}
	if len(in.AlarmTypes) > 0 && !slices.Contains(in.AlarmTypes, cwtypes.AlarmTypeMetricAlarm) {
		return out, nil // all alarms here are of metrics
	}
	for _, s := range c.services {
		state := cwtypes.StateValueOk
		if s.alarm.on() {
			state = cwtypes.StateValueAlarm
		}
		for _, name := range c.alarmNames(s) {
			if slices.Contains(in.AlarmNames, name) && (in.StateValue == "" || in.StateValue == state) {
				out.MetricAlarms = append(out.MetricAlarms, cwtypes.MetricAlarm{AlarmName: aws.String(name), StateValue: state})
			}
		}
	}
	return out, nil
}

const targetPrefix = "arn:aws:application-autoscaling:" + Region + ":" + Account + ":scalable-target/"

func (c *Cloud) target(arn *string) (*scalableTarget, error) {
	name, ours := strings.CutPrefix(aws.ToString(arn), targetPrefix)
	if s := c.services[name]; ours && s != nil {
		return &s.scaling, nil
	}
	return nil, &sctypes.ResourceNotFoundException{Message: aws.String("No scalable target found for the ARN")}
}

func (c *Cloud) listTags(in *scaling.ListTagsForResourceInput) (*scaling.ListTagsForResourceOutput, error) {
	target, err := c.target(in.ResourceARN)
	if err != nil {
		return nil, err
	}
	return &scaling.ListTagsForResourceOutput{Tags: maps.Clone(target.tags)}, nil
}

// scaled returns the service of a scalable target, or nil: another namespace or dimension holds other
// targets.
func (c *Cloud) scaled(space sctypes.ServiceNamespace, dimension sctypes.ScalableDimension, id string) *service {
	if space != sctypes.ServiceNamespaceEcs || dimension != sctypes.ScalableDimensionECSServiceDesiredCount {
		return nil
	}
	name, ours := strings.CutPrefix(id, "service/"+Cluster+"/")
	if !ours {
		return nil
	}
	return c.services[name]
}

func (c *Cloud) describeScalableTargets(
	in *scaling.DescribeScalableTargetsInput,
) (*scaling.DescribeScalableTargetsOutput, error) {
	out := &scaling.DescribeScalableTargetsOutput{}
	for _, id := range in.ResourceIds {
		s := c.scaled(in.ServiceNamespace, in.ScalableDimension, id)
		if s == nil || s.scaling.max == 0 {
			continue
		}
		suspended := s.scaling.suspended
		out.ScalableTargets = append(out.ScalableTargets, sctypes.ScalableTarget{
			ResourceId: aws.String(id), ScalableTargetARN: aws.String(targetPrefix + s.name),
			MinCapacity: aws.Int32(s.scaling.min), MaxCapacity: aws.Int32(s.scaling.max), SuspendedState: &suspended,
		})
	}
	return out, nil
}

// registerScalableTarget changes an existing target. Properties that a call does not name stay as
// they are
// (https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html).
func (c *Cloud) registerScalableTarget(
	in *scaling.RegisterScalableTargetInput,
) (*scaling.RegisterScalableTargetOutput, error) {
	s := c.scaled(in.ServiceNamespace, in.ScalableDimension, *in.ResourceId)
	if s == nil || s.scaling.max == 0 {
		return nil, &sctypes.ValidationException{Message: aws.String("No scalable target registered, and no capacity given")}
	}
	if in.SuspendedState != nil {
		s.scaling.suspended = *in.SuspendedState
	}
	return &scaling.RegisterScalableTargetOutput{ScalableTargetARN: aws.String(targetPrefix + s.name)}, nil
}

// Suspend sets the suspended scaling activities and the tags of the service's target, as a person would.
func (c *Cloud) Suspend(name string, state sctypes.SuspendedState, tags map[string]string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.services[name].scaling.suspended, c.services[name].scaling.tags = state, tags
}

// Suspension returns the suspended scaling activities and the tags of the service's target.
func (c *Cloud) Suspension(name string) (sctypes.SuspendedState, map[string]string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.services[name].scaling.suspended, maps.Clone(c.services[name].scaling.tags)
}

// Unscaled removes the service's scalable target.
func (c *Cloud) Unscaled(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.services[name].scaling.max = 0
}

// Scale changes the number of tasks as autoscaling would: it removes none while scaling in is
// suspended.
func (c *Cloud) Scale(name string, desired int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.services[name]
	if desired < s.desired && s.scaling.scaleInSuspended() || desired == s.desired {
		return
	}
	s.desired = desired
	if d := c.active(s); d != nil && d.scaled.IsZero() {
		d.scaled = time.Now()
	}
}
