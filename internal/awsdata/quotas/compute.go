package quotas

const (
	lambdaQuotas = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"
	ecsQuotas    = "https://docs.aws.amazon.com/general/latest/gr/ecs-service.html"
	elbQuotas    = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html"
)

// AWS Lambda.
var (
	// FunctionEnvironment is the size of all variables of a function together. Lambda measures the
	// JSON document that it makes of them, including its quotes and escapes; its error message shows
	// the measured document (github-aws-runners/terraform-aws-github-runner#3594).
	FunctionEnvironment = Quota{
		Name: "variables of a function", Limit: 4096, Unit: Bytes, Service: "lambda", Code: "L-6581F036",
		Source: lambdaQuotas,
	}
	// FunctionPolicy is the size of all permissions of a function together.
	FunctionPolicy = Quota{Name: "permissions of a function", Limit: 20480, Unit: Bytes, Source: lambdaQuotas}
	// FunctionGroups is the number of security groups of a function.
	FunctionGroups = Quota{
		Name: "security groups of a function", Limit: 5, Source: "CreateFunction, AWS Lambda API Reference (VpcConfig)",
	}
)

// Amazon ECS.
var (
	// TaskDefinition is the size of the whole definition.
	TaskDefinition = Quota{Name: "a task definition", Limit: 64 << 10, Unit: Bytes, Source: ecsQuotas}
	// Containers of a task.
	Containers = Quota{Name: "containers of a task definition", Limit: 10, Source: ecsQuotas}
	// ClusterServices is the number of services of a cluster.
	ClusterServices = Quota{
		Name: "services of a cluster", Limit: 5000, Raisable: true, Service: "ecs", Code: "L-9EF96962", Source: ecsQuotas,
	}
	// ServiceGroups is the number of security groups of a service.
	ServiceGroups = Quota{Name: "security groups of an ECS service", Limit: 5, Source: ecsQuotas}
	// ServiceSubnets is the number of subnets of a service.
	ServiceSubnets = Quota{Name: "subnets of an ECS service", Limit: 16, Source: ecsQuotas}
	// ServiceTargetGroups is the number of target groups of a service.
	ServiceTargetGroups = Quota{Name: "target groups of an ECS service", Limit: 5, Source: ecsQuotas}
	// FargateCPU and FargateSpotCPU are the vCPUs that run at once; a new account may have fewer.
	FargateCPU = Quota{
		Name: "Fargate vCPU", Limit: 6, Raisable: true, Service: "fargate", Code: "L-3032A538",
		Source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html",
	}
	FargateSpotCPU = Quota{
		Name: "Fargate Spot vCPU", Limit: 6, Raisable: true, Service: "fargate", Code: "L-36FBB829",
		Source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html",
	}
)

// Elastic Load Balancing, application load balancers.
var (
	// LoadBalancers of a region.
	LoadBalancers = Quota{
		Name: "load balancers", Limit: 50, Raisable: true, Service: "elasticloadbalancing", Code: "L-53DA6B97",
		Source: elbQuotas,
	}
	// Listeners of a load balancer.
	Listeners = Quota{
		Name: "listeners of a load balancer", Limit: 50, Raisable: true, Service: "elasticloadbalancing",
		Code: "L-B6DF7632", Source: elbQuotas,
	}
	// ListenerRules of a load balancer over all its listeners; the listeners' default rules do not count.
	ListenerRules = Quota{
		Name: "rules of a load balancer", Limit: 100, Raisable: true, Service: "elasticloadbalancing", Code: "L-7EED9B64",
		Source: elbQuotas,
	}
	// RuleConditionValues of a rule, over all its conditions.
	RuleConditionValues = Quota{Name: "values in the conditions of a listener rule", Limit: 5, Source: elbQuotas}
	// BalancerTargetGroups is the number of target groups that a load balancer's actions name.
	BalancerTargetGroups = Quota{
		Name: "target groups of a load balancer", Limit: 100, Service: "elasticloadbalancing", Code: "L-822D1B1B",
		Source: elbQuotas,
	}
	// TargetGroups of a region.
	TargetGroups = Quota{
		Name: "target groups", Limit: 3000, Raisable: true, Service: "elasticloadbalancing", Code: "L-B22855CB",
		Source: elbQuotas,
	}
	// BalancerTargets is the number of tasks that a load balancer sends requests to.
	BalancerTargets = Quota{
		Name: "targets of a load balancer", Limit: 1000, Raisable: true, Service: "elasticloadbalancing",
		Code: "L-7E6692B2", Source: elbQuotas,
	}
)
