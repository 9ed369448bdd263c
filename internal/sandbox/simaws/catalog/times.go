package catalog

import "time"

// Times are how long AWS takes until an operation is complete as the provider sees it:
// the API calls and the waiting for the resource to become available. They model how
// long an up takes against the real AWS; nobody sleeps that long unless asked to.
type Times struct {
	Create, Update, Delete time.Duration
	// Source says where the figures come from. "wait" names the fixed delay of the
	// Terraform AWS provider 5.x, which is a lower bound; "log" a published apply log;
	// "estimate" is what operators of such stacks report, within a factor of two.
	Source string
}

// usual is a call that is answered at once, with the provider's own overhead.
var usual = Times{
	Create: 2 * time.Second, Update: 2 * time.Second, Delete: time.Second,
	Source: "log: hashicorp-education/learn-terraform-variables pull request 6, 1 to 5 s for security group rules and route tables",
}

// TimesOf returns the times of a type.
func TimesOf(token string) Times {
	if t, ok := slow[token]; ok {
		return t
	}
	return usual
}

// slow are the types for which the provider waits.
var slow = map[string]Times{
	vpcToken: {
		// DNS host names are switched on after the creation.
		Create: 22 * time.Second, Update: 11 * time.Second, Delete: time.Second,
		Source: "log: DevopsArtFactory/terraform-provisioning pull requests 4, 5 and 7, 21 to 22 s",
	},
	subnetToken: {
		Create: 11 * time.Second, Update: 11 * time.Second, Delete: 2 * time.Second,
		Source: "wait: ec2/vpc_subnet.go polls the attributes set after the creation",
	},
	natGatewayToken: {
		Create: 100 * time.Second, Update: 2 * time.Second, Delete: 60 * time.Second,
		Source: "log: gentledev10's post on writing a Terraform module (2021), 116 s; estimate: 85 to 120 s until available",
	},
	internetGatewayToken: {
		Create: 2 * time.Second, Update: 2 * time.Second, Delete: 10 * time.Second,
		Source: "estimate: detaching waits for public addresses to be unmapped",
	},
	vpcEndpointToken: {
		Create: 75 * time.Second, Update: 60 * time.Second, Delete: 60 * time.Second,
		Source: "estimate: interface endpoints 60 to 90 s; wait: ec2/wait.go polls every 5 s",
	},
	dbInstanceToken: {
		Create: 13 * time.Minute, Update: 2 * time.Minute, Delete: 5 * time.Minute,
		Source: "wait: rds/instance.go 60 s delay and 3 polls of 10 s; log: hashicorp/terraform issue 498, 5 to 10 min and 15 to 20 min " +
			"with Multi-AZ (2014); estimate: Multi-AZ with monitoring and log exports 10 to 15 min today",
	},
	dbParameterGroupToken: {
		Create: 4 * time.Second, Update: 4 * time.Second, Delete: 2 * time.Second, Source: "estimate",
	},
	loadBalancerToken: {
		Create: 150 * time.Second, Update: 10 * time.Second, Delete: 20 * time.Second,
		Source: "wait: elbv2/load_balancer.go 30 s delay and polls of 10 s; log: DataBiosphere/azul pull request 5780, 174 s; " +
			"estimate: 2 to 3 min until active",
	},
	validationToken: {
		Create: 60 * time.Second, Delete: time.Second,
		Source: "estimate: ACM issues within 1 to 5 min once the records can be resolved",
	},
	"aws:route53/record:Record": {
		Create: 40 * time.Second, Update: 40 * time.Second, Delete: 40 * time.Second,
		Source: "wait: route53/change_info.go waits for INSYNC; log: hashicorp/terraform-provider-aws pull request 11300, 37 to 39 s",
	},
	clusterToken: {
		Create: 11 * time.Second, Update: 11 * time.Second, Delete: 11 * time.Second,
		Source: "wait: ecs/cluster.go 10 s delay",
	},
	ecsServiceToken: {
		Create: 5 * time.Second, Update: 5 * time.Second, Delete: 90 * time.Second,
		Source: "estimate: without waitForSteadyState; deleting waits for the tasks to drain",
	},
	functionToken: {
		Create: 20 * time.Second, Update: 10 * time.Second, Delete: 2 * time.Second,
		Source: "wait: lambda/function.go 5 s delay; estimate: network interfaces in a VPC",
	},
	domainToken: {
		Create: 18 * time.Minute, Update: 20 * time.Minute, Delete: 12 * time.Minute,
		// The shorter the domain takes, the more the waits of others show in the whole.
		Source: "wait: opensearch/wait.go 10 min delay (hashicorp/terraform-provider-aws issue 45244); estimate: 15 to 30 min, " +
			"an hour in bad times (issue 33897 of the same)",
	},
	kmsKeyToken: {
		Create: 8 * time.Second, Update: 8 * time.Second, Delete: time.Second,
		Source: "wait: kms/key.go polls every 2 s until the policy has propagated",
	},
	roleToken: {
		Create: 3 * time.Second, Update: 2 * time.Second, Delete: 2 * time.Second, Source: "estimate",
	},
	bucketToken: {
		Create: 4 * time.Second, Update: 3 * time.Second, Delete: 2 * time.Second, Source: "estimate",
	},
	webACLToken: {
		Create: 5 * time.Second, Update: 5 * time.Second, Delete: 3 * time.Second, Source: "estimate",
	},
	"aws:wafv2/webAclAssociation:WebAclAssociation": {
		Create: 15 * time.Second, Delete: 5 * time.Second, Source: "estimate: retried while the web ACL propagates",
	},
	securityGroupToken: {
		Create: 3 * time.Second, Update: 2 * time.Second, Delete: 10 * time.Second,
		Source: "estimate: deleting is retried until network interfaces are gone",
	},
}
