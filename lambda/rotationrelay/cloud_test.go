package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// cloud is ECS and CodeDeploy as far as the relay knows them: a real HTTP server that the AWS SDK
// talks to.
type cloud struct {
	url string

	mu       sync.Mutex
	services map[string]map[string]any // as DescribeServices answers
	// deployments of CodeDeploy by id; it refuses another one as many times as busy says.
	deployments map[string]map[string]any
	busy        int
	// meanwhile happens each time that it refuses one so.
	meanwhile func()
	// hanging makes it answer nothing any more.
	hanging bool
	// fail answers a call with an error instead: by operation, one after the other.
	fail  map[string][]failure
	calls []call
}

type failure struct {
	status        int
	code, message string
	apply         bool // the call is carried out nevertheless
}

type call struct {
	operation string
	input     map[string]any
}

var rotatedAt = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)

func startCloud(t *testing.T) *cloud {
	t.Helper()
	c := &cloud{services: map[string]map[string]any{}, deployments: map[string]map[string]any{}, fail: map[string][]failure{}}
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	c.url = server.URL
	return c
}

func (c *cloud) rolling(name string, created time.Time) {
	c.services[name] = map[string]any{
		"serviceName": name, "status": "ACTIVE",
		"deployments": []any{
			map[string]any{"id": "ecs-svc/2", "status": "PRIMARY", "rolloutState": "COMPLETED", "createdAt": created.Unix()},
			map[string]any{"id": "ecs-svc/1", "status": "ACTIVE", "rolloutState": "COMPLETED", "createdAt": created.Unix() - 1000},
		},
	}
}

func (c *cloud) blueGreen() {
	const name = "api"
	c.services[name] = map[string]any{
		"serviceName": name, "status": "ACTIVE",
		"deploymentController": map[string]any{"type": "CODE_DEPLOY"},
		"taskSets": []any{
			map[string]any{"id": "ecs-svc/9", "status": "ACTIVE", "taskDefinition": "arn:task-definition/" + name + ":8"},
			map[string]any{
				"id": "ecs-svc/7", "status": "PRIMARY", "taskDefinition": "arn:task-definition/" + name + ":7",
				"platformVersion": "1.4.0",
				"loadBalancers":   []any{map[string]any{"containerName": name, "containerPort": 8000, "targetGroupArn": "arn:tg"}},
				"networkConfiguration": map[string]any{"awsvpcConfiguration": map[string]any{
					"subnets": []string{"subnet-1", "subnet-2"}, "securityGroups": []string{"sg-1"}, "assignPublicIp": "DISABLED",
				}},
				"capacityProviderStrategy": []any{map[string]any{"capacityProvider": "FARGATE_SPOT", "base": 1, "weight": 2}},
			},
		},
	}
}

// deployed adds a deployment of CodeDeploy to the history.
func (c *cloud) deployed(id string, created time.Time, status, creator string) {
	c.deployments[id] = map[string]any{
		"deploymentId": id, "createTime": created.Unix(), "status": status, "creator": creator,
	}
}

func (c *cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	hanging := c.hanging
	c.mu.Unlock()
	if hanging {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	input := map[string]any{}
	if err := json.NewDecoder(r.Body).Decode(&input); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	c.calls = append(c.calls, call{operation, input})
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	if waiting := c.fail[operation]; len(waiting) > 0 {
		c.fail[operation] = waiting[1:]
		if waiting[0].apply {
			c.answer(operation, input)
		}
		refuse(w, waiting[0])
		return
	}
	answer, refused := c.answer(operation, input)
	if refused != nil {
		refuse(w, *refused)
		return
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func refuse(w http.ResponseWriter, f failure) {
	w.WriteHeader(f.status)
	_ = json.NewEncoder(w).Encode(map[string]string{"__type": f.code, "message": f.message})
}

func (c *cloud) answer(operation string, input map[string]any) (any, *failure) {
	switch operation {
	case "DescribeServices":
		name := input["services"].([]any)[0].(string)
		found := []any{}
		if service, exists := c.services[name]; exists {
			found = append(found, service)
		}
		return map[string]any{"services": found, "failures": []any{}}, nil
	case "UpdateService":
		c.rolling(input["service"].(string), rotatedAt.Add(time.Minute))
		return map[string]any{}, nil
	case "ListDeployments":
		return map[string]any{"deployments": c.list(input)}, nil
	case "BatchGetDeployments":
		infos := []any{}
		for _, id := range input["deploymentIds"].([]any) {
			infos = append(infos, c.deployments[id.(string)])
		}
		return map[string]any{"deploymentsInfo": infos}, nil
	case "CreateDeployment":
		if c.busy > 0 {
			c.busy--
			if c.meanwhile != nil {
				c.meanwhile()
			}
			return nil, &failure{
				http.StatusBadRequest, "DeploymentLimitExceededException",
				"The Deployment Group 'group' already has an active Deployment 'd-OLD'", false,
			}
		}
		id := fmt.Sprintf("d-%d", len(c.deployments))
		c.deployed(id, rotatedAt.Add(time.Minute), "Created", "user")
		return map[string]any{"deploymentId": id}, nil
	default:
		return nil, &failure{http.StatusBadRequest, "InvalidAction", operation, false}
	}
}

func (c *cloud) list(input map[string]any) []string {
	ids := []string{}
	start := input["createTimeRange"].(map[string]any)["start"].(float64)
	for id, deployment := range c.deployments {
		wanted := slices.Contains(input["includeOnlyStatuses"].([]any), deployment["status"])
		if wanted && float64(deployment["createTime"].(int64)) >= start {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// changes are the calls that change something.
func (c *cloud) changes() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	changes := []string{}
	for _, one := range c.calls {
		switch one.operation {
		case "UpdateService":
			changes = append(changes, fmt.Sprint("UpdateService ", one.input["service"]))
		case "CreateDeployment":
			changes = append(changes, fmt.Sprint("CreateDeployment ", one.input["applicationName"]))
		}
	}
	slices.Sort(changes)
	return changes
}

func (c *cloud) input(operation string) map[string]any {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, one := range c.calls {
		if one.operation == operation {
			return one.input
		}
	}
	return nil
}

// relayTo is a relay for the services whose waiting takes no time.
func relayTo(t *testing.T, c *cloud, services ...service) (*relay, *bytes.Buffer) {
	t.Helper()
	output := &bytes.Buffer{}
	return wire(
		&config{cluster: "app", secrets: []string{secretARN}, services: services},
		aws.Config{
			Region:       "eu-central-1",
			BaseEndpoint: aws.String(c.url),
			Credentials:  credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "example", ""),
			Retryer: func() aws.Retryer {
				return retry.NewStandard(func(o *retry.StandardOptions) {
					o.MaxAttempts = 10
					o.MaxBackoff = time.Millisecond
					o.RateLimiter = ratelimit.None
				})
			},
		},
		time.Millisecond, output,
	), output
}

var (
	web = service{Name: "web", Controller: controllerECS}
	api = service{Name: "api", Controller: controllerCodeDeploy, Application: "api-app"}
)
