package main

import (
	"errors"
	"fmt"
	"slices"
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

// service to deploy, and how.
type service struct {
	Name        string
	Controller  string
	Application string // of CodeDeploy; its deployment group is called as the service
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
	rolling, blueGreen := splitList(getenv("ROLLING_SERVICES")), splitList(getenv("BLUE_GREEN_SERVICES"))
	application := getenv("APPLICATION")
	if len(rolling)+len(blueGreen) == 0 {
		errs = append(errs, errors.New(`ROLLING_SERVICES, BLUE_GREEN_SERVICES: found "" in both, expected names of ECS `+
			"services, comma separated"))
	}
	if len(blueGreen) > 0 && strings.Count(application, "*") != 1 {
		errs = append(errs, fmt.Errorf("APPLICATION: found %q, expected the name of the CodeDeploy applications with * for "+
			"the service's", application))
	}
	for _, name := range rolling {
		if slices.Contains(blueGreen, name) {
			errs = append(errs, fmt.Errorf("ROLLING_SERVICES, BLUE_GREEN_SERVICES: found %s in both, expected it in one", name))
		}
		c.services = append(c.services, service{Name: name, Controller: controllerECS})
	}
	for _, name := range blueGreen {
		c.services = append(c.services, service{
			Name: name, Controller: controllerCodeDeploy, Application: strings.Replace(application, "*", name, 1),
		})
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("environment of the function: %w", err)
	}
	return c, nil
}

func splitList(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}
