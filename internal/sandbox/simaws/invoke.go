package simaws

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"aws-webapp/internal/sandbox/simaws/catalog"
	"aws-webapp/internal/sandbox/simaws/cloud"
)

// question is one call of a provider function.
type question struct {
	place
	catalog.World
	args resource.PropertyMap
	tags resource.PropertyMap
}

// answer holds the results of a function by name.
type answer = map[string]any

// function answers a question about AWS. Its answer is completed with the arguments, as
// the provider echoes them.
type function func(q *question) (answer, error)

// functions holds the provider functions that the simulation supports. To add one, write a
// function that answers as AWS would, beside similar ones in functions_*.go, and add it here;
// the properties of its answer must be those of the SDK's result struct.
var functions = map[string]function{
	"aws:index/getCallerIdentity:getCallerIdentity":       getCallerIdentity,
	"aws:index/getPartition:getPartition":                 getPartition,
	"aws:index/getAvailabilityZones:getAvailabilityZones": getAvailabilityZones,
	"aws:ecs/getService:getService":                       getService,
}

// Invoke answers a function call.
func (p *Provider) Invoke(ctx context.Context, req *pulumirpc.InvokeRequest) (*pulumirpc.InvokeResponse, error) {
	ask, ok := functions[req.GetTok()]
	if !ok {
		return nil, fmt.Errorf("the simulated AWS does not know the function %s: add it to the table of functions in "+
			"internal/sandbox/simaws/invoke.go; known are %s", req.GetTok(),
			strings.Join(slices.Sorted(maps.Keys(functions)), ", "))
	}
	args, err := unmarshal(req.GetArgs())
	if err != nil {
		return nil, err
	}
	s := sessionOf(ctx)
	tags, _ := s.tags()
	var result answer
	err = p.opts.Cloud.View(func(r *cloud.Reader) error {
		result, err = ask(&question{place: s.place(), World: world{r}, args: bare(args), tags: tags})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("invoking %s: %w", req.GetTok(), err)
	}
	all := resource.PropertyMap{}
	maps.Copy(all, args)
	maps.Copy(all, resource.NewPropertyMapFromMap(result))
	returned, err := marshal(all)
	return &pulumirpc.InvokeResponse{Return: returned}, err
}
