package simaws

import (
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/catalog"
	"aws-webapp/internal/sandbox/simaws/prop"
)

// getService answers as ECS does, with the version that serves: under CODE_DEPLOY that of the primary task set (API
// reference of ECS, UpdateServicePrimaryTaskSet).
func getService(q *question) (answer, error) {
	name := prop.Text(q.args, "serviceName")
	for _, service := range q.List(resourcetypes.ECSService) {
		cluster := prop.Text(service.Props, "cluster")
		if prop.Text(service.Props, "name") != name || cluster != prop.Text(q.args, "clusterArn") {
			continue
		}
		found := copied(service.Props, service.ID, "desiredCount", "launchType", "schedulingStrategy", "taskDefinition",
			"availabilityZoneRebalancing")
		found["arn"], found["clusterArn"], found["serviceName"] = service.ID, cluster, name
		return found, nil
	}
	return nil, catalog.Errorf("ServiceNotFoundException", "The service %s was not found.", name)
}
