package stack

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/config"
	"aws-webapp/internal/deployed"
)

// version is what a deployed task definition needs to run.
type version struct {
	Image        string
	PortMappings []struct{ ContainerPort int }
	Environment  []struct{ Name string }
	Secrets      []struct{ Name, ValueFrom string }
	// bucket is what the task role allows with the application's bucket.
	bucket config.BucketAccess
}

// versionOf reads the task definition of the last update; ok is false where there is none.
func versionOf(was *deployed.Stack, service string) (v version, ok bool) {
	definition, up := was.Find(resourcetypes.TaskDefinition, service)
	var containers []version
	if !up || json.Unmarshal([]byte(definition.Text("containerDefinitions")), &containers) != nil || len(containers) == 0 {
		return version{}, false
	}
	v = containers[0]
	v.bucket = config.BucketNone
	if v.has("BUCKET_NAME") {
		v.bucket = bucketAccess(was, path.Base(definition.Text("taskRoleArn")))
	}
	return v, true
}

// bucketAccess is what a task role allows. A role with policies of both kinds has one of them for
// the version before, as services[].previous said: then nobody is known to need more than reading.
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
	return slices.ContainsFunc(v.Environment, func(e struct{ Name string }) bool { return e.Name == variable })
}

// refuseVersion: where the release command deploys, the tasks of the last deployment run on after
// an update, and are what is rolled back to. An update that takes the way to their port, to the database,
// or their rights away is an outage at once.
func (w *workload) refuseVersion() config.Errors {
	var errs config.Errors
	for i, service := range w.cfg.Services {
		was, up := versionOf(w.was, service.Name)
		if !up || !service.Held() {
			continue
		}
		for _, lost := range was.lost(service) {
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

// loss is what running tasks would lose by a change of a key.
type loss struct{ key, found, previous, value string }

func (v version) lost(now config.Service) []loss {
	var lost []loss
	if len(v.PortMappings) > 0 {
		port := v.PortMappings[0].ContainerPort
		if port != now.Port && port != now.Previous.Port {
			found := fmt.Sprintf("%d, while tasks listen on %d", now.Port, port)
			lost = append(lost, loss{"port", found, "port", fmt.Sprint(port)})
		}
	}
	repository := repositoryOf(v.Image)
	if repository != repositoryOf(now.Image) && repository != repositoryOf(now.Previous.Image) {
		found := "another repository than " + repository + ", which tasks are started from"
		lost = append(lost, loss{"image", found, "image", v.Image})
	}
	if v.has("DATABASE_URL") && !now.DatabaseAccess && !now.Previous.DatabaseAccess {
		lost = append(lost, loss{"databaseAccess", "false, while tasks use the database", "databaseAccess", "true"})
	}
	if stays := max(bucketLevel(now.BucketAccess), bucketLevel(now.Previous.BucketAccess)); stays < bucketLevel(v.bucket) {
		found := fmt.Sprintf("%s, while tasks have %s", now.BucketAccess, v.bucket)
		lost = append(lost, loss{"bucketAccess", found, "bucketAccess", string(v.bucket)})
	}
	return append(lost, v.lostSecrets(now)...)
}

// bucketLevel orders accesses; one that is not given is none.
func bucketLevel(access config.BucketAccess) int {
	return slices.Index([]config.BucketAccess{config.BucketNone, config.BucketRead, config.BucketReadWrite}, access)
}

// lostSecrets names variables: an ARN may say what the secret is about.
func (v version) lostSecrets(now config.Service) []loss {
	var lost []loss
	for _, secret := range v.Secrets {
		stays := slices.Contains(now.Previous.Secrets, secret.ValueFrom) || strings.HasPrefix(secret.Name, "PG")
		for _, arn := range now.Secrets {
			stays = stays || arn == secret.ValueFrom
		}
		if !stays {
			lost = append(lost, loss{
				"secrets", "another secret than the running tasks read as " + secret.Name,
				"secrets", "a list with the ARN that it had",
			})
		}
	}
	return lost
}

// repositoryOf is an image reference without tag and digest.
func repositoryOf(image string) string {
	image, _, _ = strings.Cut(image, "@")
	if colon := strings.LastIndexByte(image, ':'); colon > strings.LastIndexByte(image, '/') {
		image = image[:colon]
	}
	return image
}
