package config

import "slices"

// Operator is a task for people, with psql and a shell inside the network: see `webapp task`. Nothing runs it until
// somebody starts it.
type Operator struct {
	// Enabled makes its task definition, its roles and its security group, which cost nothing. Default false.
	Enabled bool `json:"enabled"`
	// Image with psql and a shell; without NAT one from ECR. Default the official image of PostgreSQL in ECR's public
	// gallery, of the major version of database.engineVersion.
	Image string `json:"image" optional:"true" allowed:"<image reference>"`
	// Minutes after which the task ends by itself, 5 to 480. Default 60.
	Minutes int `json:"minutes" allowed:"5 to 480"`
}

// OperatorName is the name of its task, which no service may have.
const OperatorName = "operator"

func (o *Operator) defaults() { o.Minutes = 60 }

// operatorImages are tags of the official image of PostgreSQL that name one version for good, by major version, the
// oldest first. pg_dump refuses a newer server, and an older one may not take what a newer pg_dump writes:
// https://www.postgresql.org/docs/current/app-pgdump.html#PG-DUMP-NOTES
// Source: https://github.com/docker-library/docs/blob/master/postgres/README.md (supported tags, July 2026)
// https://docs.aws.amazon.com/AmazonECR/latest/public/public-gallery.html (docker/library has Docker's official images)
var operatorImages = []operatorImage{
	{14, "14.23-bookworm"}, {15, "15.18-bookworm"}, {16, "16.14-bookworm"}, {17, "17.10-bookworm"}, {18, "18.4-bookworm"},
}

type operatorImage struct {
	major int
	tag   string
}

// OperatorImage returns the image of its task: the one that is set, or that of the database's major version. Of a
// version that has none it is the next newer one, whose psql and pg_dump know the older server, or else the newest.
func (c *Config) OperatorImage() string {
	if c.Operator.Image != "" {
		return c.Operator.Image
	}
	found := operatorImages[len(operatorImages)-1]
	for _, one := range slices.Backward(operatorImages) {
		if one.major >= leadingNumber(c.Database.EngineVersion) {
			found = one
		}
	}
	return "public.ecr.aws/docker/library/postgres:" + found.tag
}

func (c *Config) validateOperator(v *validation, at path) {
	if !c.Operator.Enabled {
		return
	}
	image := at.key("operator").key("image")
	why := mutableTag(c.OperatorImage())
	v.inProd(why != "", image, why, "in prod a digest, or a tag that names one version for good",
		"name the image by digest, such as ...@sha256:<64 hex digits>, or by a full version such as :17.10-bookworm")
	region := c.AWS.Region
	if c.Network.NAT == NATNone && v.sound(at.key("aws").key("region")) && !inRegistry(c.OperatorImage(), region) {
		v.add(image, quote(c.OperatorImage()), "with network.nat none an image from ECR in "+region,
			"copy the image into ECR, or set network.nat to single or per-az")
	}
	for _, unit := range c.Units() {
		if unit.Name == OperatorName {
			v.add(unit.at(at).key("name"), quote(OperatorName), "another name while operator.enabled is true",
				"rename it: the operator's task has this name")
		}
	}
}
