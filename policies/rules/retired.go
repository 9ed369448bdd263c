package rules

import (
	"fmt"
	"slices"
	"strings"

	"aws-webapp/internal/awsdata/endoflife"
	"aws-webapp/policies/control"
	"aws-webapp/policies/prop"
)

// engineKinds maps engines to their calendars. An engine without one, such as Oracle or Valkey, is not judged.
var engineKinds = map[string]endoflife.Kind{
	"postgres": endoflife.PostgreSQL, "mysql": endoflife.MySQL, "mariadb": endoflife.MariaDB,
	"aurora-postgresql": endoflife.AuroraPostgreSQL, "aurora-mysql": endoflife.AuroraMySQL, "redis": endoflife.Redis,
}

// versioned describes the version property of a type, and what it is a version of: an engine that another property
// names, or one kind.
type versioned struct {
	version, engine string
	kind            endoflife.Kind
	// byDefault is the provider's default version; empty if AWS picks a version that it supports.
	byDefault string
}

// versions by type. By default the provider uses the engine redis for a Redis replication group, and version 1.5 for
// a domain of the former Elasticsearch service (the provider's documentation of both).
var versions = map[string]versioned{
	dbInstanceType:      {version: "engineVersion", engine: "engine"},
	dbClusterType:       {version: "engineVersion", engine: "engine"},
	dbGlobalClusterType: {version: "engineVersion", engine: "engine"},
	searchDomainType:    {version: "engineVersion", kind: endoflife.OpenSearch},
	elasticDomainType:   {version: "elasticsearchVersion", kind: endoflife.Elasticsearch, byDefault: "1.5"},
	eksClusterType:      {version: "version", kind: endoflife.Kubernetes},
	eksNodesType:        {version: "version", kind: endoflife.Kubernetes},
	cacheClusterType:    {version: "engineVersion", engine: "engine"},
	cacheGroupType:      {version: "engineVersion", engine: "engine", kind: endoflife.Redis},
	serverlessCacheType: {version: "majorEngineVersion", engine: "engine"},
}

// retired returns the controls about versions that AWS ends, by dated tables.
func retired() []*control.Control {
	const subject = "Versions"
	types := []string{
		dbInstanceType, dbClusterType, dbGlobalClusterType, searchDomainType, elasticDomainType, eksClusterType, eksNodesType,
		cacheClusterType, cacheGroupType, serverlessCacheType,
	}
	functions := []string{functionType}
	reviewed := endoflife.Reviewed.Format("2 January 2006")
	return []*control.Control{
		{
			Name: "engine-version-supported", Subject: subject, IDs: control.ParseIDs("house"),
			Title: "Databases, caches, search domains and clusters run versions that AWS makes and supports " +
				"(advisory half a year before that ends)",
			Severity: control.Medium, Levels: mandatory, Scope: control.PerStack, Types: types, Optional: true,
			Risk: "Vulnerabilities stay open, AWS charges for extended support and one day upgrades by itself, and a " +
				"database that is lost cannot be made again as it was",
			Fix:    "set the version to one that is supported for longer; the dates are those of AWS's calendars on " + reviewed,
			Here:   "set database.engineVersion, cache.engineVersion or logSearch.engineVersion",
			Link:   "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/extended-support-overview.html",
			Params: []control.Param{soon()},
			Judge:  judgeEngineVersion,
		},
		{
			Name: "lambda-runtime", Subject: subject, IDs: control.ParseIDs("Lambda.2 N:L1~ K363+"),
			Beyond:   "cdk-nag wants the latest runtime of the language, and not only one that is supported",
			Title:    "Functions run on a supported runtime (advisory half a year before that ends)",
			Severity: control.Medium, Levels: mandatory, Types: functions, Present: []string{"aws:lambda/function:"},
			Risk: "The runtime gets no security patches, and one day no updates of the function either",
			Fix:  "set runtime to provided.al2023, or a newer version of the language",
			Params: []control.Param{{
				Name: "runtimes", Kind: control.Texts, Default: endoflife.Good(endoflife.LambdaRuntime),
				Doc: "Allowed runtimes, in prod none that has ended; by default those that had not ended on " + reviewed + ".",
			}, soon()},
			Floor: runtimesFloor,
			Judge: judgeRuntime,
		},
	}
}

