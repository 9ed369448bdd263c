package stack

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"

	"aws-webapp/internal/awsdata/resourcetypes"
)

// warnOfUnserved warns of services with a version that is, or will be, registered but does not serve: the release
// command deploys it. AWS itself is asked which version serves, since the state does not learn of releases.
func (w *workload) warnOfUnserved(ctx *pulumi.Context, opts ...pulumi.InvokeOption) error {
	var unserved []string
	for i := range w.cfg.Services {
		if !w.cfg.Services[i].Held() {
			continue
		}
		what, err := w.unserved(ctx, i, opts)
		if err != nil {
			return err
		}
		if what != "" {
			unserved = append(unserved, w.cfg.Services[i].Name+": "+what)
		}
	}
	if len(unserved) == 0 {
		return nil
	}
	slices.Sort(unserved)
	const warning = "Registered and not served yet, or about to be:\n  %s\nThe update does not bring it to its users. " +
		"Next: go run ./cmd/webapp release rollout --stack %s"
	return ctx.Log.Warn(fmt.Sprintf(warning, strings.Join(unserved, "\n  "), ctx.Stack()), nil)
}

// unserved names the version that a service has registered but does not serve; "" if there is
// none.
func (w *workload) unserved(ctx *pulumi.Context, i int, opts []pulumi.InvokeOption) (string, error) {
	service, cfg := w.services[i], &w.cfg.Services[i]
	if _, up := w.was.Find(resourcetypes.ECSService, service.Name); !up {
		if len(cfg.Deployment.Migration.Command) > 0 {
			return "its first version, which starts before its migration has run", nil
		}
		return "", nil
	}
	// If it fails, the update reports the error itself.
	registered, err := internals.UnsafeAwaitOutput(ctx.Context(), service.TaskDefinitionARN)
	if err != nil {
		return "", nil //nolint:nilerr // see above
	}
	// The provider answers with the service's taskDefinition, which follows the primary task set under CodeDeploy
	// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateServicePrimaryTaskSet.html).
	found, err := ecs.LookupService(ctx, &ecs.LookupServiceArgs{
		ClusterArn: w.scope.ARN("ecs", "cluster/"+service.ClusterName), ServiceName: service.Name,
	}, opts...)
	if err != nil {
		// It may have been deleted by hand; drift and release report that.
		return "", ctx.Log.Debug(fmt.Sprintf("look which version of %s serves: %v", service.Name, err), nil)
	}
	serves := revisionOf(found.TaskDefinition)
	wanted, known := registered.Value.(string)
	switch {
	case serves == "":
		return "", nil
	case !registered.Known || !known:
		return "a new version, while " + serves + " serves", nil
	case revisionOf(wanted) != serves:
		return revisionOf(wanted) + ", while " + serves + " serves", nil
	default:
		return "", nil
	}
}

// revisionOf returns family:revision of a task definition's ARN.
func revisionOf(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }
