package catalog

import (
	"regexp"

	"aws-webapp/internal/awsdata/resourcetypes"
)

func init() { tables = append(tables, ecrTypes) }

// ecrTypes are container registries.
var ecrTypes = Types{
	resourcetypes.Repository: {
		Name: &Name{Max: 256, Lower: true, Chars: regexp.MustCompile(`^[a-z0-9]+([._/-][a-z0-9]+)*$`)},
		ID:   "{.name}",
		Outputs: Outputs{
			"arn": "arn:{partition}:ecr:{region}:{account}:repository/{.name}", "registryId": "{account}",
			"repositoryUrl": "{account}.dkr.ecr.{region}.amazonaws.com/{.name}",
		},
		Refs: []Ref{{Path: "encryptionConfigurations[].kmsKey", To: resourcetypes.KMSKey, By: arn, Foreign: true}},
		Unique: []Unique{{Properties: []string{"name"}, Error: "RepositoryAlreadyExistsException: The repository with " +
			"name '{.name}' already exists in the registry with id '{account}'"}},
		Tags: true,
		NotFound: "RepositoryNotFoundException: The repository with name '{value}' does not exist in the registry with " +
			"id '{account}'",
	},
	resourcetypes.RepositoryLifecyclePolicy: {
		ID:      "{.repository}",
		Outputs: Outputs{"registryId": "{account}"},
		Refs:    []Ref{{Path: "repository", To: resourcetypes.Repository}},
		JSON:    []string{"policy"},
	},
	resourcetypes.RepositoryPolicy: {
		ID:      "{.repository}",
		Outputs: Outputs{"registryId": "{account}"},
		Refs:    []Ref{{Path: "repository", To: resourcetypes.Repository}},
		JSON:    []string{"policy"},
		Rules: []Rule{principalsExist("policy", "InvalidParameterException: Invalid parameter at 'PolicyText' failed to "+
			"satisfy constraint: 'Principal not found'")},
	},
}
