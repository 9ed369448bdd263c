package simaws

import (
	"slices"
	"strings"

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

func getRegion(q *question) (answer, error) {
	name := prop.Text(q.args, "name")
	if name == "" {
		name = q.region
	}
	return answer{"id": name, "name": name, "description": name, "endpoint": "ec2." + name + ".amazonaws.com"}, nil
}

func getPartition(q *question) (answer, error) {
	suffix, reverse := "amazonaws.com", "com.amazonaws"
	if q.partition == "aws-cn" {
		suffix, reverse = "amazonaws.com.cn", "cn.com.amazonaws"
	}
	return answer{"id": q.partition, "partition": q.partition, "dnsSuffix": suffix, "reverseDnsPrefix": reverse}, nil
}

// getAvailabilityZones knows no local zones, so filters on the opt-in status leave all.
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

// filtered says whether a zone passes the filters that tell zones apart here.
func filtered(q *question, zone, id string) bool {
	facts := map[string]string{
		"zone-name": zone, "zone-id": id, "region-name": q.region, "group-name": q.region,
		"opt-in-status": "opt-in-not-required", "zone-type": "availability-zone", "state": "available",
	}
	for _, filter := range prop.Values(q.args, "filters[]") {
		if !filter.IsObject() {
			continue
		}
		fact, known := facts[prop.Text(filter.ObjectValue(), "name")]
		if known && !slices.Contains(prop.Texts(filter.ObjectValue(), "values[]"), fact) {
			return false
		}
	}
	return true
}

func getDefaultTags(q *question) (answer, error) {
	tags := answer{}
	for key, v := range q.tags {
		tags[string(key)] = v.V
	}
	return answer{"id": q.partition, "tags": tags}, nil
}

func getServicePrincipal(q *question) (answer, error) {
	name, region := prop.Text(q.args, "serviceName"), prop.Text(q.args, "region")
	if region == "" {
		region = q.region
	}
	suffix := "amazonaws.com"
	return answer{"id": name + "." + region + "." + suffix, "name": name + "." + suffix, "suffix": suffix, "region": region}, nil
}

func getElbAccount(q *question) (answer, error) {
	region := prop.Text(q.args, "region")
	if region == "" {
		region = q.region
	}
	account, ok := catalog.ELBAccount(region)
	if !ok {
		return nil, catalog.Errorf("UnknownRegion", "the region %s has no account for load balancer logs: name the "+
			"service logdelivery.elasticloadbalancing.amazonaws.com instead", region)
	}
	return answer{"id": account, "arn": "arn:" + q.partition + ":iam::" + account + ":root"}, nil
}

func getManagedPrefixList(q *question) (answer, error) {
	name, id := prop.Text(q.args, "name"), prop.Text(q.args, "id")
	for _, list := range q.List("aws:ec2/managedPrefixList:ManagedPrefixList") {
		if list.ID == id || name != "" && prop.Text(list.Props, "name") == name {
			return copied(list.Props, list.ID, "name", "arn", "addressFamily", "maxEntries", "ownerId", "version"), nil
		}
	}
	if !strings.HasPrefix(name, "com.amazonaws.") {
		return nil, catalog.Errorf("InvalidPrefixListID.NotFound", "no managed prefix list matches name %q, id %q", name, id)
	}
	id = "pl-" + catalog.Generate("hex", 8, name)
	return answer{
		"id": id, "name": name, "arn": "arn:" + q.partition + ":ec2:" + q.region + ":aws:prefix-list/" + id,
		"addressFamily": "IPv4", "maxEntries": 0, "ownerId": "AWS", "version": 0, "tags": answer{},
		"entries": []any{answer{"cidr": "192.0.2.0/24", "description": ""}},
	}, nil
}

func getPrefixList(q *question) (answer, error) {
	name := prop.Text(q.args, "name")
	if name == "" {
		name = "com.amazonaws." + q.region + ".s3"
	}
	return answer{"id": "pl-" + catalog.Generate("hex", 8, name), "name": name, "cidrBlocks": []any{"192.0.2.0/24"}}, nil
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
