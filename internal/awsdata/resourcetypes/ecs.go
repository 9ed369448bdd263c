package resourcetypes

import (
	"time"
)

// The tokens of the services and how they scale.
const (
	ScalingPolicy            = "aws:appautoscaling/policy:Policy"
	ScheduledAction          = "aws:appautoscaling/scheduledAction:ScheduledAction"
	ScalableTarget           = "aws:appautoscaling/target:Target"
	ECSCluster               = "aws:ecs/cluster:Cluster"
	ClusterCapacityProviders = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
	ECSService               = "aws:ecs/service:Service"
	TaskDefinition           = "aws:ecs/taskDefinition:TaskDefinition"
)

func init() { register(ecsServices, ecsTypes) }

var ecsServices = []Service{
	{
		Prefix: "application-autoscaling", Group: "compute", Linked: "ecs.application-autoscaling.amazonaws.com",
	},
	{
		Prefix: "ecs", Group: "compute", Linked: "ecs.amazonaws.com",
		Named:   []string{"cluster/", "service/", "task/", "task-definition/"},
		Actions: Actions{Read: "DescribeTaskSets DescribeTasks ListTasks", Write: "RunTask StopTask"},
	},
}

var ecsTypes = []Type{
	{
		Token:  ScalingPolicy,
		Create: Operation{Name: "application-autoscaling.PutScalingPolicy"},
		Actions: []Actions{{
			Service: "application-autoscaling", Read: "DescribeScalingPolicies",
			Write: "DeleteScalingPolicy PutScalingPolicy",
		}},
		Free: "AWS does not charge for scaling; its alarms are AWS's own",
	},
	{
		Token:  ScheduledAction,
		Create: Operation{Name: "application-autoscaling.PutScheduledAction"},
		Actions: []Actions{{
			Service: "application-autoscaling", Read: "DescribeScheduledActions",
			Write: "DeleteScheduledAction PutScheduledAction",
		}},
		Free: "AWS does not charge for scaling",
	},
	{
		Token:  ScalableTarget,
		Create: Operation{Name: "application-autoscaling.RegisterScalableTarget"},
		Actions: []Actions{{
			Service: "application-autoscaling", Read: "DescribeScalableTargets ListTagsForResource",
			Write: "DeregisterScalableTarget RegisterScalableTarget TagResource UntagResource",
		}},
		Free: "bounds the tasks of its service",
	},
	{
		Token:  ECSCluster,
		Create: Operation{Name: "ecs.CreateCluster"},
		Actions: []Actions{{
			Service: "ecs", Read: "DescribeClusters ListTagsForResource",
			Write: "CreateCluster DeleteCluster TagResource UntagResource UpdateCluster",
		}},
		Times: Times{
			Create: 11 * time.Second, Update: 11 * time.Second, Delete: 11 * time.Second,
			Source: "wait: ecs/cluster.go 10 s delay",
		},
	},
	{
		Token:   ClusterCapacityProviders,
		Actions: []Actions{{Service: "ecs", Read: "DescribeClusters", Write: "PutClusterCapacityProviders"}},
		Free:    "charged as the tasks of the services",
	},
	{
		Token:  ECSService,
		Create: Operation{Name: "ecs.CreateService"},
		Actions: []Actions{{
			Service: "ecs", Read: "DescribeServices ListTagsForResource",
			Write: "CreateService DeleteService TagResource UntagResource UpdateService",
		}},
		Times: Times{
			Create: 5 * time.Second, Update: 5 * time.Second, Delete: 90 * time.Second,
			Source: "estimate: without waitForSteadyState; deleting waits for the tasks to drain",
		},
	},
	{
		Token: TaskDefinition,
		Create: Operation{Name: "ecs.RegisterTaskDefinition", Renamed: map[string]string{
			"containerDefinitions": "",
		}},
		Actions: []Actions{{
			Service: "ecs", Read: "DescribeTaskDefinition ListTagsForResource",
			Write: "DeregisterTaskDefinition RegisterTaskDefinition TagResource UntagResource",
		}},
		Free: "charged as the tasks of its service",
	},
}
