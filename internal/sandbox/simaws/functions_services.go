package simaws

import (
	"strings"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/catalog"
	"aws-webapp/internal/sandbox/simaws/prop"
)

// getZone finds a zone of the stack, or takes a public zone of the name to exist outside
// of it: a domain is registered once, long before any stack.
func getZone(q *question) (answer, error) {
	name := strings.TrimSuffix(prop.Text(q.args, "name"), ".")
	id := strings.TrimPrefix(prop.Text(q.args, "zoneId"), "/hostedzone/")
	for _, zone := range q.List("aws:route53/zone:Zone") {
		if zone.ID == id || name != "" && strings.TrimSuffix(prop.Text(zone.Props, "name"), ".") == name {
			return zoneAnswer(zone.ID, prop.Text(zone.Props, "name")), nil
		}
	}
	if name == "" && id == "" {
		return nil, catalog.Errorf("InvalidInput", "one of name and zoneId must be set")
	}
	if id == "" {
		id = "Z" + catalog.Generate("upper", 20, name)
	}
	if name == "" {
		name = "example.com"
	}
	return zoneAnswer(id, name), nil
}

func zoneAnswer(id, name string) answer {
	servers := []any{}
	for _, domain := range []string{"com", "net", "org", "co.uk"} {
		servers = append(servers, "ns-"+catalog.Generate("digits", 4, id+domain)+".awsdns-01."+domain)
	}
	return answer{
		"id": id, "zoneId": id, "name": name, "arn": "arn:aws:route53:::hostedzone/" + id, "nameServers": servers,
		"primaryNameServer": servers[0], "callerReference": "", "comment": "", "linkedServiceDescription": "",
		"linkedServicePrincipal": "", "resourceRecordSetCount": 2, "tags": answer{}, "vpcId": "",
	}
}

// getEngineVersion answers for PostgreSQL: a full version as it is, a major version with
// its default.
func getEngineVersion(q *question) (answer, error) {
	engine, version := prop.Text(q.args, "engine"), prop.Text(q.args, "version")
	if version == "" {
		version = prop.Text(q.args, "preferredVersions[]")
	}
	if version == "" {
		version = "17"
	}
	major, _, _ := strings.Cut(version, ".")
	actual := catalog.ResolvePostgreSQL(version)
	return answer{
		"id": actual, "engine": engine, "version": actual, "versionActual": actual,
		"parameterGroupFamily": engine + major, "engineDescription": "PostgreSQL", "versionDescription": "PostgreSQL " + actual,
		"defaultCharacterSet": "", "status": "available", "exportableLogTypes": []any{"postgresql", "upgrade"},
		"supportedCharacterSets": []any{}, "supportedFeatureNames": []any{}, "supportedModes": []any{"provisioned"},
		"supportedTimezones": []any{}, "validMajorTargets": []any{}, "validMinorTargets": []any{},
		"validUpgradeTargets": []any{}, "supportsCertificateRotationWithoutRestart": true,
		"supportsGlobalDatabases": false, "supportsIntegrations": false, "supportsLimitlessDatabase": false,
		"supportsLocalWriteForwarding": false, "supportsLogExportsToCloudwatch": true, "supportsParallelQuery": false,
		"supportsReadReplica": true,
	}, nil
}

// getImage takes every image of a repository to have been pushed: the digest follows from
// the tag.
func getImage(q *question) (answer, error) {
	repository, tag := prop.Text(q.args, "repositoryName"), prop.Text(q.args, "imageTag")
	digest := prop.Text(q.args, "imageDigest")
	if digest == "" {
		digest = "sha256:" + catalog.Generate("hex", 64, repository+":"+tag)
	}
	registry := prop.Text(q.args, "registryId")
	if registry == "" {
		registry = q.account
	}
	return answer{
		"id": digest, "imageDigest": digest, "imagePushedAt": 1767225600, "imageSizeInBytes": 52428800,
		"imageTags": []any{tag}, "registryId": registry, "repositoryName": repository,
		"imageUri": registry + ".dkr.ecr." + q.region + ".amazonaws.com/" + repository + "@" + digest,
	}, nil
}

func getRepository(q *question) (answer, error) {
	name := prop.Text(q.args, "name")
	if repository, ok := q.Find(resourcetypes.Repository, "id", name); ok {
		found := copied(repository.Props, repository.ID, "name", "arn", "imageTagMutability", "registryId", "repositoryUrl")
		found["mostRecentImageTags"] = []any{}
		return found, nil
	}
	return answer{
		"id": name, "name": name, "arn": "arn:" + q.partition + ":ecr:" + q.region + ":" + q.account + ":repository/" + name,
		"registryId": q.account, "repositoryUrl": q.account + ".dkr.ecr." + q.region + ".amazonaws.com/" + name,
		"imageTagMutability": "IMMUTABLE", "encryptionConfigurations": []any{}, "imageScanningConfigurations": []any{},
		"mostRecentImageTags": []any{}, "tags": answer{},
	}, nil
}

