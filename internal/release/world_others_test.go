package release_test

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	scaling "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	scalingtypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"aws-webapp/internal/awsapi/awsfake"
)

func (w *world) answerOthers() {
	awsfake.Answer(w.Cloud, func(in *elb.DescribeTargetHealthInput) (*elb.DescribeTargetHealthOutput, error) {
		out := &elb.DescribeTargetHealthOutput{}
		for _, s := range w.services {
			for _, v := range []*version{s.primary, s.next} {
				if v != nil && *v.balancers(s.name)[0].TargetGroupArn == *in.TargetGroupArn {
					out.TargetHealthDescriptions = append(out.TargetHealthDescriptions, elbtypes.TargetHealthDescription{
						Target:       &elbtypes.TargetDescription{Id: aws.String(s.name + v.id)},
						TargetHealth: &elbtypes.TargetHealth{State: elbtypes.TargetHealthStateEnumHealthy},
					})
				}
			}
		}
		return out, nil
	})
	awsfake.Answer(w.Cloud, func(in *elb.DescribeRulesInput) (*elb.DescribeRulesOutput, error) {
		s := w.services[*in.ListenerArn]
		return &elb.DescribeRulesOutput{Rules: []elbtypes.Rule{{Actions: []elbtypes.Action{{
			TargetGroupArn: s.primary.balancers(s.name)[0].TargetGroupArn,
		}}}}}, nil
	})
	awsfake.Answer(w.Cloud, func(in *cloudwatch.DescribeAlarmsInput) (*cloudwatch.DescribeAlarmsOutput, error) {
		out := &cloudwatch.DescribeAlarmsOutput{}
		for _, name := range in.AlarmNames {
			state := cwtypes.StateValueOk
			if slices.Contains(w.loud, name) {
				state = cwtypes.StateValueAlarm
			}
			if in.StateValue == "" || in.StateValue == state {
				out.MetricAlarms = append(out.MetricAlarms, cwtypes.MetricAlarm{AlarmName: aws.String(name), StateValue: state})
			}
		}
		return out, nil
	})
	of := func(resource string) *service { return w.services[resource[strings.LastIndex(resource, "/")+1:]] }
	type asked = scaling.DescribeScalableTargetsInput
	awsfake.Answer(w.Cloud, func(in *asked) (*scaling.DescribeScalableTargetsOutput, error) {
		return &scaling.DescribeScalableTargetsOutput{
			ScalableTargets: []scalingtypes.ScalableTarget{*of(in.ResourceIds[0]).target},
		}, nil
	})
	awsfake.Answer(w.Cloud, func(in *scaling.ListTagsForResourceInput) (*scaling.ListTagsForResourceOutput, error) {
		return &scaling.ListTagsForResourceOutput{Tags: of(*in.ResourceARN).tags}, nil
	})
	awsfake.Answer(w.Cloud, func(in *scaling.TagResourceInput) (*scaling.TagResourceOutput, error) {
		for key, value := range in.Tags {
			of(*in.ResourceARN).tags[key] = value
		}
		return &scaling.TagResourceOutput{}, nil
	})
	awsfake.Answer(w.Cloud, func(in *scaling.UntagResourceInput) (*scaling.UntagResourceOutput, error) {
		for _, key := range in.TagKeys {
			delete(of(*in.ResourceARN).tags, key)
		}
		return &scaling.UntagResourceOutput{}, nil
	})
	awsfake.Answer(w.Cloud, func(in *scaling.RegisterScalableTargetInput) (*scaling.RegisterScalableTargetOutput, error) {
		of(*in.ResourceId).target.SuspendedState = in.SuspendedState
		return &scaling.RegisterScalableTargetOutput{}, nil
	})
}

// suspended says whether the service's scale-in is.
func (s *service) suspended() bool {
	return s.target.SuspendedState != nil && aws.ToBool(s.target.SuspendedState.DynamicScalingInSuspended)
}
