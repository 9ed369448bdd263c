package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"aws-webapp/internal/rotation"
)

// loadConfig reads the environment, whose variables the package documentation describes, through getenv and reports
// everything that is wrong with it at once.
func loadConfig(getenv func(string) string) (*rotation.Config, error) {
	c := &rotation.Config{Cluster: getenv("CLUSTER"), Secrets: splitList(getenv("SECRET_ARNS"))}
	var errs []error
	if c.Cluster == "" {
		errs = append(errs, errors.New(`CLUSTER: found "", expected the name or ARN of the ECS cluster`))
	}
	if len(c.Secrets) == 0 {
		errs = append(errs, errors.New(`SECRET_ARNS: found "", expected ARNs of secrets, comma separated`))
	}
	for _, arn := range c.Secrets {
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
		c.Services = append(c.Services, rotation.Service{Name: name})
	}
	for _, name := range blueGreen {
		c.Services = append(c.Services, rotation.Service{
			Name: name, Application: strings.Replace(application, "*", name, 1),
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
