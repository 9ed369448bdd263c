package stack

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"aws-webapp/components"
	"aws-webapp/internal/awsdata/resourcetypes"
)

// lambdaPackages is the folder, below the project's root, into which make lambda puts the
// functions.
var lambdaPackages = filepath.Join("dist", "lambda")

func (w *workload) createLogSearch(ctx *pulumi.Context) error {
	cfg := w.cfg.LogSearch
	if !cfg.Enabled {
		return nil
	}
	code, err := lambdaPackage(ctx, "logshipper")
	if err != nil {
		return err
	}
	args := &components.LogSearchArgs{
		Scope:                 w.scope,
		VPCID:                 w.network.VPCID,
		SubnetIDs:             w.network.AppSubnetIDs,
		ZoneCount:             w.domainZones(),
		After:                 w.network.AppReady,
		LogKeyARN:             w.keys.LogsARN,
		LogRetentionDays:      w.cfg.Logging.RetentionDays,
		EngineVersion:         cfg.EngineVersion,
		InstanceType:          cfg.InstanceType,
		InstanceCount:         cfg.InstanceCount,
		VolumeGiB:             cfg.VolumeGiB,
		ZoneAwareness:         cfg.ZoneAwareness,
		OffPeakStartHour:      cfg.OffPeakStartHour,
		ServiceLinkedRole:     cfg.ServiceLinkedRole,
		PackagePath:           code,
		MaxConcurrency:        cfg.MaxConcurrency,
		RetentionDays:         cfg.RetentionDays,
		IndexPeriod:           string(cfg.IndexPeriod(len(w.cfg.Units()))),
		ReaderRoleARNs:        cfg.ReaderRoleARNs,
		AdministratorRoleARNs: cfg.AdministratorRoleARNs,
		ReaderCIDRs:           cfg.ReaderCIDRs,
		LastResort: components.LastResort{
			Bucket: w.storage.ArtifactBucket,
			KeyARN: w.keys.DataARN,
			After:  w.storage.ArtifactBucketReady,
		},
		TopicARN: w.alerts.TopicARN,
	}
	for _, task := range w.tasks() {
		args.Sources = append(args.Sources, components.LogSource{
			Name:         task.Name,
			LogGroupName: task.LogGroupName,
			After:        []pulumi.Resource{task.LogGroup},
		})
	}
	if w.search, err = components.NewLogSearch(ctx, "search", args, w.opts...); err != nil {
		return err
	}
	ctx.Export("logSearch", pulumi.Map{
		"domainName":         pulumi.String(w.search.DomainName),
		"dashboardsUrl":      w.search.DashboardsURL,
		"functionName":       pulumi.String(w.search.FunctionName),
		"setupFunctionName":  pulumi.String(w.search.SetupFunctionName),
		"deadLetterQueueUrl": w.search.DeadLetterQueueURL,
		"lastResortBucket":   pulumi.String(w.storage.ArtifactBucket),
	})
	return nil
}

// domainZones returns the number of zones over which the domain may spread. A deployed domain
// stays in its zones when the network gets another one, as long as its nodes can be divided over
// them: AWS rebuilds all nodes when a domain moves to other subnets.
func (w *workload) domainZones() int {
	for _, domain := range w.was.Of(resourcetypes.SearchDomain) {
		options, _ := domain.Outputs["vpcOptions"].(map[string]any)
		subnets, _ := options["subnetIds"].([]any)
		if zones := min(len(subnets), len(w.zones)); zones > 1 && w.cfg.LogSearch.InstanceCount%zones == 0 {
			return zones
		}
	}
	return len(w.zones)
}

// lambdaPackage returns the absolute path of a function's zip: the engine may run in another
// directory than the program.
func lambdaPackage(ctx *pulumi.Context, name string) (string, error) {
	root, err := projectRoot(ctx)
	if err != nil {
		return "", fmt.Errorf("find the package of function %s: %w", name, err)
	}
	code := filepath.Join(root, lambdaPackages, name+".zip")
	if _, err := os.Stat(code); err != nil {
		return "", fmt.Errorf("find the package of function %s: found no file %s: run make lambda, which builds it",
			name, code)
	}
	return code, nil
}

// projectRoot returns the folder of Pulumi.yaml. The engine reports it, except to a program
// that runs inside another one; there it is the working directory or one above.
func projectRoot(ctx *pulumi.Context) (string, error) {
	if root := ctx.RootDirectory(); root != "" {
		return filepath.Abs(root)
	}
	start, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for folder := start; ; folder = filepath.Dir(folder) {
		if _, err := os.Stat(filepath.Join(folder, "Pulumi.yaml")); err == nil {
			return folder, nil
		}
		if folder == filepath.Dir(folder) {
			return "", fmt.Errorf("found no Pulumi.yaml in %s or above: run the program inside the project", start)
		}
	}
}
