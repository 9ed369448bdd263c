package deployments

import (
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	scaling "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	sctypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"aws-webapp/internal/awsapi/awsfake"
)

// alarm on 5XX answers: on after two minutes of them in a row, off after one without.
type alarm struct {
	forced  time.Time
	minutes [2]bool
	since   time.Time
	bad     bool
}

func (a *alarm) on() bool { return time.Now().Before(a.forced) || a.minutes[0] && a.minutes[1] }

// look counts the service's answers.
func (s *service) look() {
	a := &s.alarm
	a.bad = a.bad || s.fails()
	if minute := time.Now().Truncate(time.Minute); minute.After(a.since) {
		a.minutes, a.bad, a.since = [2]bool{a.minutes[1], a.bad}, false, minute
	}
}

// scalableTarget is the service's in Application Auto Scaling.
type scalableTarget struct {
	min, max  int32
	suspended bool
	tags      map[string]string
}

func (c *Cloud) alarmNames(s *service) []string { return []string{s.name + "-5xx"} }

// answerAround answers what is asked of CloudWatch and of autoscaling.
func (c *Cloud) answerAround() {
	awsfake.Answer(c.Cloud, locked(c, c.describeAlarms))
	awsfake.Answer(c.Cloud, locked(c, c.describeScalableTargets))
	awsfake.Answer(c.Cloud, locked(c, c.registerScalableTarget))
	awsfake.Answer(c.Cloud, locked(c, c.listTags))
	awsfake.Answer(c.Cloud, locked(c, func(in *scaling.TagResourceInput) (*scaling.TagResourceOutput, error) {
		for key, value := range in.Tags {
			c.target(in.ResourceARN).tags[key] = value
		}
		return &scaling.TagResourceOutput{}, nil
	}))
	awsfake.Answer(c.Cloud, locked(c, func(in *scaling.UntagResourceInput) (*scaling.UntagResourceOutput, error) {
		for _, key := range in.TagKeys {
			delete(c.target(in.ResourceARN).tags, key)
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

func (c *Cloud) target(arn *string) *scalableTarget {
	return &c.services[aws.ToString(arn)[len(targetPrefix):]].scaling
}

func (c *Cloud) listTags(in *scaling.ListTagsForResourceInput) (*scaling.ListTagsForResourceOutput, error) {
	return &scaling.ListTagsForResourceOutput{Tags: maps.Clone(c.target(in.ResourceARN).tags)}, nil
}

func (c *Cloud) resource(id string) *service { return c.services[id[len("service/"+Cluster+"/"):]] }

func (c *Cloud) describeScalableTargets(
	in *scaling.DescribeScalableTargetsInput,
) (*scaling.DescribeScalableTargetsOutput, error) {
	out := &scaling.DescribeScalableTargetsOutput{}
	for _, id := range in.ResourceIds {
		s := c.resource(id)
		out.ScalableTargets = append(out.ScalableTargets, sctypes.ScalableTarget{
			ResourceId: aws.String(id), ScalableTargetARN: aws.String(targetPrefix + s.name),
			MinCapacity: aws.Int32(s.scaling.min), MaxCapacity: aws.Int32(s.scaling.max),
			SuspendedState: &sctypes.SuspendedState{DynamicScalingInSuspended: aws.Bool(s.scaling.suspended)},
		})
	}
	return out, nil
}

func (c *Cloud) registerScalableTarget(
	in *scaling.RegisterScalableTargetInput,
) (*scaling.RegisterScalableTargetOutput, error) {
	s := c.resource(*in.ResourceId)
	if in.SuspendedState != nil {
		s.scaling.suspended = aws.ToBool(in.SuspendedState.DynamicScalingInSuspended)
	}
	return &scaling.RegisterScalableTargetOutput{ScalableTargetARN: aws.String(targetPrefix + s.name)}, nil
}

// Scale changes the number of tasks as autoscaling would: it takes none away while that is suspended.
func (c *Cloud) Scale(name string, desired int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.services[name]
	if desired < s.desired && s.scaling.suspended || desired == s.desired {
		return
	}
	s.desired = desired
	if d := c.active(s); d != nil && d.scaled.IsZero() {
		d.scaled = time.Now()
	}
}
