package release

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"aws-webapp/internal/bluegreen"
	"aws-webapp/internal/verify"
)

// Stack holds the outputs of a stack that its releases use.
type Stack struct {
	// Region of the stack.
	Region string
	// Services in the order in which they are released.
	Services []Service
}

// Service describes the version that the stack has registered for a service.
type Service struct {
	// Cluster and Name in ECS; the container of its image has the service's name.
	Cluster, Name string
	// TaskDefinition is the ARN of the task definition that should serve.
	TaskDefinition string
	// Application and Group of CodeDeploy under blue/green; empty under rolling.
	Application, Group string
	// AppSpec has everything else that belongs to a new version, as JSON with <TASK_DEFINITION> in it. Empty for a
	// rolling service that pulumi up deploys.
	AppSpec string
	// Alarms that report whether the service fails its clients.
	Alarms []string
	// After lists the services that have to serve their new version first.
	After []string
	// Migration that runs before the new version gets requests.
	Migration Migration

	// outputs of the whole stack, for package verify.
	outputs []byte
}

// Migration is a command that a task of the new version runs before that version gets requests.
type Migration struct {
	// Command in place of the container's own; empty for no migration.
	Command []string `json:"command"`
	// TimeoutMinutes after which the task is stopped and the release fails.
	TimeoutMinutes int `json:"timeoutMinutes"`
}

// timeout returns the additional time of a release for the migration; 0 without one.
func (m Migration) timeout() time.Duration {
	if len(m.Command) == 0 {
		return 0
	}
	return time.Duration(m.TimeoutMinutes) * time.Minute
}

func (s *Service) blueGreen() bool { return s.Application != "" }

func (s *Service) migrates() bool { return len(s.Migration.Command) > 0 }

// outputs of a stack, as pulumi stack output --json writes them.
type outputs struct {
	ClusterName string                    `json:"clusterName"`
	Services    map[string]serviceOutputs `json:"services"`
}

type serviceOutputs struct {
	TaskDefinition string    `json:"taskDefinitionArn"`
	Application    string    `json:"codeDeployApplication"`
	Group          string    `json:"codeDeployGroup"`
	AppSpec        string    `json:"appSpec"`
	Alarms         []string  `json:"alarms"`
	After          []string  `json:"after"`
	Migration      Migration `json:"migration"`
}

// ReadOutputs reads the JSON of pulumi stack output --json.
func ReadOutputs(source io.Reader) (*Stack, error) {
	text, err := io.ReadAll(source)
	if err != nil {
		return nil, fmt.Errorf("read the stack's outputs: %w", err)
	}
	var found outputs
	if err := json.Unmarshal(text, &found); err != nil {
		return nil, fmt.Errorf("--outputs: found no JSON of stack outputs (%w): write it with "+
			"pulumi stack output --json", err)
	}
	if found.Services == nil {
		return nil, errors.New("--outputs: found no services in the outputs: take those of a workload stack that is up")
	}
	stack := &Stack{}
	for _, name := range slices.Sorted(maps.Keys(found.Services)) {
		one := found.Services[name]
		parts := strings.Split(one.TaskDefinition, ":")
		if len(parts) != taskDefinitionParts {
			return nil, fmt.Errorf("service %s: found taskDefinitionArn %q in the outputs, expected the ARN of a task "+
				"definition: run pulumi up to its end", name, one.TaskDefinition)
		}
		stack.Region = parts[3]
		stack.Services = append(stack.Services, Service{
			Cluster: found.ClusterName, Name: name, TaskDefinition: one.TaskDefinition, Application: one.Application,
			Group: one.Group, AppSpec: one.AppSpec, Alarms: one.Alarms, After: one.After, Migration: one.Migration,
			outputs: text,
		})
	}
	stack.Services, err = inOrder(stack.Services)
	return stack, err
}

// taskDefinitionParts of arn:aws:ecs:REGION:ACCOUNT:task-definition/FAMILY:REVISION.
const taskDefinitionParts = 7

// inOrder sorts services by name, but each after those that it names in After.
func inOrder(services []Service) ([]Service, error) {
	known := map[string]bool{}
	for i := range services {
		known[services[i].Name] = true
	}
	done, sorted := map[string]bool{}, []Service{}
	for len(sorted) < len(services) {
		before := len(sorted)
		for i := range services {
			one := &services[i]
			waits := slices.ContainsFunc(one.After, func(name string) bool { return known[name] && !done[name] })
			if !done[one.Name] && !waits {
				done[one.Name], sorted = true, append(sorted, *one)
			}
		}
		if len(sorted) == before {
			return nil, errors.New("found services that come after each other in a circle: correct " +
				"services[].deployment.after and run pulumi up")
		}
	}
	return sorted, nil
}

// verifyRequest returns the request to package verify whether the service's version has
// arrived.
func (s *Service) verifyRequest() (verify.Request, error) {
	request := verify.Request{Service: s.Name, TaskDefinition: s.TaskDefinition}
	_, err := request.FromOutputs(bytes.NewReader(s.outputs))
	return request, err
}

// appSpec is the registered AppSpec, compared with what serves.
type appSpec struct{ *bluegreen.AppSpec }

// readAppSpec reads the one target service of the AppSpec.
func (s *Service) readAppSpec() (*appSpec, error) {
	read, err := bluegreen.ReadAppSpec(s.AppSpec)
	if err != nil {
		return nil, fmt.Errorf("found no AppSpec with one target service in the output appSpec of %s: run pulumi up with "+
			"this version of the program", s.Name)
	}
	return &appSpec{read}, nil
}

// taskDefinitionPlaceholder stands in the stack's AppSpec for the task definition to deploy
// (components.TaskDefinitionPlaceholder).
const taskDefinitionPlaceholder = "<TASK_DEFINITION>"

// revision returns the AppSpec of the registered version.
func (s *Service) revision() (string, error) {
	if strings.Count(s.AppSpec, taskDefinitionPlaceholder) != 1 {
		return "", fmt.Errorf("found no %s, or several, in the output appSpec of %s: run pulumi up with this version of the "+
			"program", taskDefinitionPlaceholder, s.Name)
	}
	return strings.Replace(s.AppSpec, taskDefinitionPlaceholder, s.TaskDefinition, 1), nil
}

// short returns the end of an ARN, such as visitor-book:12 of a task definition.
func short(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }
