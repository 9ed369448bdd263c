package config

import (
	"slices"
	"strings"
)

// RequiredEndpoint is an interface endpoint that a stack without NAT needs to work.
type RequiredEndpoint struct {
	// Service is the entry for network.interfaceEndpoints.
	Service string
	// Reason says what needs it.
	Reason string
}

// RequiredEndpoints lists the AWS services that the workload of a stack has to reach from its
// app tier. Sources: the Amazon ECS Developer Guide's "Amazon ECS interface VPC endpoints" and
// "Monitor Amazon ECS containers with ECS Exec". S3, where ECR keeps the layers of images, is
// not among them: the network always has its gateway endpoint. Neither is STS: tasks get the
// credentials of their role from the Fargate agent.
func RequiredEndpoints(c *Config) []RequiredEndpoint {
	required := []RequiredEndpoint{
		{"ecr.api", "Fargate asks ECR for the right to pull images"},
		{"ecr.dkr", "Fargate pulls images from ECR"},
		{"logs", "containers log to CloudWatch"},
	}
	var database, secret, parameter, exec, queue, probe []string
	if c.ProbeFrom() == ProbeInside {
		probe = []string{"the probe"}
	}
	for _, unit := range c.Units() {
		if len(c.Queues(unit)) > 0 {
			queue = append(queue, unit.Name)
		}
		if unit.DatabaseAccess {
			database = append(database, unit.Name)
		}
		for _, secrets := range unit.SecretMaps() {
			for _, stored := range secrets {
				if parameterName(stored) != "" {
					parameter = append(parameter, unit.Name)
				} else {
					secret = append(secret, unit.Name)
				}
			}
		}
	}
	for _, service := range c.Services {
		if service.ExecuteCommand {
			exec = append(exec, service.Name)
		}
	}
	if c.Operator.Enabled {
		database, exec = append(database, OperatorName), append(exec, OperatorName)
	}
	for _, need := range []struct {
		service, reason string
		by              []string
	}{
		{"secretsmanager", "Fargate reads the database secret", database},
		{"secretsmanager", "Fargate reads secrets", secret},
		{"ssm", "Fargate reads parameters", parameter},
		{"ssmmessages", "ECS Exec talks to Session Manager", exec},
		{"kms", "ECS Exec encrypts its sessions", exec},
		{"sqs", "tasks reach queues", queue},
		{"secretsmanager", "the age of the database's password", probe},
		{"sns", "the topic's subscriptions", probe},
	} {
		known := slices.ContainsFunc(required, func(r RequiredEndpoint) bool { return r.Service == need.service })
		if len(need.by) > 0 && !known {
			by := strings.Join(slices.Compact(need.by), ", ")
			required = append(required, RequiredEndpoint{need.service, need.reason + " for " + by})
		}
	}
	known := slices.ContainsFunc(required, func(r RequiredEndpoint) bool { return r.Service == "sqs" })
	if c.LogSearch.Enabled && !known {
		required = append(required, RequiredEndpoint{"sqs", "log search queues what it cannot deliver"})
	}
	return required
}

// anyBucket is the entry of network.readableBuckets that stands for all buckets.
const anyBucket = "*"

// ReadableBuckets returns the buckets of others that the network may read through S3's endpoint:
// those that are configured, or all if an image is not in ECR. A registry that redirects to S3
// fails with 403 behind an endpoint that does not allow its bucket:
// https://github.com/kubernetes/k8s.io/issues/4214
// https://github.com/docker/hub-feedback/issues/1318
func (c *Config) ReadableBuckets() []string {
	if len(c.Network.ReadableBuckets) > 0 {
		return c.Network.ReadableBuckets
	}
	images := []string{}
	for _, unit := range c.Units() {
		images = append(images, unit.Image)
	}
	for _, service := range c.Services {
		images = slices.Concat(images, service.Images(), []string{service.Previous.Image}, service.Previous.SidecarImages)
	}
	if c.Operator.Enabled {
		images = append(images, c.OperatorImage())
	}
	if slices.ContainsFunc(images, func(image string) bool { return image != "" && !inECR(image) }) {
		return []string{anyBucket}
	}
	return nil
}

// validateEndpoints accepts a network without NAT only if there is an endpoint for everything
// that the workload needs.
func (c *Config) validateEndpoints(v *validation, at path) {
	if c.Network.NAT != NATNone {
		return
	}
	listed := at.key("network").key("interfaceEndpoints")
	var missing, reasons []string
	for _, endpoint := range RequiredEndpoints(c) {
		if !slices.Contains(c.Network.InterfaceEndpoints, endpoint.Service) {
			missing = append(missing, endpoint.Service)
			reasons = append(reasons, endpoint.Service+" ("+endpoint.Reason+")")
		}
	}
	if len(missing) > 0 {
		v.add(listed, "a list without "+strings.Join(missing, ", "),
			"with nat none all that the workload needs: "+strings.Join(reasons, "; "),
			"add "+strings.Join(missing, ", ")+", or set network.nat to single or per-az")
	}
	type place struct {
		at    path
		image string
	}
	var named []place
	for _, unit := range c.Units() {
		named = append(named, place{unit.at(at).key("image"), unit.Image})
	}
	for i := range c.Services {
		for n, sidecar := range c.Services[i].Sidecars {
			named = append(named, place{at.key("services").index(i).key("sidecars").index(n).key("image"), sidecar.Image})
		}
	}
	for _, one := range named {
		if region := c.AWS.Region; v.sound(at.key("aws").key("region")) && !inRegistry(one.image, region) {
			v.add(one.at, quote(one.image), "with network.nat none images from ECR in "+region+", which its endpoints reach",
				"copy the image into ECR, or set network.nat to single or per-az")
		}
	}
}
