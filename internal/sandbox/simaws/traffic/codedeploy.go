package traffic

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/cloud"
	"aws-webapp/internal/sandbox/simaws/prop"
)

// Shift does what a CodeDeploy deployment does to a service under CODE_DEPLOY: the tasks of the
// task definition replace those that run, listening on the port, and registered in the target
// group with the name tag; the service's rules forward to it.
func Shift(account *cloud.Cloud, service, definition, group string, port int) error {
	var id, target string
	rules := []string{}
	err := account.View(func(r *cloud.Reader) error {
		for _, record := range r.List(resourcetypes.TargetGroup) {
			if record.URN.Name() == group {
				target = record.ID
			}
		}
		for _, record := range r.List(resourcetypes.ECSService) {
			if prop.Text(record.Outputs, "name") == service {
				id = record.ID
			}
		}
		for _, record := range r.List(resourcetypes.ListenerRule) {
			if name := record.URN.Name(); name == service || name == service+"-test" {
				rules = append(rules, record.ID)
			}
		}
		if id == "" || target == "" {
			return errors.New("no such service or target group")
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("shift %s: %w", service, err)
	}
	for _, rule := range rules {
		err = errors.Join(err, account.Edit(resourcetypes.ListenerRule, rule, func(props resource.PropertyMap) {
			props["actions"].ArrayValue()[0].ObjectValue()["targetGroupArn"] = resource.NewProperty(target)
		}))
	}
	return errors.Join(err, account.Edit(resourcetypes.ECSService, id, func(props resource.PropertyMap) {
		props["taskDefinition"] = resource.NewProperty(definition)
		registered := props["loadBalancers"].ArrayValue()[0].ObjectValue()
		registered["targetGroupArn"] = resource.NewProperty(target)
		registered["containerPort"] = resource.NewProperty(float64(port))
	}))
}
