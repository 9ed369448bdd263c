package verify

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
)

// outputs holds the stack outputs that describe how to verify its services.
type outputs struct {
	URL string `json:"url"`
	// PrivateURL says that no request from outside of the network gets to it, and ProbeAlarm is the alarm on requests
	// from where clients come.
	PrivateURL  bool   `json:"privateUrl"`
	ProbeAlarm  string `json:"probeAlarm"`
	ClusterName string `json:"clusterName"`
	AlertTopic  string `json:"alertTopicArn"`
	// Subscriptions is the number of subscriptions of the topic in the stack file.
	Subscriptions int                       `json:"alertSubscriptions"`
	Services      map[string]serviceOutputs `json:"services"`
	Jobs          map[string]jobOutputs     `json:"jobs"`
}

type jobOutputs struct {
	TaskDefinitionARN string   `json:"taskDefinitionArn"`
	Container         string   `json:"container"`
	Schedule          string   `json:"schedule"`
	Timezone          string   `json:"timezone"`
	ScheduleName      string   `json:"scheduleName"`
	Alarms            []string `json:"alarms"`
}

type serviceOutputs struct {
	Name                  string   `json:"name"`
	Kind                  string   `json:"kind"`
	TaskDefinitionARN     string   `json:"taskDefinitionArn"`
	CodeDeployApplication string   `json:"codeDeployApplication"`
	CodeDeployGroup       string   `json:"codeDeployGroup"`
	URL                   string   `json:"url"`
	ProtocolVersion       string   `json:"protocolVersion"`
	Alarms                []string `json:"alarms"`
}

func readOutputs(source io.Reader) (out outputs, err error) {
	if err := json.NewDecoder(source).Decode(&out); err != nil {
		return out,
			fmt.Errorf("--outputs: found no JSON of stack outputs (%w): write the file with pulumi stack output --json", err)
	}
	return out, nil
}

// regionOf an ARN; "" of what is none.
func regionOf(text string) string {
	parsed, _ := arn.Parse(text)
	return parsed.Region
}

// FromOutputs fills in what a request leaves open from a stack's outputs, the JSON of pulumi
// stack output --json, and returns the stack's region. The task definition is only filled in
// for rolling deployments, where the program decides it; under blue/green CodeDeploy does.
func (r *Request) FromOutputs(source io.Reader) (region string, err error) {
	out, err := readOutputs(source)
	if err != nil {
		return "", err
	}
	if len(out.Services) == 0 {
		return "",
			fmt.Errorf("--outputs: found no services in the outputs: take those of a workload stack that has been deployed")
	}
	if r.Service == "" && len(out.Services) == 1 {
		r.Service = slices.Collect(maps.Keys(out.Services))[0]
	}
	service, known := out.Services[r.Service]
	if !known {
		return "", fmt.Errorf("--service: found %q, but the stack has %s: name one of these",
			r.Service, strings.Join(slices.Sorted(maps.Keys(out.Services)), ", "))
	}
	fill(&r.Cluster, out.ClusterName)
	fill(&r.AlertTopic, out.AlertTopic)
	r.Subscriptions = out.Subscriptions
	// Outputs of an older program say no kind: all services were behind the load balancer.
	r.Unaddressed = service.Kind != "" && service.Kind != "web"
	r.Private = out.PrivateURL && !r.Unaddressed
	if !r.Unaddressed && !r.Private {
		fill(&r.URL, service.URL)
		fill(&r.URL, out.URL)
	}
	r.GRPC = r.GRPC || service.ProtocolVersion == "GRPC"
	fill(&r.Application, service.CodeDeployApplication)
	fill(&r.DeploymentGroup, service.CodeDeployGroup)
	if service.CodeDeployApplication == "" {
		fill(&r.TaskDefinition, service.TaskDefinitionARN)
	}
	if len(r.Alarms) == 0 {
		r.Alarms = service.Alarms
		if r.Private && out.ProbeAlarm != "" {
			r.Alarms = append(slices.Clone(r.Alarms), out.ProbeAlarm)
		}
	}
	return regionOf(service.TaskDefinitionARN), nil
}

// fill sets a field that is empty.
func fill(field *string, value string) {
	if *field == "" {
		*field = value
	}
}
