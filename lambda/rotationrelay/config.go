package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// The deployment controllers of ECS that the function knows.
const (
	controllerECS        = "ECS"
	controllerCodeDeploy = "CODE_DEPLOY"
)

// config is the function's environment; the package documentation describes each variable.
type config struct {
	cluster  string
	secrets  []string
	services []service
}

// service is an entry of SERVICES.
type service struct {
	Name            string `json:"service"`
	Controller      string `json:"controller"`
	Application     string `json:"application"`
	DeploymentGroup string `json:"deploymentGroup"`
}

// loadConfig reads the environment through getenv and reports everything that is wrong with it
// at once.
func loadConfig(getenv func(string) string) (*config, error) {
	c := &config{cluster: getenv("CLUSTER"), secrets: splitList(getenv("SECRET_ARNS"))}
	var errs []error
	if c.cluster == "" {
		errs = append(errs, errors.New(`CLUSTER: found "", expected the name or ARN of the ECS cluster`))
	}
	if len(c.secrets) == 0 {
		errs = append(errs, errors.New(`SECRET_ARNS: found "", expected ARNs of secrets, comma separated`))
	}
	for _, arn := range c.secrets {
		if !strings.HasPrefix(arn, "arn:") || !strings.Contains(arn, ":secret:") {
			errs = append(errs, fmt.Errorf("SECRET_ARNS: found %q, expected ARNs of secrets, comma separated", arn))
		}
	}
	var err error
	if c.services, err = parseServices(getenv("SERVICES")); err != nil {
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("environment of the function: %w", err)
	}
	return c, nil
}

func parseServices(text string) ([]service, error) {
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.DisallowUnknownFields()
	var services []service
	if err := decoder.Decode(&services); err != nil {
		return nil, fmt.Errorf(`SERVICES: expected JSON like [{"service":"web","controller":"ECS"}]: %w`, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("SERVICES: expected a single JSON list, found more after it")
	}
	if len(services) == 0 {
		return nil, errors.New("SERVICES: found an empty list, expected at least one service")
	}
	var errs []error
	for i := range services {
		if err := services[i].validate(); err != nil {
			errs = append(errs, fmt.Errorf("SERVICES[%d]: %w", i, err))
		}
	}
	return services, errors.Join(errs...)
}

func (s *service) validate() error {
	named := s.Application != "" || s.DeploymentGroup != ""
	complete := s.Application != "" && s.DeploymentGroup != ""
	switch {
	case s.Name == "":
		return errors.New(`service: found "", expected the name of an ECS service`)
	case s.Controller != controllerECS && s.Controller != controllerCodeDeploy:
		return fmt.Errorf("controller of %s: found %q, allowed are %s and %s",
			s.Name, s.Controller, controllerECS, controllerCodeDeploy)
	case s.Controller == controllerCodeDeploy && !complete:
		return fmt.Errorf("%s is deployed by CodeDeploy: application and deploymentGroup are required", s.Name)
	case s.Controller == controllerECS && named:
		return fmt.Errorf("%s is deployed by ECS: application and deploymentGroup are for %s", s.Name, controllerCodeDeploy)
	default:
		return nil
	}
}

func splitList(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}
