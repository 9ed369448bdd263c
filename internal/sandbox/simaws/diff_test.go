package simaws_test

import (
	"maps"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/sandbox/simaws"
)

func TestNoChangeIsNoDiff(t *testing.T) {
	e := start(t, simaws.Options{}, props{"defaultTags": props{"tags": props{"owner": "web"}}})
	inputs := props{"tags": props{"Name": "q"}, "redriveAllowPolicy": `{"redrivePermission":"denyAll"}`}
	e.make("aws:sqs/queue:Queue", "q", inputs)
	diff := e.diff("q", inputs)
	assert.Equal(t, pulumirpc.DiffResponse_DIFF_NONE, diff.GetChanges())
	assert.Empty(t, diff.GetDetailedDiff())
	inputs["visibilityTimeoutSeconds"] = 30
	assert.Empty(t, e.diff("q", inputs).GetDetailedDiff(), "the provider's default, written out")
}

// database returns an instance with the settings that operators change.
func database() props {
	return props{
		"engine": "postgres", "engineVersion": "16", "instanceClass": "db.t3.small", "allocatedStorage": 20,
		"username": "app", "storageEncrypted": true, "multiAz": true, "skipFinalSnapshot": true,
	}
}

func TestDatabaseIsUpdatedInPlace(t *testing.T) {
	for _, tc := range []struct {
		property string
		value    any
		replaces bool
	}{
		{"engineVersion", "16.12", false},
		{"instanceClass", "db.m6g.large", false},
		{"allocatedStorage", 100, false},
		{"storageType", "gp3", false},
		{"multiAz", false, false},
		{"backupRetentionPeriod", 14, false},
		{"deletionProtection", true, false},
		{"identifier", "renamed", false},
		{"parameterGroupName", "default.postgres16", false},
		{"username", "other", true},
		{"engine", "mysql", true},
		{"storageEncrypted", false, true},
		{"dbName", "other", true},
	} {
		t.Run(tc.property, func(t *testing.T) {
			e := start(t, simaws.Options{}, nil)
			e.make("aws:rds/instance:Instance", "db", database())
			changed := database()
			changed[tc.property] = tc.value
			diff := e.diff("db", changed)
			assert.Equal(t, []string{tc.property}, diff.GetDiffs())
			assert.Equal(t, tc.replaces, len(diff.GetReplaces()) > 0)
		})
	}
}

func TestDetailedDiff(t *testing.T) {
	const (
		add           = pulumirpc.PropertyDiff_ADD
		update        = pulumirpc.PropertyDiff_UPDATE
		remove        = pulumirpc.PropertyDiff_DELETE
		addReplace    = pulumirpc.PropertyDiff_ADD_REPLACE
		updateReplace = pulumirpc.PropertyDiff_UPDATE_REPLACE
	)
	type kinds = map[string]pulumirpc.PropertyDiff_Kind
	domain := func(more props) props {
		all := props{"domainName": "logs", "vpcOptions": props{"subnetIds": []any{"${a.id}"}}}
		maps.Copy(all, more)
		return all
	}
	for _, tc := range []struct {
		name, token   string
		before, after props
		want          kinds
		deleteFirst   bool
	}{
		{
			name: "added, changed and removed", token: "aws:sqs/queue:Queue",
			before: props{"delaySeconds": 1, "tags": props{"a": "1", "b": "2"}},
			after:  props{"delaySeconds": 2, "tags": props{"a": "1", "c": "3"}, "policy": "{}"},
			want:   kinds{"delaySeconds": update, "policy": add, "tags.b": remove, "tags.c": add},
		},
		{
			name: "replacing element of a list", token: "aws:acm/certificate:Certificate",
			before: props{"domainName": "a.example.com", "subjectAlternativeNames": []any{"b.example.com"}},
			after:  props{"domainName": "a.example.com", "subjectAlternativeNames": []any{"c.example.com"}},
			want:   kinds{"subjectAlternativeNames[0]": updateReplace},
		},
		{
			name: "other subnets of a domain", token: "aws:opensearch/domain:Domain",
			before: domain(nil), after: domain(props{"vpcOptions": props{"subnetIds": []any{"${b.id}"}}}),
			want: kinds{"vpcOptions.subnetIds[0]": update},
		},
		{
			name: "replacing part of a structure", token: "aws:opensearch/domain:Domain",
			before: domain(props{"encryptAtRest": props{"enabled": true}}),
			after:  domain(props{"encryptAtRest": props{"enabled": true, "kmsKeyId": "arn:aws:kms:us-east-1:1:key/k"}}),
			want:   kinds{"encryptAtRest.kmsKeyId": addReplace}, deleteFirst: true,
		},
		{
			name: "harmless part of that structure", token: "aws:opensearch/domain:Domain",
			before: domain(props{"encryptAtRest": props{"enabled": true}}),
			after:  domain(props{"encryptAtRest": props{"enabled": false}}),
			want:   kinds{"encryptAtRest.enabled": update},
		},
		{
			name: "generated names need no room", token: "aws:lb/targetGroup:TargetGroup",
			before: props{"port": 8000}, after: props{"port": 9000},
			want: kinds{"port": updateReplace},
		},
		{
			name: "a fixed name does", token: "aws:lb/targetGroup:TargetGroup",
			before: props{"port": 8000, "name": "web"}, after: props{"port": 9000, "name": "web"},
			want: kinds{"port": updateReplace}, deleteFirst: true,
		},
		{
			name: "a new fixed name does not", token: "aws:lb/targetGroup:TargetGroup",
			before: props{"port": 8000, "name": "web"}, after: props{"port": 9000, "name": "web2"},
			want: kinds{"port": updateReplace, "name": updateReplace},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e := start(t, simaws.Options{}, nil)
			e.vpc()
			e.make(tc.token, "it", tc.before)
			diff := e.diff("it", tc.after)
			got := kinds{}
			for path, change := range diff.GetDetailedDiff() {
				got[path] = change.GetKind()
			}
			assert.Equal(t, tc.want, got)
			assert.Equal(t, tc.deleteFirst, diff.GetDeleteBeforeReplace())
			assert.True(t, diff.GetHasDetailedDiff())
		})
	}
}