const soonParam = "soonDays"

// soon is the time before its end from which a version is reported.
func soon() control.Param {
	const halfYear, longest = 180.0, 730
	return control.Param{
		Name: soonParam, Kind: control.Number, Default: halfYear, Min: 0, Max: longest,
		Doc: "Days from the tables' last review within which an end is told as an advisory; 0 for never.",
	}
}

// judgeEngineVersion looks a version up in the tables of ends. If the program leaves the version open, AWS picks one
// that it supports, and that one is judged.
func judgeEngineVersion(c in) control.Result {
	where := versions[c.Type]
	kind := where.kind
	if where.engine != "" {
		engine := c.InForce(where.engine)
		text, ok := engine.Text()
		switch {
		case !ok && engine.IsUnknown():
			return control.Doubt("cannot tell yet which engine %s has", c.Name)
		case ok:
			kind = engineKinds[strings.ToLower(text)]
		}
	}
	version := c.InForce(where.version)
	text, ok := version.Text()
	switch {
	case kind == "":
		return control.Skip()
	case version.IsUnknown() && !c.Get(where.version).Absent():
		return control.Doubt("cannot tell yet which version %s has", c.Name)
	case !ok:
		text = where.byDefault
	}
	if kind == endoflife.OpenSearch && strings.HasPrefix(text, string(endoflife.Elasticsearch)) {
		kind = endoflife.Elasticsearch
	}
	if endoflife.Predates(kind, text) {
		return ends(c, version, "a version that is older than all that AWS supports", false)
	}
	end, known := endoflife.Of(kind, text)
	switch {
	case !known:
		return control.Skip()
	case end.Ended():
		return ends(c, version, "a version that has ended: "+end.String(), false)
	case end.Soon(int(c.Params.Number(soonParam))):
		return ends(c, version, "a version that ends soon: "+end.String(), true)
	default:
		return control.Passed()
	}
}

// ends returns the result for a version that AWS has ended or soon will. A secret version is
// not named.
func ends(c in, version prop.Value, what string, later bool) control.Result {
	if version.Secret() {
		what, _, _ = strings.Cut(what, ":")
	}
	result := control.Failed("%s runs %s", c.Name, what)
	result.Advisory = later
	return result
}

func judgeRuntime(c in) control.Result {
	if c.Get("packageType").Is("Image") == prop.Yes {
		return control.Skip()
	}
	runtime := c.Get("runtime")
	text, ok := runtime.Text()
	end, known := endoflife.Of(endoflife.LambdaRuntime, text)
	switch allowed := runtime.Is(c.Params.Texts("runtimes")...); {
	case allowed == prop.No && ok && known && end.Ended():
		return ends(c, runtime, "a runtime that has ended: "+end.String(), false)
	case allowed == prop.Yes && known && end.Soon(int(c.Params.Number(soonParam))):
		return ends(c, runtime, "a runtime that ends soon: "+end.String(), true)
	default:
		return control.Want(allowed, "function %s has no supported runtime", c.Name)
	}
}

// runtimesFloor keeps runtimes that have ended out of production, whatever the configuration says.
func runtimesFloor(params control.Params) error {
	runtimes := params.Texts("runtimes")
	i := slices.IndexFunc(runtimes, func(name string) bool {
		end, known := endoflife.Of(endoflife.LambdaRuntime, name)
		return known && end.Ended()
	})
	if i < 0 {
		return nil
	}
	end, _ := endoflife.Of(endoflife.LambdaRuntime, runtimes[i])
	return fmt.Errorf("runtimes has %s, which has ended: %s", runtimes[i], end)
}
