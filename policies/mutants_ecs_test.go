package main

import "aws-webapp/policies/testgraph"

const (
	ecsService = "aws:ecs/service:Service"
	ecsTask    = "aws:ecs/taskDefinition:TaskDefinition"
	ecsCluster = "aws:ecs/cluster:Cluster"
)

func container(key string, value any) func(*testgraph.Stack) {
	return func(s *testgraph.Stack) {
		s.Container(func(c map[string]any) {
			if value == nil {
				delete(c, key)
				return
			}
			c[key] = value
		})
	}
}

func variable(name, value string) func(*testgraph.Stack) {
	return container("environment", []any{map[string]any{"name": name, "value": value}})
}

func ecsMutants() []mutant {
	service, task, cluster := testgraph.First(ecsService), testgraph.First(ecsTask), testgraph.First(ecsCluster)
	return []mutant{
		{control: "ecs-no-public-ip", fault: "public", mutate: set(service, true, "networkConfiguration", "assignPublicIp")},
		{control: "ecs-no-public-ip", fault: "task set", mutate: func(s *testgraph.Stack) {
			s.Add("aws:ecs/taskSet:TaskSet", "extra", testgraph.Props{
				"networkConfiguration": testgraph.Props{"assignPublicIp": true},
			})
		}},
		{control: "ecs-no-public-ip", fault: "task on an event", mutate: func(s *testgraph.Stack) {
			s.Add("aws:cloudwatch/eventTarget:EventTarget", "extra", testgraph.Props{"ecsTarget": testgraph.Props{
				"networkConfiguration": testgraph.Props{"assignPublicIp": true},
			}})
		}},
		{control: "ecs-no-public-ip", fault: "task on a schedule", mutate: func(s *testgraph.Stack) {
			s.Add("aws:scheduler/schedule:Schedule", "extra", testgraph.Props{
				"target": testgraph.Props{"ecsParameters": testgraph.Props{
					"networkConfiguration": testgraph.Props{"assignPublicIp": true, "subnets": []any{"subnet-1"}},
				}},
			})
			s.Point(testgraph.First("aws:scheduler/schedule:Schedule"), "id", s.Every(testgraph.Subnet("Private")),
				"target", "ecsParameters", "networkConfiguration", "subnets")
		}},
		{control: "ecs-app-subnets", fault: "public subnets", mutate: func(s *testgraph.Stack) {
			s.Point(service, "id", s.Every(testgraph.Subnet("Public")), "networkConfiguration", "subnets")
		}},
		{control: "ecs-app-subnets", fault: "one of the db subnets", mutate: func(s *testgraph.Stack) {
			s.Point(service, "id", append(s.Every(testgraph.Subnet("Private")), s.Every(testgraph.Subnet("Isolated"))[0]),
				"networkConfiguration", "subnets")
		}},
		{control: "ecs-app-subnets", fault: "task on a schedule in public subnets", mutate: func(s *testgraph.Stack) {
			s.Add("aws:scheduler/schedule:Schedule", "extra", testgraph.Props{
				"target": testgraph.Props{"ecsParameters": testgraph.Props{
					"networkConfiguration": testgraph.Props{"subnets": []any{"subnet-1"}},
				}},
			})
			s.Point(testgraph.First("aws:scheduler/schedule:Schedule"), "id", s.Every(testgraph.Subnet("Public")),
				"target", "ecsParameters", "networkConfiguration", "subnets")
		}},
		{control: "ecs-awsvpc", fault: "bridge", mutate: set(task, "bridge", "networkMode")},
		{control: "ecs-awsvpc", fault: "left out", mutate: set(task, nil, "networkMode")},
		{control: "ecs-no-host-pid", fault: "host", mutate: set(task, "host", "pidMode")},
		{control: "ecs-not-privileged", fault: "privileged", mutate: container("privileged", true)},
		{control: "ecs-not-privileged", fault: "capability", mutate: container("linuxParameters", map[string]any{
			"capabilities": map[string]any{"add": []any{"SYS_PTRACE", "SYS_ADMIN"}},
		})},
		{control: "ecs-read-only-root", fault: "writable", mutate: container("readonlyRootFilesystem", false)},
		{control: "ecs-read-only-root", fault: "left out", mutate: container("readonlyRootFilesystem", nil)},
		{control: "ecs-read-only-root", fault: "a word for a reason", mutate: func(s *testgraph.Stack) {
			container("readonlyRootFilesystem", false)(s)
			set(task, "needed", "tags", "webapp:writable-root")(s)
		}},
		{control: "ecs-read-only-root", fault: "a reason for another container", mutate: func(s *testgraph.Stack) {
			container("readonlyRootFilesystem", false)(s)
			set(task, "it unpacks its plugins", "tags", "webapp:writable-root-agent")(s)
		}},
		{control: "ecs-not-root", fault: "left out", mutate: container("user", nil)},
		{control: "ecs-not-root", fault: "zero", mutate: container("user", "0:1000")},
		{control: "ecs-not-root", fault: "administrator of Windows", mutate: container("user", "ContainerAdministrator")},
		{
			control: "ecs-no-secrets-in-environment", fault: "password of a registry",
			mutate: variable("ECS_ENGINE_AUTH_DATA", "x"),
		},
		{control: "ecs-no-secrets-in-environment", fault: "name", mutate: variable("DB_PASSWORD", "x")},
		{control: "ecs-no-secrets-in-environment", fault: "access key", mutate: variable("SETTING", "AKIAIOSFODNN7EXAMPLE")},
		{
			control: "ecs-no-secrets-in-environment", fault: "URL",
			mutate: variable("DATABASE_URL", "postgresql://u:p%40w@db/x"),
		},
		{
			control: "ecs-no-secrets-in-environment", fault: "command",
			mutate: container("command", []any{"app", "--db-password", "x"}),
		},
		{control: "ecs-no-secrets-in-environment", fault: "sidecar", mutate: func(s *testgraph.Stack) {
			s.AddContainer(map[string]any{
				"name": "proxy", "environment": []any{map[string]any{"name": "API_KEY", "value": "x"}},
			})
		}},
		{control: "ecs-not-root", fault: "sidecar", mutate: func(s *testgraph.Stack) {
			s.AddContainer(map[string]any{"name": "proxy", "user": nil})
		}},
		{control: "ecs-logging", fault: "log group without a key", mutate: container("logConfiguration", map[string]any{
			"logDriver": "awslogs", "options": map[string]any{"awslogs-group": "/ecs/x", "awslogs-create-group": "true"},
		})},
		{control: "ecs-logging", fault: "none", mutate: container("logConfiguration", nil)},
		{control: "ecs-separate-roles", fault: "the same", mutate: func(s *testgraph.Stack) {
			role := s.Get(testgraph.Named("aws:iam/role:Role", "*-execution"))
			s.Point(task, "arn", append(s.Every(testgraph.Named("aws:iam/role:Role", "none")), role), "taskRoleArn")
		}},
		{control: "ecs-separate-roles", fault: "no task role", mutate: set(task, nil, "taskRoleArn")},
		{control: "ecs-latest-platform", fault: "old", mutate: set(service, "1.3.0", "platformVersion")},
		{control: "ecs-container-insights", fault: "off", mutate: set(cluster, "disabled", "settings", "0", "value")},
		{
			control: "ecs-exec-logged", fault: "not logged",
			mutate: set(cluster, "NONE", "configuration", "executeCommandConfiguration", "logging"),
		},
		{
			control: "ecs-exec-logged", fault: "AWS's key",
			mutate: set(cluster, nil, "configuration", "executeCommandConfiguration", "kmsKeyId"),
		},
		{control: "ecs-image-pinned", fault: "latest", mutate: container("image", "registry.example.com/app:latest")},
		{control: "ecs-image-pinned", fault: "no tag", mutate: container("image", "registry.example.com:5000/app")},
	}
}
