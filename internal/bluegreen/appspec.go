package bluegreen

import (
	"encoding/json"
	"errors"
	"fmt"
)

// AppSpec tells CodeDeploy what to deploy to an ECS service:
// https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
type AppSpec struct {
	TaskDefinition   string
	LoadBalancerInfo struct {
		ContainerName string
		ContainerPort int32
	}
	PlatformVersion          string          `json:",omitempty"`
	NetworkConfiguration     Network         `json:",omitzero"`
	CapacityProviderStrategy []CapacityShare `json:",omitempty"`
}

// Network is the placement of the tasks in the VPC.
type Network struct {
	AwsvpcConfiguration struct {
		Subnets        []string
		SecurityGroups []string `json:",omitempty"`
		AssignPublicIP string   `json:"AssignPublicIp,omitempty"`
	}
}

// CapacityShare is the share of the tasks that one capacity provider runs.
type CapacityShare struct {
	CapacityProvider string
	Base, Weight     int32
}

type (
	appSpecFile struct {
		Version   json.Number       `json:"version"`
		Resources []appSpecResource `json:"Resources"`
	}
	appSpecResource struct{ TargetService appSpecTarget }
	appSpecTarget   struct {
		Type       string
		Properties AppSpec
	}
)

// ReadAppSpec reads the one target service of an AppSpec.
func ReadAppSpec(text string) (*AppSpec, error) {
	var file appSpecFile
	if err := json.Unmarshal([]byte(text), &file); err != nil {
		return nil, fmt.Errorf("read AppSpec: %w", err)
	}
	if len(file.Resources) != 1 {
		return nil, errors.New("read AppSpec: found no single target service")
	}
	return &file.Resources[0].TargetService.Properties, nil
}

// Text returns the AppSpec as JSON. CodeDeploy uses defaults for everything that it leaves out.
func (a *AppSpec) Text() (string, error) {
	text, err := json.Marshal(appSpecFile{
		Version: "0.0", Resources: []appSpecResource{{appSpecTarget{"AWS::ECS::Service", *a}}},
	})
	if err != nil {
		return "", fmt.Errorf("encode AppSpec: %w", err)
	}
	return string(text), nil
}
