package release

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	scaling "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
)

// suspendedTag marks a scalable target whose scale-in a release has suspended. It is set before the suspension and
// removed after its end: a later call can then undo what an earlier one could not, and does not touch a suspension
// by somebody else.
const suspendedTag = "ScaleInSuspendedByRelease"

// restoring bounds the time to let autoscaling work again after an interruption.
const restoring = time.Minute

// target is the scalable target of a service.
type target struct {
	arn       string
	suspended types.SuspendedState
	// ours says that a release has suspended it.
	ours bool
}

// suspendScaleIn keeps autoscaling from removing tasks, unless somebody else has done so. It may still add some.
func (r *Release) suspendScaleIn(ctx context.Context, one *Service) error {
	found, err := r.scalableTarget(ctx, one)
	if err != nil || found == nil {
		return err
	}
	if aws.ToBool(found.suspended.DynamicScalingInSuspended) {
		if !found.ours {
			r.voice(one).say("somebody else has already suspended scale-in: it stays suspended")
		}
		return nil
	}
	if !found.ours {
		if _, err := r.clients.Scaling.TagResource(ctx, &scaling.TagResourceInput{
			ResourceARN: aws.String(found.arn), Tags: map[string]string{suspendedTag: short(one.TaskDefinition)},
		}); err != nil {
			return fmt.Errorf("tag the scalable target of %s: %w", one.Name, err)
		}
	}
	if err := r.setScaleIn(ctx, one, found, true); err != nil {
		return err
	}
	r.voice(one).say("scale-in suspended while requests move")
	return nil
}

// resumeScaleIn undoes suspendScaleIn of this call or an earlier one, even after an interruption.
func (r *Release) resumeScaleIn(ctx context.Context, one *Service) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), restoring)
	defer cancel()
	found, err := r.scalableTarget(ctx, one)
	if err != nil || found == nil || !found.ours {
		return err
	}
	if err := r.setScaleIn(ctx, one, found, false); err != nil {
		return err
	}
	if _, err := r.clients.Scaling.UntagResource(ctx, &scaling.UntagResourceInput{
		ResourceARN: aws.String(found.arn), TagKeys: []string{suspendedTag},
	}); err != nil {
		return fmt.Errorf("untag the scalable target of %s: %w", one.Name, err)
	}
	r.voice(one).say("scale-in works again")
	return nil
}

func scaledResource(one *Service) *string {
	return aws.String("service/" + one.Cluster + "/" + one.Name)
}

// scalableTarget returns nil if the service has none.
func (r *Release) scalableTarget(ctx context.Context, one *Service) (*target, error) {
	described, err := r.clients.Scaling.DescribeScalableTargets(ctx, &scaling.DescribeScalableTargetsInput{
		ServiceNamespace: types.ServiceNamespaceEcs, ScalableDimension: types.ScalableDimensionECSServiceDesiredCount,
		ResourceIds: []string{*scaledResource(one)},
	})
	if err != nil {
		return nil, fmt.Errorf("look at the scalable target of %s: %w", one.Name, err)
	}
	if len(described.ScalableTargets) == 0 {
		return nil, nil
	}
	found := &target{arn: aws.ToString(described.ScalableTargets[0].ScalableTargetARN)}
	if suspended := described.ScalableTargets[0].SuspendedState; suspended != nil {
		found.suspended = *suspended
	}
	tags, err := r.clients.Scaling.ListTagsForResource(ctx, &scaling.ListTagsForResourceInput{
		ResourceARN: aws.String(found.arn),
	})
	if err != nil {
		return nil, fmt.Errorf("look at the tags of the scalable target of %s: %w", one.Name, err)
	}
	_, found.ours = tags.Tags[suspendedTag]
	return found, nil
}

// setScaleIn changes nothing else: properties that a call does not name stay as they are (API reference of
// Application Auto Scaling, RegisterScalableTarget).
func (r *Release) setScaleIn(ctx context.Context, one *Service, found *target, suspended bool) error {
	state := found.suspended
	state.DynamicScalingInSuspended = aws.Bool(suspended)
	if _, err := r.clients.Scaling.RegisterScalableTarget(ctx, &scaling.RegisterScalableTargetInput{
		ServiceNamespace: types.ServiceNamespaceEcs, ScalableDimension: types.ScalableDimensionECSServiceDesiredCount,
		ResourceId: scaledResource(one), SuspendedState: &state,
	}); err != nil {
		return fmt.Errorf("suspend or resume the scale-in of %s: %w", one.Name, err)
	}
	return nil
}
