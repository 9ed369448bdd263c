package rules

import (
	"aws-webapp/internal/awsdata/engines"
	"aws-webapp/policies/prop"
)

// byDefault answers whether a database without a parameter group of its own has parameters set as
// wanted: RDS then takes the default group of the engine and version, which nobody can change.
func byDefault(c in, group string, wanted map[string][]string) prop.Truth {
	if _, tls := wanted["rds.force_ssl"]; !tls || len(wanted) > 1 {
		return no
	}
	if group != "" {
		return prop.Known(engines.TLSByDefault(engines.OfFamily(group)))
	}
	engine, version := c.Get("engine"), c.InForce("engineVersion")
	if engine.IsUnknown() || version.IsUnknown() {
		return maybe
	}
	name, _ := engine.Text()
	number, _ := version.Text()
	return prop.Known(engines.TLSByDefault(name, number))
}
