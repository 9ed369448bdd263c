package catalog

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/prop"
)

func init() { tables = append(tables, discoveryTypes) }

// discoveryTypes are namespaces of Cloud Map.
var discoveryTypes = Types{
	resourcetypes.HTTPNamespace: {
		Name:    &Name{Max: 1024, Chars: regexp.MustCompile(`^[!-~]+$`)},
		ID:      "ns-{lower16#namespace}",
		Outputs: Outputs{"arn": "arn:{partition}:servicediscovery:{region}:{account}:namespace/{id}", "httpName": "{.name}"},
		Unique: []Unique{{Properties: []string{"name"}, Error: "NamespaceAlreadyExists: The namespace {.name} already " +
			"exists."}},
		Tags:     true,
		NotFound: "NamespaceNotFound: Namespace with ID {value} not found.",
		InUse:    "ResourceInUse: Namespace has associated services.",
	},
}

// connectName is a name among services: ECS API reference, ServiceConnectService and ServiceConnectClientAlias.
var connectName = regexp.MustCompile(`^[a-z0-9_][a-z0-9_-]{0,63}$`)

// connectedName is one name of a service in its namespace, with the port at which clients find it.
type connectedName struct {
	portName, discovery, dns string
	port                     float64
}

func connectedNames(service resource.PropertyMap) []connectedName {
	var names []connectedName
	for _, of := range prop.Objects(service, "serviceConnectConfiguration.services[]") {
		name := connectedName{portName: prop.Text(of, "portName"), discovery: prop.Text(of, "discoveryName")}
		if name.discovery == "" {
			name.discovery = name.portName
		}
		for _, alias := range prop.Objects(of, "clientAlias[]") {
			name.dns = prop.Text(alias, "dnsName")
			name.port, _ = prop.Number(alias, "port")
		}
		names = append(names, name)
	}
	return names
}

// connectable: what ECS refuses of Service Connect. It deploys such services itself, and each name is one of the task's
// named ports, once in the namespace. The words of the refusals are not published.
//
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectService.html
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html
// https://github.com/aws/containers-roadmap/issues/1993
func connectable(c *Call) error {
	if !prop.True(c.Inputs, "serviceConnectConfiguration.enabled") {
		return nil
	}
	if controller := c.Text("deploymentController.type"); controller != "" && controller != "ECS" {
		return Errorf("InvalidParameterException", "Service Connect is not supported by services with a %s deployment "+
			"controller.", controller)
	}
	task, known := c.taskOfService()
	var ports []string
	for _, container := range containerSystems(task.Props) {
		for _, mapping := range container.PortMappings {
			ports = append(ports, mapping.Name)
		}
	}
	for _, name := range connectedNames(c.Inputs) {
		switch {
		case known && !slices.Contains(ports, name.portName):
			return Errorf("InvalidParameterException", "The portName %q does not match the name of a port mapping of the "+
				"task definition.", name.portName)
		case !connectName.MatchString(name.discovery):
			return Errorf("InvalidParameterException", "%q is not a discoveryName.", name.discovery)
		case name.port == 0:
			return Errorf("InvalidParameterException", "The service %s needs a clientAlias with a port.", name.discovery)
		}
		if err := c.nameFree(name); err != nil {
			return err
		}
	}
	return nil
}

// nameFree says which other service of the namespace has the name.
func (c *Call) nameFree(name connectedName) error {
	namespace := c.Text("serviceConnectConfiguration.namespace")
	for _, other := range c.List(resourcetypes.ECSService) {
		if c.is(other) || prop.Text(other.Props, "serviceConnectConfiguration.namespace") != namespace {
			continue
		}
		for _, taken := range connectedNames(other.Props) {
			// Without a name of its own, an alias is found by the discovery name.
			alias := name.dns != "" && name.dns == taken.dns && name.port == taken.port
			if name.discovery == taken.discovery || alias {
				return Errorf("InvalidParameterException", "%s is in use in the namespace %s by the service %s.",
					fmt.Sprintf("%s (%s:%v)", name.discovery, name.dns, name.port), namespace, prop.Text(other.Props, "name"))
			}
		}
	}
	return nil
}
