package cost

import (
	"maps"
	"slices"
	"strings"

	"aws-webapp/internal/awsdata/resourcetypes"
)

// rule of a resource type: what it costs, or why it is free.
type rule struct {
	price func(*estimator, *Resource)
	free  string
}

// prices are the types for which AWS charges. Why the others are free is in their rows.
var prices = map[string]func(*estimator, *Resource){
	resourcetypes.ECSService:        (*estimator).service,
	resourcetypes.ECSCluster:        (*estimator).cluster,
	resourcetypes.Function:          (*estimator).function,
	resourcetypes.DBInstance:        (*estimator).database,
	resourcetypes.CacheGroup:        (*estimator).cache,
	resourcetypes.SearchDomain:      (*estimator).searchDomain,
	resourcetypes.Bucket:            (*estimator).bucket,
	resourcetypes.BackupVault:       (*estimator).vault,
	resourcetypes.Queue:             (*estimator).queue,
	resourcetypes.Pipeline:          (*estimator).pipeline,
	resourcetypes.BuildProject:      (*estimator).buildProject,
	resourcetypes.Repository:        (*estimator).repository,
	resourcetypes.NATGateway:        (*estimator).natGateway,
	resourcetypes.ElasticIP:         (*estimator).address,
	resourcetypes.VPCEndpoint:       (*estimator).endpoint,
	resourcetypes.LoadBalancer:      (*estimator).loadBalancer,
	resourcetypes.WebACL:            (*estimator).webACL,
	resourcetypes.LogGroup:          (*estimator).logGroup,
	resourcetypes.LogMetricFilter:   (*estimator).metricFilter,
	resourcetypes.MetricAlarm:       (*estimator).alarm,
	resourcetypes.CompositeAlarm:    (*estimator).compositeAlarm,
	resourcetypes.Dashboard:         (*estimator).dashboard,
	resourcetypes.TopicSubscription: (*estimator).subscription,
	resourcetypes.KMSKey:            (*estimator).key,
	resourcetypes.Trail:             (*estimator).trail,
	resourcetypes.ConfigRecorder:    (*estimator).recorder,
	resourcetypes.GuardDutyDetector: (*estimator).detector,
	resourcetypes.GuardDutyFeature:  (*estimator).detectorFeature,
	resourcetypes.SecurityStandard:  (*estimator).standard,
}

// groups lists kinds of resources that only exist in Pulumi.
var groups = map[string]string{
	"pulumi:":     "the stack and its providers exist in Pulumi alone",
	"aws-webapp:": "a component; its children are priced",
	"awsx:":       "a component; its children are priced",
}

// ruleOf finds the rule of a type.
func ruleOf(token string) (rule, bool) {
	if price, found := prices[token]; found {
		return rule{price: price}, true
	}
	for prefix, reason := range groups {
		if strings.HasPrefix(token, prefix) {
			return rule{free: reason}, true
		}
	}
	row, _ := resourcetypes.Of(token)
	return rule{free: row.Free}, row.Free != ""
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// million converts a number of millions.
const million = 1e6

// daysPerMonth matches 730 hours.
const daysPerMonth = 365.0 / 12
