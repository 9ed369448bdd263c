package components

import (
	"encoding/json"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/codedeploy"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const codeDeployPrincipal = "codedeploy.amazonaws.com"

// TaskDefinitionPlaceholder stands in [Service.AppSpec] for the ARN of the task definition
// to deploy; CodePipeline's ECS deploy action replaces it under this name.
const TaskDefinitionPlaceholder = "<TASK_DEFINITION>"

// createBlueGreen makes CodeDeploy's side of the CODE_DEPLOY controller: a new version starts
// beside the old one, is tested on the test listener, and gets requests step by step. They go
// back to the old version if it fails or the alarm on errors goes off.
func (s *Service) createBlueGreen(ctx *pulumi.Context, name string) error {
	application, err := codedeploy.NewApplication(ctx, name, &codedeploy.ApplicationArgs{
		Name:            pulumi.String(s.CodeDeployApplication),
		ComputePlatform: pulumi.String("ECS"),
		Tags:            named(s.CodeDeployApplication),
	}, pulumi.Parent(s))
	if err != nil {
		return err
	}
	role, policies, err := s.createDeploymentRole(ctx, name+"-deployment")
	if err != nil {
		return err
	}
	if _, err := codedeploy.NewDeploymentGroup(ctx, name, &codedeploy.DeploymentGroupArgs{
		AppName:              application.Name,
		DeploymentGroupName:  pulumi.String(s.CodeDeployGroup),
		ServiceRoleArn:       role.Arn,
		DeploymentConfigName: pulumi.String(s.args.Deployment.TrafficShift),
		DeploymentStyle: codedeploy.DeploymentGroupDeploymentStyleArgs{
			DeploymentOption: pulumi.String("WITH_TRAFFIC_CONTROL"),
			DeploymentType:   pulumi.String("BLUE_GREEN"),
		},
		BlueGreenDeploymentConfig: codedeploy.DeploymentGroupBlueGreenDeploymentConfigArgs{
			DeploymentReadyOption: codedeploy.DeploymentGroupBlueGreenDeploymentConfigDeploymentReadyOptionArgs{
				ActionOnTimeout: pulumi.String("CONTINUE_DEPLOYMENT"),
			},
			TerminateBlueInstancesOnDeploymentSuccess: codedeploy.DeploymentGroupBlueGreenDeploymentConfigTerminateBlueInstancesOnDeploymentSuccessArgs{
				Action:                       pulumi.String("TERMINATE"),
				TerminationWaitTimeInMinutes: pulumi.Int(s.args.Deployment.TerminationWaitMinutes),
			},
		},
		AutoRollbackConfiguration: codedeploy.DeploymentGroupAutoRollbackConfigurationArgs{
			Enabled: pulumi.Bool(true),
			Events: pulumi.ToStringArray([]string{
				"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST",
			}),
		},
		AlarmConfiguration: codedeploy.DeploymentGroupAlarmConfigurationArgs{
			Enabled: pulumi.Bool(true),
			Alarms:  pulumi.ToStringArray(s.rollbackAlarmNames),
		},
		EcsService: codedeploy.DeploymentGroupEcsServiceArgs{
			ClusterName: pulumi.String(s.ClusterName),
			ServiceName: s.service.Name,
		},
		LoadBalancerInfo: s.trafficRoutes(),
		Tags:             named(s.CodeDeployGroup),
	}, pulumi.Parent(s), pulumi.DependsOn(policies)); err != nil {
		return err
	}
	return nil
}

func (s *Service) trafficRoutes() codedeploy.DeploymentGroupLoadBalancerInfoArgs {
	groups := codedeploy.DeploymentGroupLoadBalancerInfoTargetGroupPairInfoTargetGroupArray{}
	for _, group := range s.endpoint.targetGroups {
		groups = append(groups, codedeploy.DeploymentGroupLoadBalancerInfoTargetGroupPairInfoTargetGroupArgs{
			Name: group.Name,
		})
	}
	return codedeploy.DeploymentGroupLoadBalancerInfoArgs{
		TargetGroupPairInfo: codedeploy.DeploymentGroupLoadBalancerInfoTargetGroupPairInfoArgs{
			TargetGroups: groups,
			ProdTrafficRoute: codedeploy.DeploymentGroupLoadBalancerInfoTargetGroupPairInfoProdTrafficRouteArgs{
				ListenerArns: pulumi.StringArray{s.args.HTTPSListenerARN},
			},
			TestTrafficRoute: codedeploy.DeploymentGroupLoadBalancerInfoTargetGroupPairInfoTestTrafficRouteArgs{
				ListenerArns: pulumi.StringArray{s.args.TestListenerARN},
			},
		},
	}
}

// createDeploymentRole gives CodeDeploy the permissions of AWS's managed policy
// AWSCodeDeployRoleForECS, but only for this service and its hook. The guide's trust policy for
// CodeDeploy has no condition:
// https://docs.aws.amazon.com/codedeploy/latest/userguide/getting-started-create-service-role.html
func (s *Service) createDeploymentRole(ctx *pulumi.Context, name string) (*iam.Role, []pulumi.Resource, error) {
	role, err := iam.NewRole(ctx, s.args.Scope.roleNamed(name), &iam.RoleArgs{
		Description:      pulumi.String("Lets CodeDeploy replace tasks of " + s.Name + "."),
		AssumeRolePolicy: assumedBy(codeDeployPrincipal, nil),
		Tags:             named(name),
	}, pulumi.Parent(s))
	if err != nil {
		return nil, nil, err
	}
	policies, err := grant(ctx, s, name, role,
		policyPart{"tasks", s.taskSetStatements()}, policyPart{"traffic", s.trafficStatements()})
	return role, policies, err
}

// taskSetStatements returns statements that are known at preview.
func (s *Service) taskSetStatements() []statement {
	scope := s.args.Scope
	path := s.ClusterName + "/" + s.Name
	statements := []statement{
		{
			Sid: "ReplaceTasks", Effect: "Allow",
			Action: []string{
				"ecs:CreateTaskSet", "ecs:DeleteTaskSet", "ecs:DescribeServices", "ecs:UpdateServicePrimaryTaskSet",
			},
			Resource: []string{scope.ARN("ecs", "service/"+path), scope.ARN("ecs", "task-set/"+path+"/*")},
		},
		{
			// IAM has no resource types for reading load balancers.
			Sid: "ReadTraffic", Effect: "Allow",
			Action: []string{
				"elasticloadbalancing:DescribeListeners", "elasticloadbalancing:DescribeRules",
				"elasticloadbalancing:DescribeTargetGroups",
			},
			Resource: "*",
		},
		{
			// CodeDeploy looks for its alarms among all alarms of the account.
			Sid: "ReadAlarms", Effect: "Allow", Action: "cloudwatch:DescribeAlarms",
			Resource: scope.ARN("cloudwatch", "alarm:*"),
		},
	}
	if function := s.args.Deployment.TestFunctionARN; function != "" {
		statements = append(statements, statement{
			Sid: "TestVersion", Effect: "Allow", Action: "lambda:InvokeFunction", Resource: function,
		})
	}
	return statements
}

// trafficStatements returns statements about resources whose names AWS generates: listeners,
// rules and roles.
func (s *Service) trafficStatements() []statement {
	rules := pulumi.StringArray{}
	for _, rule := range s.endpoint.rules {
		rules = append(rules, rule.Arn)
	}
	return []statement{
		{
			Sid: "MoveTraffic", Effect: "Allow", Action: "elasticloadbalancing:ModifyListener",
			Resource: pulumi.StringArray{s.args.HTTPSListenerARN, s.args.TestListenerARN},
		},
		{Sid: "MoveRules", Effect: "Allow", Action: "elasticloadbalancing:ModifyRule", Resource: rules},
		{
			Sid: "StartTasks", Effect: "Allow", Action: "iam:PassRole",
			Resource:  s.roleARNs,
			Condition: conditions{"StringEquals": {"iam:PassedToService": tasksPrincipal}},
		},
	}
}

// appSpecFile is CodeDeploy's AppSpec for ECS.
type appSpecFile struct {
	Version   json.RawMessage      `json:"version"`
	Resources []appSpecDestination `json:"Resources"`
	// Hooks maps lifecycle events of the deployment to the functions that CodeDeploy calls:
	// https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html
	Hooks []map[string]string `json:"Hooks,omitempty"`
}

type appSpecDestination struct {
	TargetService appSpecService
}

type appSpecService struct {
	Type       string
	Properties appSpecProperties
}

type appSpecProperties struct {
	TaskDefinition           string
	LoadBalancerInfo         *appSpecPort `json:",omitempty"`
	PlatformVersion          string
	NetworkConfiguration     struct{ AwsvpcConfiguration appSpecNetwork }
	CapacityProviderStrategy []capacityShare
}

type appSpecPort struct {
	ContainerName string
	ContainerPort int
}

type appSpecNetwork struct {
	Subnets        []string
	SecurityGroups []string
	AssignPublicIp string //nolint:revive // var-naming: AWS's spelling is the key in the file
}

// appSpec contains everything that the program leaves to whoever deploys, so a deployment
// brings all of it up to date. Whatever an AppSpec leaves out stays as it was or, like capacity
// providers, is lost.
func (s *Service) appSpec() pulumi.StringOutput {
	properties := appSpecProperties{
		TaskDefinition:           TaskDefinitionPlaceholder,
		PlatformVersion:          platformVersion,
		CapacityProviderStrategy: s.args.Capacity.shares(),
	}
	var hooks []map[string]string
	if function := s.args.Deployment.TestFunctionARN; function != "" {
		hooks = append(hooks, map[string]string{"AfterAllowTestTraffic": function})
	}
	if s.endpoint != nil {
		properties.LoadBalancerInfo = &appSpecPort{ContainerName: s.listener(), ContainerPort: s.args.Container.Port}
	}
	return pulumi.All(s.args.SubnetIDs, s.args.SecurityGroupID).ApplyT(func(values []any) (string, error) {
		properties.NetworkConfiguration.AwsvpcConfiguration = appSpecNetwork{
			Subnets:        values[0].([]string),
			SecurityGroups: []string{values[1].(string)},
			AssignPublicIp: "DISABLED",
		}
		return encodeJSON(appSpecFile{
			Version: json.RawMessage("0.0"),
			Resources: []appSpecDestination{{TargetService: appSpecService{
				Type: "AWS::ECS::Service", Properties: properties,
			}}},
			Hooks: hooks,
		})
	}).(pulumi.StringOutput)
}
