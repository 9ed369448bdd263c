package stack

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"aws-webapp/components"
	"aws-webapp/internal/config"
)

const deploymentTestName = "deployment-test"

// testFunction returns the ARN of the function that tests new versions of a service, or "".
func (w *workload) testFunction(service config.Service) string {
	if len(service.Deployment.TestPaths) == 0 {
		return ""
	}
	return components.DeploymentTestARN(w.scope, deploymentTestName)
}

// createDeploymentTest makes one function for all services that ask for it.
func (w *workload) createDeploymentTest(ctx *pulumi.Context) error {
	tests := map[string]components.ServiceTest{}
	for _, service := range w.cfg.Services {
		if w.testFunction(service) != "" {
			host, _ := service.Probe()
			tests[service.Name] = components.ServiceTest{Host: host, Paths: service.Deployment.TestPaths}
		}
	}
	if len(tests) == 0 {
		return nil
	}
	code, err := lambdaPackage(ctx, "deploymenttest")
	if err != nil {
		return err
	}
	w.tester, err = components.NewDeploymentTest(ctx, deploymentTestName, &components.DeploymentTestArgs{
		Scope:               w.scope,
		Services:            tests,
		HostName:            pulumi.String(w.cfg.ClientHost()),
		LoadBalancerAddress: w.balancer.DNSName,
		TestPort:            w.cfg.LoadBalancer.TestPort,
		Access:              w.balancerAccess(),
		PackagePath:         code,
		LogKeyARN:           w.keys.LogsARN,
		LogRetentionDays:    w.cfg.Logging.RetentionDays,
		TopicARN:            w.alerts.TopicARN,
	}, w.opts...)
	return err
}
