package simaws

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/sandbox/simaws/catalog"
	"aws-webapp/internal/sandbox/simaws/prop"
)

func getCallerIdentity(q *question) (answer, error) {
	return answer{
		"accountId": q.account,
		"arn":       "arn:" + q.partition + ":sts::" + q.account + ":assumed-role/sandbox/pulumi",
		"userId":    "AROASANDBOXSANDBOX000:pulumi",
		"id":        q.account,
	}, nil
}

func getPartition(q *question) (answer, error) {
	suffix, reverse := "amazonaws.com", "com.amazonaws"
	if q.partition == "aws-cn" {
		suffix, reverse = "amazonaws.com.cn", "cn.com.amazonaws"
	}
	return answer{"id": q.partition, "partition": q.partition, "dnsSuffix": suffix, "reverseDnsPrefix": reverse}, nil
}

// getAvailabilityZones has no local zones, so filters on the opt-in status keep all zones.
func getAvailabilityZones(q *question) (answer, error) {
	excluded := append(prop.Texts(q.args, "excludeNames[]"), prop.Texts(q.args, "excludeZoneIds[]")...)
	names, ids := []any{}, []any{}
	for _, zone := range catalog.Zones(q.region) {
		id := catalog.ZoneID(zone)
		if slices.Contains(excluded, zone) || slices.Contains(excluded, id) || !filtered(q, zone, id) {
			continue
		}
		names, ids = append(names, zone), append(ids, id)
	}
	return answer{"id": q.region, "names": names, "zoneIds": ids, "groupNames": []any{q.region}}, nil
}

// filtered reports whether a zone passes the filters that are supported here.
func filtered(q *question, zone, id string) bool {
	facts := map[string]string{
		"zone-name": zone, "zone-id": id, "region-name": q.region, "group-name": q.region,
		"opt-in-status": "opt-in-not-required", "zone-type": "availability-zone", "state": "available",
	}
	for _, filter := range prop.Objects(q.args, "filters[]") {
		fact, known := facts[prop.Text(filter, "name")]
		if known && !slices.Contains(prop.Texts(filter, "values[]"), fact) {
			return false
		}
	}
	return true
}

// copied returns some properties of an existing resource.
func copied(props resource.PropertyMap, id string, names ...string) answer {
	result := answer{"id": id, "tags": answer{}}
	for _, name := range append(names, "tags") {
		if v, ok := props[resource.PropertyKey(name)]; ok {
			result[name] = v.Mappable()
		}
	}
	return result
}
