package traffic

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/cloud"
	"aws-webapp/internal/sandbox/simaws/prop"
)

const (
	everywhere = "0.0.0.0/0"
)

// container holds a task definition's settings of one container.
type container struct {
	Image        string
	PortMappings []struct{ ContainerPort int }
	Environment  []struct{ Name, Value string }
	Secrets      []struct{ Name, ValueFrom string }
	// LogConfiguration of the awslogs driver.
	LogConfiguration struct{ Options map[string]string }
}

// works says why the service's tasks would not answer on the port, or could not be started
// again: autoscaling, a failed host or a rollback may do so at any moment.
func (m *Model) works(r *cloud.Reader, balancer, service *cloud.Record, port int) error {
	name := prop.Text(service.Outputs, "taskDefinition")
	definition, ok := m.definitions[name]
	if !ok {
		return fmt.Errorf("nobody has seen task definition %s", name)
	}
	var containers []container
	if err := json.Unmarshal([]byte(prop.Text(definition, "containerDefinitions")), &containers); err != nil {
		return fmt.Errorf("task definition %s: %w", name, err)
	}
	groups := prop.Texts(service.Outputs, "networkConfiguration.securityGroups[]")
	problems := []error{reachable(r, prop.Texts(balancer.Outputs, "securityGroups[]"), groups, port, "the load balancer")}
	if !slices.ContainsFunc(containers, func(c container) bool { return c.listensOn(port) }) {
		problems = append(problems, fmt.Errorf("no container of %s listens on port %d", name, port))
	}
	for _, c := range containers {
		problems = append(problems, c.starts(r, definition), c.reachesDatabase(r, groups))
	}
	return errors.Join(problems...)
}

func (c container) listensOn(port int) bool {
	for _, mapping := range c.PortMappings {
		if mapping.ContainerPort == port {
			return true
		}
	}
	return false
}

// starts says what is missing to start the container with the definition's roles.
func (c container) starts(r *cloud.Reader, definition resource.PropertyMap) error {
	execution, task := prop.Text(definition, "executionRoleArn"), prop.Text(definition, "taskRoleArn")
	var problems []error
	demand := func(role, action, on string) {
		if !may(r, role, action, on) {
			name := role[strings.LastIndexByte(role, '/')+1:]
			problems = append(problems, fmt.Errorf("role %s has no right to %s on %s", name, action, on))
		}
	}
	if repository := c.repository(); repository != "" {
		demand(execution, "ecr:BatchGetImage", repository)
	}
	for _, secret := range c.Secrets {
		// A task definition may append key, stage and version to a secret's ARN of 7 parts.
		parts := strings.Split(secret.ValueFrom, ":")
		if len(parts) < 6 {
			problems = append(problems, fmt.Errorf("secret %s is not an ARN", secret.ValueFrom))
			continue
		}
		action := map[string]string{"secretsmanager": "secretsmanager:GetSecretValue", "ssm": "ssm:GetParameters"}[parts[2]]
		demand(execution, action, strings.Join(parts[:min(len(parts), 7)], ":"))
	}
	if group := c.LogConfiguration.Options["awslogs-group"]; group != "" {
		if record, ok := r.Find(resourcetypes.LogGroup, "name", group); ok {
			demand(execution, "logs:PutLogEvents", prop.Text(record.Outputs, "arn")+":log-stream:x")
		} else {
			problems = append(problems, fmt.Errorf("log group %s does not exist", group))
		}
	}
	if bucket := c.variable("BUCKET_NAME"); bucket != "" {
		demand(task, "s3:GetObject", "arn:aws:s3:::"+bucket+"/x")
	}
	return errors.Join(problems...)
}

// repository returns the ARN of the image's ECR repository, "" for another registry.
func (c container) repository() string {
	host, path, _ := strings.Cut(c.Image, "/")
	labels := strings.Split(host, ".")
	if len(labels) < 4 || labels[1] != "dkr" || labels[2] != "ecr" {
		return ""
	}
	path, _, _ = strings.Cut(path, "@")
	path, _, _ = strings.Cut(path, ":")
	return fmt.Sprintf("arn:aws:ecr:%s:%s:repository/%s", labels[3], labels[0], path)
}

func (c container) variable(name string) string {
	for _, variable := range c.Environment {
		if variable.Name == name {
			return variable.Value
		}
	}
	return ""
}

// reachesDatabase: a container that has the address of the database must be able to reach it, whatever it calls it.
func (c container) reachesDatabase(r *cloud.Reader, groups []string) error {
	if c.variable("DATABASE_URL") == "" {
		return c.reachesNamed(r, groups)
	}
	address, err := url.Parse(c.variable("DATABASE_URL"))
	if err != nil || address.Hostname() == "" {
		return err
	}
	database, ok := r.Find(resourcetypes.DBInstance, "address", address.Hostname())
	if !ok {
		return fmt.Errorf("there is no database at %s", address.Hostname())
	}
	port, err := strconv.Atoi(address.Port())
	if err != nil {
		return err
	}
	return reachable(r, groups, prop.Texts(database.Outputs, "vpcSecurityGroupIds[]"), port, "a task")
}

// reachesNamed is for a container that names the database's variables itself.
func (c container) reachesNamed(r *cloud.Reader, groups []string) error {
	for _, database := range r.List(resourcetypes.DBInstance) {
		port, _ := prop.Number(database.Outputs, "port")
		host := prop.Text(database.Outputs, "address")
		for _, variable := range c.Environment {
			if host != "" && strings.Contains(variable.Value, host) {
				to := prop.Texts(database.Outputs, "vpcSecurityGroupIds[]")
				return reachable(r, groups, to, int(port), "a task")
			}
		}
	}
	return nil
}

// reachable: both ends' security groups must let the connection through.
func reachable(r *cloud.Reader, from, to []string, port int, who string) error {
	if !opens(r, resourcetypes.EgressRule, from, to, port) {
		return fmt.Errorf("no rule lets %s out to port %d of %v", who, port, to)
	}
	if !opens(r, resourcetypes.IngressRule, to, from, port) {
		return fmt.Errorf("no rule lets %s in on port %d of %v", who, port, to)
	}
	return nil
}

// opens reports whether a rule of one of the groups covers the port and one of the peers.
func opens(r *cloud.Reader, token string, groups, peers []string, port int) bool {
	return slices.ContainsFunc(r.List(token), func(rule *cloud.Record) bool {
		low, _ := prop.Number(rule.Outputs, "fromPort")
		high, _ := prop.Number(rule.Outputs, "toPort")
		peer := prop.Text(rule.Outputs, "referencedSecurityGroupId")
		return slices.Contains(groups, prop.Text(rule.Outputs, "securityGroupId")) && int(low) <= port && port <= int(high) &&
			(prop.Text(rule.Outputs, "cidrIpv4") == everywhere || slices.Contains(peers, peer))
	})
}
