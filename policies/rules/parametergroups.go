package rules

import (
	"aws-webapp/internal/awsdata/engines"
	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/prop"
)

// parameterGroups returns the groups that a database names, and the name if it is known.
func parameterGroups(c in) (groups graph.Link, name string) {
	groupType, property := dbParameterGroupType, "parameterGroupName"
	if c.Type == dbClusterType {
		groupType, property = dbClusterParamsType, "dbClusterParameterGroupName"
	}
	name, _ = c.Get(property).Text()
	return c.Graph.Follow(c.Resource, []string{groupType}, property), name
}

// engineOf returns a database's engine: its own, or that of its parameter group or its source.
func engineOf(c in, groups graph.Link) prop.Value {
	engine := c.Get("engine")
	if !engine.Absent() {
		return engine
	}
	for _, group := range groups.To {
		if family := group.Get("family"); !family.Absent() {
			return family
		}
	}
	for _, source := range c.Graph.Follow(c.Resource, []string{dbInstanceType}, "replicateSourceDb").To {
		return source.Get("engine")
	}
	return engine
}

// judgeParameters requires a database's parameter group to set parameters to one of the values
// for its engine, or to anything if there are none. An engine may do so by default.
func judgeParameters(
	problem string, wanted func(engines.Family) map[string][]string, byDefault func(engine, version string) bool,
	without func(in) control.Result,
) func(in) control.Result {
	return func(c in) control.Result {
		groups, name := parameterGroups(c)
		engine := engineOf(c, groups)
		text, ok := engine.Text()
		family, known := engines.FamilyOf(text)
		switch {
		case engine.Absent():
			return control.Elsewhere("database %s does not say its engine, and its source is not in this stack", c.Name)
		case !ok:
			return control.Doubt("cannot tell yet which engine database %s has", c.Name)
		case !known:
			return control.Failed("database %s has an engine that the policy pack does not know", c.Name)
		case len(wanted(family)) == 0:
			return without(c)
		case groups.Set && !engines.IsDefaultGroup(name):
			fine := groups.All(func(group *graph.Resource) prop.Truth {
				family, _ := group.Get("family").Text()
				return hasParameters(group, wanted, byDefault(engines.OfFamily(family)))
			})
			return control.Want(fine, "database %s %s", c.Name, problem)
		}
		version := c.InForce("engineVersion")
		if version.IsUnknown() {
			return control.Doubt("cannot tell yet whether database %s %s", c.Name, problem)
		}
		number, _ := version.Text()
		if name != "" {
			// RDS's default groups cannot be changed; their names contain the version.
			text, number = engines.OfFamily(name)
		}
		return control.Want(prop.Known(byDefault(text, number)),
			"database %s has no parameter group of its own and %s", c.Name, problem)
	}
}

// hasParameters answers whether a group sets the parameters that its family's engine has for a
// purpose, or leaves them out while they are on by default.
func hasParameters(group *graph.Resource, wanted func(engines.Family) map[string][]string, byDefault bool) prop.Truth {
	name := group.Get("family")
	text, _ := name.Text()
	family, known := engines.FamilyOf(text)
	if !known {
		return ifUnknown(name)
	}
	answer := prop.Yes
	for name, values := range wanted(family) {
		given := some(group.Get("parameters"), func(entry prop.Value) prop.Truth { return entry.Get("name").Is(name) })
		left := given.Not().And(prop.Known(byDefault))
		answer = answer.And(hasParameter(group, name, values).Or(left))
	}
	return answer
}

// never says that no engine does something by default.
func never(string, string) bool { return false }

// judgeOracle requires the option group of an Oracle database to enforce encryption. The option
// SSL opens a second port and leaves the first as it is.
//
// Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Oracle.Options.NNE.Options.html
func judgeOracle(c in) control.Result {
	group := c.Graph.Follow(c.Resource, []string{dbOptionGroupType}, "optionGroupName")
	if !group.Set {
		return control.Failed("database %s has no option group of its own and does not demand encryption", c.Name)
	}
	demands := group.All(func(group *graph.Resource) prop.Truth {
		return some(group.Get("options"), func(option prop.Value) prop.Truth {
			return option.Get("optionName").Is("NATIVE_NETWORK_ENCRYPTION").
				And(some(option.Get("optionSettings"), func(setting prop.Value) prop.Truth {
					return setting.Get("name").Is("SQLNET.ENCRYPTION_SERVER").And(setting.Get("value").Is("REQUIRED"))
				}))
		})
	})
	return control.Want(demands, "database %s does not demand encryption (SQLNET.ENCRYPTION_SERVER = REQUIRED)", c.Name)
}

// judgeLogs requires a database to export the given log types, or those with errors and logins
// for its engine.
func judgeLogs(c in) control.Result {
	exported, logs := c.Get("enabledCloudwatchLogsExports"), c.Params.Texts("logs")
	if len(logs) == 0 {
		engine := c.Get("engine")
		name, ok := engine.Text()
		if !ok && !engine.Absent() {
			return control.Doubt("cannot tell yet which engine database %s has", c.Name)
		}
		family, known := engines.FamilyOf(name)
		if !known {
			// A replica has its source's engine and does not name it.
			return control.Want(exported.IsSet(), "database %s exports no logs", c.Name)
		}
		logs = family.Logs
	}
	var results []control.Result
	for _, log := range logs {
		results = append(results, control.Want(exported.Has(log), "database %s does not export its %s log", c.Name, log))
	}
	return control.All(results...)
}
