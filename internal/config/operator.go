package config

// Operator is a task for people, with psql and a shell inside the network: see `webapp task`. Nothing runs it until
// somebody starts it.
type Operator struct {
	// Enabled makes its task definition, its roles and its security group, which cost nothing. Default false.
	Enabled bool `json:"enabled"`
	// Image with psql and a shell; without NAT one from ECR. Default public.ecr.aws/docker/library/postgres:17.5-bookworm.
	Image string `json:"image" allowed:"<image reference>"`
	// Minutes after which the task ends by itself, 5 to 480. Default 60.
	Minutes int `json:"minutes" allowed:"5 to 480"`
}

// OperatorName is the name of its task, which no service may have.
const OperatorName = "operator"

func (o *Operator) defaults() {
	*o = Operator{Image: "public.ecr.aws/docker/library/postgres:17.5-bookworm", Minutes: 60}
}

func (c *Config) validateOperator(v *validation, at path) {
	if !c.Operator.Enabled {
		return
	}
	image := at.key("operator").key("image")
	why := mutableTag(c.Operator.Image)
	v.inProd(why != "", image, why, "in prod a digest, or a tag that names one version for good",
		"name the image by digest, such as ...@sha256:<64 hex digits>, or by a full version such as :17.5-bookworm")
	region := c.AWS.Region
	if c.Network.NAT == NATNone && v.sound(at.key("aws").key("region")) && !inRegistry(c.Operator.Image, region) {
		v.add(image, quote(c.Operator.Image), "with network.nat none an image from ECR in "+region,
			"copy the image into ECR, or set network.nat to single or per-az")
	}
	for i, service := range c.Services {
		if service.Name == OperatorName {
			v.add(at.key("services").index(i).key("name"), quote(OperatorName), "another name while operator.enabled is true",
				"rename the service: the operator's task has this name")
		}
	}
}
