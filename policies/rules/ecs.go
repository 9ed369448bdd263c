package rules

import (
	"strings"

	"aws-webapp/policies/containers"
	"aws-webapp/policies/control"
	"aws-webapp/policies/prop"
)

// writableRootTag holds the reason why the containers of a task write to their root file system, of at least
// shortestReason characters; with - and a name behind it, that of one container.
const (
	writableRootTag = "webapp:writable-root"
	shortestReason  = 10
)

// taskNetwork is where a type that runs tasks has their network.
func taskNetwork(typeToken string) []string {
	switch typeToken {
	case ruleTargetType:
		return []string{"ecsTarget", "networkConfiguration"}
	case scheduleType:
		return []string{"target", "ecsParameters", "networkConfiguration"}
	default:
		return []string{"networkConfiguration"}
	}
}

func containerService() []*control.Control {
	const subject = "ECS"
	const docs = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/"
	services, tasks, clusters := []string{ecsServiceType}, []string{ecsTaskType}, []string{ecsClusterType}
	return []*control.Control{
		{
			Name: "ecs-no-public-ip", Subject: subject, IDs: control.ParseIDs("ECS.2 ECS.16 K333"),
			Title:    "Services and scheduled tasks have no public address",
			Severity: control.High, Levels: mandatory, Present: services,
			Types: []string{ecsServiceType, ecsTaskSetType, ruleTargetType, scheduleType},
			Risk:  "Tasks are reachable from the internet, past the load balancer",
			Fix:   "leave assignPublicIp out and run the service in private subnets",
			Judge: func(c in) control.Result {
				network := c.Get(taskNetwork(c.Type)...)
				if c.Type != ecsServiceType && network.IsEmpty() == prop.Yes {
					return control.Skip()
				}
				return control.Want(network.Get("assignPublicIp").IsFalse(), "the tasks of %s have a public address", c.Name)
			},
		},
		{
			Name: "ecs-app-subnets", Subject: subject, IDs: control.ParseIDs("house"),
			Title:    "Services and scheduled tasks run in the app tier's subnets only",
			Severity: control.High, Levels: mandatory, Scope: control.PerStack, Types: []string{ecsServiceType, scheduleType},
			Present: services,
			Risk:    "Tasks in the public tier are one flag away from the internet, in the db tier next to the data",
			Fix:     "pass the app tier's subnets as networkConfiguration.subnets", Here: "privateSubnetIds", Own: true,
			Link: docs + "task-networking-awsvpc.html",
			Judge: func(c in) control.Result {
				if c.Type != ecsServiceType && c.Get(taskNetwork(c.Type)...).IsEmpty() == prop.Yes {
					return control.Skip()
				}
				subnets := c.Graph.Follow(c.Resource, []string{subnetType}, append(taskNetwork(c.Type), "subnets")...)
				return control.Want(subnets.All(onTier(appTier)), "%s runs tasks in subnets that are not of the app tier", c.Name)
			},
		},
		{
			Name: "ecs-awsvpc", Subject: subject, IDs: control.ParseIDs("ECS.17+"),
			Title:    "Tasks have a network interface of their own",
			Severity: control.High, Levels: mandatory, Types: tasks,
			Risk: "Tasks that share the host's network share its security groups and can listen to each other",
			Fix:  "set networkMode to awsvpc",
			Judge: func(c in) control.Result {
				return control.Want(c.Get("networkMode").Is("awsvpc"), "task definition %s does not use awsvpc", c.Name)
			},
		},
		{
			Name: "ecs-no-host-pid", Subject: subject, IDs: control.ParseIDs("ECS.3 K335"),
			Title:    "Tasks do not share the host's process namespace",
			Severity: control.High, Levels: mandatory, Types: tasks,
			Risk: "A container can see and kill the processes of others",
			Fix:  "leave pidMode out",
			Judge: func(c in) control.Result {
				return control.Want(c.Get("pidMode").Is("host").Not(),
					"task definition %s shares the host's process namespace", c.Name)
			},
		},
		{
			Name: "ecs-not-privileged", Subject: subject, IDs: control.ParseIDs("ECS.4+ K334+"),
			Title:    "Containers are not privileged, and have no capability that is as good",
			Severity: control.High, Levels: mandatory, Types: tasks, OnUnknown: control.Disabled,
			Risk: "A privileged container is root on its host",
			Fix:  "leave privileged out",
			Judge: eachContainer(func(c in, k containers.Container) control.Result {
				return control.All(
					control.Want(k.Get("privileged").IsFalse(), "%s of task definition %s is privileged", k.Label, c.Name),
					control.Want(k.Get("linuxParameters", "capabilities", "add").Has("ALL", "SYS_ADMIN", "SYS_MODULE",
						"SYS_RAWIO", "NET_ADMIN").Not(),
						"%s of task definition %s has a capability that makes it an administrator", k.Label, c.Name),
				)
			}),
		},
		{
			Name: "ecs-read-only-root", Subject: subject, IDs: control.ParseIDs("ECS.5 K336"),
			Title:    "Containers cannot write to their root file system",
			Severity: control.High, Levels: mandatory, Types: tasks, OnUnknown: control.Disabled,
			Risk: "Whoever gets in can change the program and stay",
			Fix: "set readonlyRootFilesystem and mount a volume where the program writes, such as /tmp; or write the reason " +
				"into the task definition's tag " + writableRootTag + ", or " + writableRootTag + "-CONTAINER",
			Here: "services[].writableRoot",
			Judge: eachContainer(func(c in, k containers.Container) control.Result {
				// Windows containers do not support it, and Security Hub leaves them out:
				// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
				if system, _ := c.Get("runtimePlatform", "operatingSystemFamily").Text(); strings.HasPrefix(system, "WINDOWS") {
					return control.Skip()
				}
				name, _ := k.Get("name").Text()
				for _, tag := range []string{writableRootTag, writableRootTag + "-" + name} {
					if reason, known := c.Get("tags", tag).Text(); known && len(reason) >= shortestReason {
						return control.Passed()
					}
				}
				return control.Want(k.Get("readonlyRootFilesystem").IsTrue(),
					"%s of task definition %s can write to its root file system", k.Label, c.Name)
			}),
		},
		{
			Name: "ecs-not-root", Subject: subject, IDs: control.ParseIDs("ECS.20 ECS.21"),
			Title:    "Containers do not run as root, nor as the administrator of Windows",
			Severity: control.Medium, Levels: mandatory, Types: tasks, OnUnknown: control.Disabled,
			Risk: "A fault in the program gives root in the container, and from there more ways out",
			Fix:  "set the container's user to a number other than 0 (for Windows, to ContainerUser)", Here: "services[].user",
			Judge: eachContainer(func(c in, k containers.Container) control.Result {
				return control.Want(k.RunsAsRoot().Not(), "%s of task definition %s runs as root", k.Label, c.Name)
			}),
		},
		{
			Name: "ecs-no-secrets-in-environment", Subject: subject, IDs: control.ParseIDs("ECS.8+ N:ECS2~ T0036~"),
			Beyond:   "cdk-nag wants no variable at all, and Trivy takes a secret's ARN for a secret",
			Title:    "No environment variable, command, label or log option holds a secret",
			Severity: control.Critical, Levels: mandatory, Types: tasks, OnUnknown: control.Disabled,
			Risk:  "Everybody who may describe the task can read the secret, and it stays in every old revision",
			Fix:   "move it to the container's secrets, which ECS takes from Secrets Manager when the task starts",
			Here:  "services[].secrets",
			Judge: eachContainer(judgeEnvironment),
		},
		{
			Name: "ecs-logging", Subject: subject, IDs: control.ParseIDs("ECS.9+ N:ECS7+"),
			Title:    "Containers send their logs to a log group of the stack, or elsewhere",
			Severity: control.High, Levels: mandatory, Types: tasks, OnUnknown: control.Disabled,
			Risk: "What happened in a task is gone with it",
			Fix:  "set logConfiguration with the awslogs driver and the service's log group",
			Judge: eachContainer(func(c in, k containers.Container) control.Result {
				driver := k.Get("logConfiguration", "logDriver")
				return control.All(
					control.Want(driver.IsSet().And(driver.Is("none").Not()), "%s of task definition %s has no logs", k.Label, c.Name),
					control.Want(k.Get("logConfiguration", "options", "awslogs-create-group").IsFalse(),
						"%s of task definition %s makes its own log group, without key and retention", k.Label, c.Name),
				)
			}),
		},
		{
			Name: "ecs-separate-roles", Subject: subject, IDs: control.ParseIDs("K249+"),
			Title:    "The execution role and the task role differ",
			Severity: control.Medium, Levels: mandatory, Scope: control.PerStack, Types: tasks,
			Risk:  "The program gets the permissions to read every secret and image that starting it takes",
			Fix:   "give the task a role of its own with only what the program needs",
			Link:  docs + "security-iam-roles.html",
			Judge: judgeRoles,
		},
		{
			Name: "ecs-latest-platform", Subject: subject, IDs: control.ParseIDs("ECS.10 K332~"),
			Beyond:   "Checkov takes 1.4.0, which is the latest, for pinned",
			Title:    "Fargate services run on the latest platform version",
			Severity: control.Medium, Levels: advisory, Types: services,
			Risk: "Old platform versions miss security patches",
			Fix:  "leave platformVersion out, or set it to LATEST",
			Judge: func(c in) control.Result {
				return control.Want(c.Get("platformVersion").IsOrAbsent("LATEST", "1.4.0"),
					"service %s is pinned to an old platform version", c.Name)
			},
		},
		{
			Name: "ecs-container-insights", Subject: subject, IDs: control.ParseIDs("ECS.12 N:ECS4 K65"),
			Title:    "Clusters have Container Insights",
			Severity: control.Medium, Levels: advisory, Types: clusters,
			Risk: "Memory and restarts of single tasks stay invisible",
			Fix:  "set containerInsights among the settings to enabled or enhanced", Here: "cluster.containerInsights",
			Judge: func(c in) control.Result {
				insights := some(c.Get("settings"), func(s prop.Value) prop.Truth {
					return s.Get("name").Is("containerInsights").And(s.Get("value").Is("enabled", "enhanced"))
				})
				return control.Want(insights, "cluster %s has no Container Insights", c.Name)
			},
		},
		{
			Name: "ecs-exec-logged", Subject: subject, IDs: control.ParseIDs("K223+ K224+"),
			Title:    "Sessions in containers are logged and encrypted",
			Severity: control.Medium, Levels: advisory, Types: clusters,
			Risk:  "Nobody can tell afterwards what was typed in production",
			Fix:   "set configuration.executeCommandConfiguration with kmsKeyId, logging OVERRIDE and an encrypted log group",
			Link:  docs + "ecs-exec.html",
			Judge: judgeExec,
		},
		{
			Name: "ecs-image-pinned", Subject: subject, IDs: control.ParseIDs("house"),
			Title:    "Images are pinned by digest or an immutable tag (mandatory in prod)",
			Severity: control.Medium, Levels: prodOnly, Types: tasks, OnUnknown: control.Disabled,
			Risk: "A restart can bring another program than the one that was tested",
			Fix:  "set the image to repository@sha256:... or a tag that never moves", Here: "services[].image",
			Link: docs + "task_definition_parameters.html",
			Judge: eachContainer(func(c in, k containers.Container) control.Result {
				return control.Want(k.Pinned(), "the image of %s in task definition %s is not pinned", k.Label, c.Name)
			}),
		},
	}
}

