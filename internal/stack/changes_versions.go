package stack

import (
	"cmp"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"aws-webapp/components"
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/config"
	"aws-webapp/internal/deployed"
)

// version holds what a deployed task definition needs to run.
type version struct {
	Name, Image  string
	PortMappings []struct{ ContainerPort int }
	Environment  []struct{ Name, Value string }
	Secrets      []struct{ Name, ValueFrom string }
	// bucket is the task role's access to the application's bucket.
	bucket config.BucketAccess
	// beside are the service's other containers.
	beside []version
}

// versionOf reads the task definition of the last update; ok is false if there is none.
func versionOf(was *deployed.Stack, service string) (v version, ok bool) {
	definition, up := was.Find(resourcetypes.TaskDefinition, service)
	var containers []version
	if !up || json.Unmarshal([]byte(definition.Text("containerDefinitions")), &containers) != nil || len(containers) == 0 {
		return version{}, false
	}
	// The provider orders containers by name.
	i := max(slices.IndexFunc(containers, func(c version) bool { return c.Name == service }), 0)
	v = containers[i]
	v.beside = slices.Delete(containers, i, i+1)
	for _, c := range v.beside {
		v.PortMappings = append(v.PortMappings, c.PortMappings...)
		v.Secrets = append(v.Secrets, c.Secrets...)
	}
	v.bucket = config.BucketNone
	if v.has("BUCKET_NAME") {
		v.bucket = bucketAccess(was, path.Base(definition.Text("taskRoleArn")))
	}
	return v, true
}

// bucketAccess returns the access that a task role allows. If a role has policies of both kinds,
// one of them is for the previous version (services[].previous): then it is not known that anybody
// needs more than reading.
func bucketAccess(was *deployed.Stack, role string) config.BucketAccess {
	access := config.BucketReadWrite
	for _, policy := range was.Of(resourcetypes.RolePolicy) {
		document := policy.Text("policy")
		if policy.Text("role") == role && strings.Contains(document, `"s3:GetObject"`) &&
			!strings.Contains(document, `"s3:PutObject"`) {
			access = config.BucketRead
		}
	}
	return access
}

func (v version) has(variable string) bool {
	return slices.ContainsFunc(v.Environment, func(e struct{ Name, Value string }) bool { return e.Name == variable })
}

// uses reports whether the version has what an access gives. Services may name the variables of the database
// themselves: then its secret, which RDS names rds!..., or its address shows it.
func (v version) uses(access config.Access) bool {
	if access.Key != "databaseAccess" || v.has(access.Variables[0]) {
		return v.has(access.Variables[0])
	}
	for _, secret := range v.Secrets {
		if isDatabaseSecret(secret.ValueFrom) {
			return true
		}
	}
	return slices.ContainsFunc(v.Environment, func(e struct{ Name, Value string }) bool {
		return strings.Contains(e.Value, ".rds.amazonaws.com")
	})
}

func isDatabaseSecret(arn string) bool { return strings.Contains(arn, ":secret:rds!") }

// refuseVersion: if the release command deploys, the tasks of the last deployment keep running after an
// update, and a rollback goes back to them. An update that closes their port, cuts them off from the
// database, or removes their permissions would be an immediate outage.
func (w *workload) refuseVersion() config.Errors {
	var errs config.Errors
	for i, service := range w.cfg.Services {
		was, up := versionOf(w.was, service.Name)
		if !up || !service.Held() {
			continue
		}
		for _, lost := range w.lost(was, service) {
			errs = append(errs, &config.Error{
				Key: w.serviceKey(i, lost.key), Found: lost.found,
				Allowed: "a change that leaves the running tasks what they need until the release has replaced them",
				Fix: fmt.Sprintf("set %s to %s in the same update, deploy, and remove it when the deployment has ended",
					w.serviceKey(i, "previous."+lost.previous), lost.value),
			})
		}
	}
	return errs
}

// loss describes what running tasks would lose by a change of a key.
type loss struct{ key, found, previous, value string }

