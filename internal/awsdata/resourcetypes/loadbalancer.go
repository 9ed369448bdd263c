package resourcetypes

import (
	"time"

	"aws-webapp/internal/awsdata/endoflife"
)

// The tokens of the load balancer.
const (
	Listener     = "aws:lb/listener:Listener"
	ListenerRule = "aws:lb/listenerRule:ListenerRule"
	LoadBalancer = "aws:lb/loadBalancer:LoadBalancer"
	TargetGroup  = "aws:lb/targetGroup:TargetGroup"
)

func init() { register(loadBalancerServices, loadBalancerTypes) }

var loadBalancerServices = []Service{
	{
		Prefix: "elasticloadbalancing", Group: "network", Linked: "elasticloadbalancing.amazonaws.com",
		Actions: Actions{Read: "DescribeAccountLimits"},
	},
}

var loadBalancerTypes = []Type{
	{
		Token:  Listener,
		Create: Operation{Name: "elbv2.CreateListener"},
		Actions: []Actions{{
			Service: "elasticloadbalancing", Read: "DescribeListenerAttributes DescribeListeners DescribeTags",
			Write: "AddTags CreateListener DeleteListener ModifyListener ModifyListenerAttributes RemoveTags",
		}},
		Free:     "charged as the load balancer",
		Versions: []Version{{"sslPolicy", endoflife.TLSPolicy}},
	},
	{
		Token:  ListenerRule,
		Create: Operation{Name: "elbv2.CreateRule"},
		Actions: []Actions{{
			Service: "elasticloadbalancing", Read: "DescribeRules DescribeTags",
			Write: "AddTags CreateRule DeleteRule ModifyRule RemoveTags SetRulePriorities",
		}},
		Free: "charged as the load balancer",
	},
	{
		Token:  LoadBalancer,
		Create: Operation{Name: "elbv2.CreateLoadBalancer"},
		Actions: []Actions{
			{
				Service: "elasticloadbalancing",
				Read:    "DescribeCapacityReservation DescribeLoadBalancerAttributes DescribeLoadBalancers DescribeTags",
				Write: "AddTags CreateLoadBalancer DeleteLoadBalancer ModifyLoadBalancerAttributes RemoveTags " +
					"SetIpAddressType SetSecurityGroups SetSubnets",
			},
			// Asked of who creates a load balancer (kubernetes-sigs/aws-load-balancer-controller#3917).
			{Service: "ec2", Read: "GetSecurityGroupsForVpc"},
			{Service: "ec2", Read: "DescribeAccountAttributes DescribeAvailabilityZones DescribeNetworkInterfaces"},
		},
		Times: Times{
			Create: 150 * time.Second, Update: 10 * time.Second, Delete: 20 * time.Second,
			Source: "wait: elbv2/load_balancer.go 30 s delay and polls of 10 s; log: DataBiosphere/azul pull request " +
				"5780, 174 s; " +
				"estimate: 2 to 3 min until active",
		},
	},
	{
		Token: TargetGroup,
		Create: Operation{Name: "elbv2.CreateTargetGroup", Renamed: map[string]string{
			"healthCheck.interval":           "^HealthCheckIntervalSeconds",
			"healthCheck.timeout":            "^HealthCheckTimeoutSeconds",
			"healthCheck.path":               "^HealthCheckPath",
			"healthCheck.healthyThreshold":   "^HealthyThresholdCount",
			"healthCheck.unhealthyThreshold": "^UnhealthyThresholdCount",
		}},
		Actions: []Actions{
			{
				Service: "elasticloadbalancing",
				Read:    "DescribeTags DescribeTargetGroupAttributes DescribeTargetGroups DescribeTargetHealth",
				Write: "AddTags CreateTargetGroup DeleteTargetGroup ModifyTargetGroup ModifyTargetGroupAttributes " +
					"RemoveTags",
			},
		},
		Free: "charged as the load balancer",
	},
}