// eachContainer judges every container of a task definition.
func eachContainer(judge func(in, containers.Container) control.Result) func(in) control.Result {
	return func(c in) control.Result {
		definitions, ok := containers.Read(c.Get("containerDefinitions"))
		switch {
		case ok == prop.Maybe:
			return control.Doubt("the container definitions of %s are not known yet", c.Name)
		case ok == prop.No, len(definitions) == 0:
			return control.Failed("the container definitions of %s are not a list of containers", c.Name)
		}
		var results []control.Result
		for _, k := range definitions {
			results = append(results, judge(c, k))
		}
		return control.All(results...)
	}
}

func judgeEnvironment(c in, k containers.Container) control.Result {
	leaks, complete := k.Leaks()
	var results []control.Result
	for _, leak := range leaks {
		results = append(results, control.Failed("%s of %s in task definition %s looks like a secret: %s", leak.Label,
			k.Label, c.Name, leak.Why))
	}
	if complete != prop.Yes {
		results = append(results, control.Doubt("the environment of %s in task definition %s is not known yet",
			k.Label, c.Name))
	}
	return control.All(results...)
}

func judgeRoles(c in) control.Result {
	execution, task := c.Get("executionRoleArn"), c.Get("taskRoleArn")
	if task.IsSet() == prop.No || execution.IsSet() == prop.No {
		return control.Want(task.IsSet(), "task definition %s has no task role", c.Name)
	}
	first, firstKnown := execution.Text()
	second, secondKnown := task.Text()
	if firstKnown && secondKnown {
		return control.Want(prop.Known(first != second),
			"the execution role of task definition %s is also its task role", c.Name)
	}
	a := c.Graph.Follow(c.Resource, []string{iamRoleType}, "executionRoleArn")
	b := c.Graph.Follow(c.Resource, []string{iamRoleType}, "taskRoleArn")
	switch {
	case len(a.To) == 1 && len(b.To) == 1:
		return control.Want(prop.Known(a.To[0] != b.To[0]),
			"the execution role of task definition %s is also its task role", c.Name)
	case a.Elsewhere() && b.Elsewhere():
		return control.Elsewhere("both roles of task definition %s are of another stack, which knows whether they differ",
			c.Name)
	case a.Elsewhere() && len(b.To) > 0, b.Elsewhere() && len(a.To) > 0:
		return control.Passed()
	}
	return control.Doubt("cannot tell yet whether the roles of task definition %s differ", c.Name)
}

func judgeExec(c in) control.Result {
	exec := c.Get("configuration", "executeCommandConfiguration")
	logs := exec.Get("logConfiguration")
	cloudWatch := logs.Get("cloudWatchLogGroupName").IsSet().And(logs.Get("cloudWatchEncryptionEnabled").IsTrue())
	bucket := logs.Get("s3BucketName").IsSet().And(logs.Get("s3BucketEncryptionEnabled").IsTrue())
	return control.All(
		control.Want(ownKey(c, exec.Get("kmsKeyId")),
			"sessions in cluster %s are not encrypted with a key of our own", c.Name),
		control.Want(exec.Get("logging").Is("OVERRIDE").And(cloudWatch.Or(bucket)),
			"sessions in cluster %s are not logged in encrypted form", c.Name),
	)
}
