package resourcetypes

import "time"

// HTTPNamespace is the token of the namespace in which services find each other by name.
const HTTPNamespace = "aws:servicediscovery/httpNamespace:HttpNamespace"

func init() { register(discoveryServices, discoveryTypes) }

var discoveryServices = []Service{{Prefix: "servicediscovery", Group: "compute", Unnamed: []string{"namespace/*"}}}

var discoveryTypes = []Type{
	{
		Token:  HTTPNamespace,
		Create: Operation{Name: "servicediscovery.CreateHttpNamespace"},
		Actions: []Actions{{
			Service: "servicediscovery", Read: "GetNamespace GetOperation ListTagsForResource",
			Write: "CreateHttpNamespace DeleteNamespace TagResource UntagResource",
		}},
		// AWS Cloud Map pricing: what ECS Service Connect registers and looks up is not charged.
		Free: "Cloud Map does not charge for what ECS Service Connect registers",
		Times: Times{
			Create: 35 * time.Second, Update: 2 * time.Second, Delete: 35 * time.Second,
			Source: "wait: servicediscovery/wait.go polls the operation; estimate: half a minute",
		},
	},
}