func (w *workload) lost(v version, now config.Service) []loss {
	var lost []loss
	if len(v.PortMappings) > 0 {
		port := v.PortMappings[0].ContainerPort
		if port != now.Port && port != now.Previous.Port {
			found := fmt.Sprintf("%d, while tasks listen on %d", now.Port, port)
			lost = append(lost, loss{"port", found, "port", fmt.Sprint(port)})
		}
	}
	lost = append(lost, v.lostImages(now)...)
	lost = append(lost, w.lostWays(now)...)
	for _, access := range config.Accesses {
		// How much access a service has to the bucket is compared below.
		if access.Key != "bucketAccess" && v.uses(access) && !access.Given(&now) {
			lost = append(lost, loss{access.Key, "false, while tasks use " + access.Part, access.Key, "true"})
		}
	}
	if stays := max(bucketLevel(now.BucketAccess), bucketLevel(now.Previous.BucketAccess)); stays < bucketLevel(v.bucket) {
		found := fmt.Sprintf("%s, while tasks have %s", now.BucketAccess, v.bucket)
		lost = append(lost, loss{"bucketAccess", found, "bucketAccess", string(v.bucket)})
	}
	return append(lost, v.lostSecrets(w.secretARNs(slices.Concat(now.Previous.Secrets, now.AllSecrets())))...)
}

// lostWays returns the ways out that the update closes. Nothing of a running task tells which of them it needs, so
// all are taken for needed that the last update opened for the service itself, and not for an earlier version.
func (w *workload) lostWays(now config.Service) []loss {
	group, _ := w.was.Find(resourcetypes.SecurityGroup, "security-groups-app-"+now.Name)
	all, _ := now.AllEgress()
	var lost []loss
	for _, rule := range w.was.Of(resourcetypes.EgressRule) {
		tags, _ := rule.Outputs["tags"].(map[string]any)
		way := config.Egress{
			To:   cmp.Or(rule.Text("cidrIpv4"), rule.Text("prefixListId")),
			Port: int(rule.Number("fromPort")), Protocol: rule.Text("ipProtocol"),
		}
		switch {
		case group.Text("id") == "" || rule.Text("securityGroupId") != group.Text("id"):
		case tags[components.ReasonTag] == nil || tags[components.PreviousTag] != nil:
		case slices.ContainsFunc(all, way.Same):
		default:
			shown := fmt.Sprintf("%s %d to %s", way.Protocol, way.Port, way.To)
			found := "no way for " + shown + ", which tasks may use"
			lost = append(lost, loss{"egress", found, "egress", "a list with " + shown})
		}
	}
	return lost
}

// lostImages returns the images that the roles could no longer pull.
func (v version) lostImages(now config.Service) []loss {
	stays := slices.Concat(now.Images(), []string{now.Previous.Image}, now.Previous.SidecarImages)
	for i, image := range stays {
		stays[i] = repositoryOf(image)
	}
	var lost []loss
	for i, c := range append([]version{v}, v.beside...) {
		repository := repositoryOf(c.Image)
		if slices.Contains(stays, repository) {
			continue
		}
		found := "another repository than " + repository + ", which tasks are started from"
		if i == 0 {
			lost = append(lost, loss{"image", found, "image", c.Image})
		} else {
			lost = append(lost, loss{"sidecars", found, "sidecarImages", "a list with " + c.Image})
		}
	}
	return lost
}

// bucketLevel orders kinds of access; -1 is none.
func bucketLevel(access config.BucketAccess) int {
	return slices.Index([]config.BucketAccess{config.BucketRead, config.BucketReadWrite}, access)
}

// lostSecrets returns the names of variables, not ARNs: an ARN may reveal what the secret is
// about.
func (v version) lostSecrets(staying []string) []loss {
	var lost []loss
	for _, secret := range v.Secrets {
		if !slices.Contains(staying, secret.ValueFrom) && !isDatabaseSecret(secret.ValueFrom) {
			lost = append(lost, loss{
				"secrets", "another secret than the running tasks read as " + secret.Name,
				"secrets", "a list with the ARN that it had",
			})
		}
	}
	return lost
}

// repositoryOf returns an image reference without tag and digest.
func repositoryOf(image string) string {
	image, _, _ = strings.Cut(image, "@")
	if colon := strings.LastIndexByte(image, ':'); colon > strings.LastIndexByte(image, '/') {
		image = image[:colon]
	}
	return image
}
