package catalog

import "regexp"

const repositoryToken = "aws:ecr/repository:Repository"

// ecrTypes are container registries.
var ecrTypes = Types{
	repositoryToken: {
		Replace:  []string{"encryptionConfigurations", "name"},
		Defaults: map[string]any{"imageTagMutability": "MUTABLE"},
		Name:     &Name{Max: 256, Lower: true, Chars: regexp.MustCompile(`^[a-z0-9]+([._/-][a-z0-9]+)*$`)},
		ID:       "{.name}",
		Outputs: Outputs{
			"arn": "arn:{partition}:ecr:{region}:{account}:repository/{.name}", "registryId": "{account}",
			"repositoryUrl": "{account}.dkr.ecr.{region}.amazonaws.com/{.name}",
		},
		Refs: []Ref{{Path: "encryptionConfigurations[].kmsKey", To: kmsKeyToken, By: arn, Foreign: true}},
		Unique: []Unique{{Properties: []string{"name"}, Error: "RepositoryAlreadyExistsException: The repository with " +
			"name '{.name}' already exists in the registry with id '{account}'"}},
		Tags: true,
		NotFound: "RepositoryNotFoundException: The repository with name '{value}' does not exist in the registry with " +
			"id '{account}'",
	},
	"aws:ecr/lifecyclePolicy:LifecyclePolicy": {
		Required: []string{"policy", "repository"},
		Replace:  []string{"policy", "repository"},
		ID:       "{.repository}",
		Outputs:  Outputs{"registryId": "{account}"},
		Refs:     []Ref{{Path: "repository", To: repositoryToken}},
		JSON:     []string{"policy"},
	},
	"aws:ecr/repositoryPolicy:RepositoryPolicy": {
		Required: []string{"policy", "repository"},
		Replace:  []string{"repository"},
		ID:       "{.repository}",
		Outputs:  Outputs{"registryId": "{account}"},
		Refs:     []Ref{{Path: "repository", To: repositoryToken}},
		JSON:     []string{"policy"},
		Rules: []Rule{principalsExist("policy", "InvalidParameterException: Invalid parameter at 'PolicyText' failed to "+
			"satisfy constraint: 'Principal not found'")},
	},
	"aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration": {
		Required: []string{"scanType"},
		ID:       "{account}",
		Outputs:  Outputs{"registryId": "{account}"},
		Account:  true,
	},
}
