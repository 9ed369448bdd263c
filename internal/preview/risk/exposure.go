package risk

import (
	"fmt"
	"slices"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/preview/eventlog"
	"aws-webapp/policies/prop"
)

// opening is a setting that lets the public in.
type opening struct {
	// path of the property, and the values that open; none means that removing the property opens.
	path   []string
	values []string
	level  Level
	what   string
	// byDefault says that an absent property has an opening value.
	byDefault bool
}

// openAnywhere lists the settings that expose any resource that has them.
var openAnywhere = []opening{
	{path: []string{"publiclyAccessible"}, values: []string{"true"}, level: Critical, what: "it gets a public address"},
	{
		path: []string{"mapPublicIpOnLaunch"}, values: []string{"true"}, level: High,
		what: "whatever starts in the subnet gets a public address",
	},
	{
		path: []string{"associatePublicIpAddress"}, values: []string{"true"}, level: High,
		what: "the instance gets a public address",
	},
}

// openings lists the other settings that expose resources, by type.
var openings = map[string][]opening{
	resourcetypes.BucketPublicAccessBlock:  blockOpenings("the bucket"),
	resourcetypes.AccountPublicAccessBlock: blockOpenings("every bucket of the account"),
	"aws:s3/bucketAclV2:BucketAclV2": {
		{
			path: []string{"acl"}, values: []string{"public-read", "public-read-write", "authenticated-read"}, level: Critical,
			what: "the bucket's objects are public",
		},
	},
	resourcetypes.LoadBalancer: {
		{
			path: []string{"internal"}, values: []string{"false"}, level: High, what: "the load balancer faces the internet",
			byDefault: true,
		},
	},
	"aws:lambda/functionUrl:FunctionUrl": {
		{
			path: []string{"authorizationType"}, values: []string{"NONE"}, level: Critical,
			what: "everybody who knows the URL may call the function",
		},
	},
	resourcetypes.SearchDomain: {
		{path: []string{"vpcOptions"}, level: Critical, what: "the domain's endpoint is on the internet"},
	},
	resourcetypes.ECSService: {
		{
			path: []string{"networkConfiguration", "assignPublicIp"}, values: []string{"true"}, level: High,
			what: "tasks get public addresses",
		},
	},
	"aws:eks/cluster:Cluster": {
		{
			path: []string{"vpcConfig", "endpointPublicAccess"}, values: []string{"true"}, level: High,
			what: "the cluster's API is on the internet", byDefault: true,
		},
	},
}

func blockOpenings(whose string) []opening {
	var found []opening
	for _, path := range []string{"blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"} {
		found = append(found, opening{
			path: []string{path}, values: []string{"false"}, level: Critical, byDefault: true, what: whose +
				" may be made public",
		})
	}
	return found
}

// guards lists the types whose deletion exposes something.
var guards = map[string]string{
	resourcetypes.BucketPublicAccessBlock:  "the bucket may be made public",
	resourcetypes.AccountPublicAccessBlock: "every bucket of the account may be made public",
	resourcetypes.WebACLAssociation:        "requests are no longer filtered",
}

// judgeExposure finds settings that newly let the public in. Deleting a guard exposes nothing
// if the guarded resource is deleted with it.
func (w world) judgeExposure(s eventlog.Step) []Finding {
	if s.Op == eventlog.OpDelete {
		if what, found := guards[s.Type]; found && !w.goesWith(s) {
			return []Finding{{Class: Exposure, Level: Critical, Message: "is deleted: " + what}}
		}
		return nil
	}
	var findings []Finding
	for _, o := range slices.Concat(openings[s.Type], openAnywhere) {
		now := o.open(prop.Of(s.New))
		if now == prop.No || s.Old != nil && o.open(prop.Of(s.Old)) == prop.Yes {
			continue
		}
		finding := Finding{Class: Exposure, Level: o.level, Message: o.what + o.setting(prop.Of(s.New))}
		if s.Old == nil && o.level == High {
			finding.Level = Medium // nothing was closed before
		}
		if now == prop.Maybe {
			finding = unknown("%s: perhaps %s", o.name(), o.what)
		}
		findings = append(findings, finding)
	}
	return findings
}

// open reports whether the setting lets the public in.
func (o opening) open(inputs prop.Value) prop.Truth {
	v := inputs.Dig(o.path...)
	switch {
	case len(o.values) == 0:
		return v.IsSet().Not()
	case v.Absent():
		return prop.Known(o.byDefault)
	default:
		return v.Is(o.values...)
	}
}

func (o opening) name() string { return o.path[len(o.path)-1] }

func (o opening) setting(inputs prop.Value) string {
	if v := inputs.Dig(o.path...); !v.Absent() {
		return fmt.Sprintf(" (%s: %s)", o.name(), v.Show())
	}
	return fmt.Sprintf(" (no %s)", o.name())
}

// owners lists the properties by which a setting names the resource that it belongs to.
var owners = []string{
	"bucket", "resourceArn", "role", "user", "group", "policyArn", "arn", "queueUrl", "secretArn", "secretId",
	"repository",
	"domainName", "backupVaultName", "fileSystemId", "keyId", "logGroup", "logGroupName", "vpcEndpointId",
}

// goesWith reports whether the owner of a resource, or the resource that it guards, is deleted
// with it.
func (w world) goesWith(s eventlog.Step) bool {
	for _, property := range owners {
		if id, ok := prop.Of(s.Old).Get(property).Text(); ok && w.deleted[id] {
			return true
		}
	}
	return false
}