// getService answers what ECS says of a service, which is about the version that serves: under CODE_DEPLOY that of the
// primary task set (API reference of ECS, UpdateServicePrimaryTaskSet).
func getService(q *question) (answer, error) {
	name := prop.Text(q.args, "serviceName")
	for _, service := range q.List(resourcetypes.ECSService) {
		cluster := prop.Text(service.Props, "cluster")
		if prop.Text(service.Props, "name") != name || cluster != prop.Text(q.args, "clusterArn") {
			continue
		}
		found := copied(service.Props, service.ID, "desiredCount", "launchType", "schedulingStrategy", "taskDefinition",
			"availabilityZoneRebalancing")
		found["arn"], found["clusterArn"], found["serviceName"] = service.ID, cluster, name
		return found, nil
	}
	return nil, catalog.Errorf("ServiceNotFoundException", "The service %s was not found.", name)
}

func getKeyAlias(q *question) (answer, error) {
	name := prop.Text(q.args, "name")
	arn := "arn:" + q.partition + ":kms:" + q.region + ":" + q.account + ":"
	id := catalog.Generate("hex", 8, name) + "-0000-4000-8000-" + catalog.Generate("hex", 12, name)
	if alias, ok := q.Find(resourcetypes.KMSAlias, "name", name); ok {
		id = prop.Text(alias.Props, "targetKeyId")
	} else if !strings.HasPrefix(name, "alias/aws/") {
		return nil, catalog.Errorf("NotFoundException", "Alias %s%s is not found.", arn, name)
	}
	return answer{
		"id": arn + name, "arn": arn + name, "name": name, "targetKeyId": id, "targetKeyArn": arn + "key/" + id,
	}, nil
}

func getKey(q *question) (answer, error) {
	name := prop.Text(q.args, "keyId")
	for _, property := range []string{"id", "arn"} {
		if key, ok := q.Find(resourcetypes.KMSKey, property, name); ok {
			return answer{
				"id": key.ID, "keyId": name, "arn": prop.Text(key.Props, "arn"), "awsAccountId": q.account,
				"creationDate": "", "description": prop.Text(key.Props, "description"), "enabled": true,
				"keyManager": "CUSTOMER", "keyState": "Enabled", "keyUsage": "ENCRYPT_DECRYPT", "origin": "AWS_KMS",
				"keySpec": "SYMMETRIC_DEFAULT", "customerMasterKeySpec": "SYMMETRIC_DEFAULT", "multiRegion": false,
				"multiRegionConfigurations": []any{}, "xksKeyConfigurations": []any{}, "cloudHsmClusterId": "",
				"customKeyStoreId": "", "deletionDate": "", "expirationModel": "", "validTo": "",
				"pendingDeletionWindowInDays": 0,
			}, nil
		}
	}
	return nil, catalog.Errorf("NotFoundException", "Key '%s' does not exist", name)
}

// getCertificate takes an issued certificate for the domain to exist outside of the stack.
func getCertificate(q *question) (answer, error) {
	domain := prop.Text(q.args, "domain")
	if certificate, ok := q.Find(resourcetypes.Certificate, "domainName", domain); ok {
		return certificateAnswer(certificate.ID, domain), nil
	}
	id := catalog.Generate("hex", 8, domain) + "-0000-4000-8000-" + catalog.Generate("hex", 12, domain)
	return certificateAnswer("arn:"+q.partition+":acm:"+q.region+":"+q.account+":certificate/"+id, domain), nil
}

func certificateAnswer(arn, domain string) answer {
	return answer{
		"id": arn, "arn": arn, "domain": domain, "status": "ISSUED", "certificate": "", "certificateChain": "", "tags": answer{},
	}
}

func getRole(q *question) (answer, error) {
	name := prop.Text(q.args, "name")
	role, ok := q.Find(resourcetypes.Role, "name", name)
	if !ok {
		return nil, catalog.Errorf("NoSuchEntity", "The role with name %s cannot be found.", name)
	}
	found := copied(role.Props, role.ID, "name", "arn", "assumeRolePolicy", "createDate", "description", "path",
		"maxSessionDuration", "permissionsBoundary", "uniqueId")
	found["roleLastUseds"] = []any{}
	return found, nil
}

func getTopic(q *question) (answer, error) {
	name := prop.Text(q.args, "name")
	topic, ok := q.Find(resourcetypes.Topic, "name", name)
	if !ok {
		return nil, catalog.Errorf("NotFound", "no SNS topic is named %s", name)
	}
	return copied(topic.Props, topic.ID, "name", "arn"), nil
}
