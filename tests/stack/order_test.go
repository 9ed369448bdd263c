package stack_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/sandbox/simaws/catalog"
	"aws-webapp/internal/sandbox/simaws/prop"
)

const taskDefinitionType = "aws:ecs/taskDefinition:TaskDefinition"

// TestWhoeverGetsARoleWaitsForItsPolicies: at creation AWS tests whether a function's role may write to
// its queue and create its network interfaces, whether a project's role may write its logs, and so on.
// A resource that is created before the role's policies fails, at least now and then. A task definition
// only passes its roles on.
func TestWhoeverGetsARoleWaitsForItsPolicies(t *testing.T) {
	everyVariant(t, func(t *testing.T, g *graph) (judged int) {
		handed := map[string][]string{}
		for _, r := range g.ofType(taskDefinitionType) {
			handed[r.key()] = rolesOf(r)
		}
		for _, r := range g.resources {
			if r.isRolePolicy() || r.typ == taskDefinitionType {
				continue
			}
			roles := rolesOf(r)
			for _, from := range r.sources {
				for _, key := range from {
					roles = append(roles, handed[key]...)
				}
			}
			for _, role := range roles {
				// An application that does nothing with AWS needs none.
				ofTask := strings.HasSuffix(role, "-task")
				assert.True(t, ofTask || len(g.policies[role]) > 0, "%s has no policies", role)
				for _, policy := range g.policies[role] {
					judged++
					assert.Truef(t, g.waitsFor(r, policy), "%s gets %s without waiting for %s", r.key(), role, policy)
				}
			}
		}
		return judged
	})
}

// rolesOf returns the roles that a resource gets by an input.
func rolesOf(r recorded) []string {
	var roles []string
	for _, from := range r.sources {
		for _, key := range from {
			if strings.HasPrefix(key, "aws:iam/role:Role::") {
				roles = append(roles, key)
			}
		}
	}
	return roles
}

// TestWhatIsNamedIsThereBefore: many names are known before the resource exists, so no input shows
// what has to come first. AWS refuses a reference to a resource that does not exist yet. Saved
// queries are only text: "specification of a log group name that doesn't exist" is no error
// (aws-cloudformation/cloudformation-coverage-roadmap#615).
func TestWhatIsNamedIsThereBefore(t *testing.T) {
	everyVariant(t, func(t *testing.T, g *graph) (judged int) {
		for _, r := range g.resources {
			typ, known := catalog.All()[r.typ]
			if !known || r.typ == "aws:cloudwatch/queryDefinition:QueryDefinition" {
				continue
			}
			for _, ref := range typ.Refs {
				for _, value := range prop.Texts(r.inputs, ref.Path) {
					for _, to := range g.ofType(ref.To) {
						if to.isKnownBy(value, ref.By) && to.key() != r.key() {
							judged++
							assert.Truef(t, g.waitsFor(r, to.key()), "%s names %s in %s without waiting for it", r.key(), to.key(), ref.Path)
						}
					}
				}
			}
		}
		return judged
	})
}

// isKnownBy reports whether a value is the resource's id, ARN, name or another property that names
// it.
func (r recorded) isKnownBy(value string, by []string) bool {
	if value == r.name+"-id" || value == arnOf(r) {
		return true
	}
	if typ := catalog.All()[r.typ]; typ.Name != nil {
		by = append(slices.Clone(by), string(typ.Name.Key()))
	}
	for _, property := range by {
		own := prop.Text(r.inputs, property)
		inARN := strings.HasPrefix(value, "arn:") && (strings.HasSuffix(value, ":"+own) || strings.HasSuffix(value, "/"+own))
		if own != "" && (value == own || inARN) {
			return true
		}
	}
	return false
}

// TestPrincipalsAreThereBefore: IAM, KMS and S3 refuse a document whose principal does not exist.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
func TestPrincipalsAreThereBefore(t *testing.T) {
	everyVariant(t, func(t *testing.T, g *graph) (judged int) {
		for _, r := range g.resources {
			for _, value := range r.inputs {
				for _, principal := range principalsIn(value) {
					for _, role := range g.ofType("aws:iam/role:Role") {
						if role.isKnownBy(principal, nil) {
							judged++
							assert.Truef(t, g.waitsFor(r, role.key()), "%s names %s as principal without waiting for it",
								r.key(), role.key())
						}
					}
				}
			}
		}
		return judged
	})
}

// principalsIn returns the AWS principals of a policy document; none for anything else.
func principalsIn(value resource.PropertyValue) []string {
	if !value.IsString() {
		return nil
	}
	var document struct{ Statement []struct{ Principal any } }
	if json.Unmarshal([]byte(value.StringValue()), &document) != nil {
		return nil
	}
	var found []string
	for _, s := range document.Statement {
		if principals, ok := s.Principal.(map[string]any); ok && principals["AWS"] != nil {
			found = append(found, texts(principals["AWS"])...)
		}
	}
	return found
}

// TestSettingsOfABucketComeOneAfterAnother: S3 answers simultaneous changes of one bucket with
// OperationAborted. The policy comes after the bucket is closed to the public, and writers to a bucket
// of the stack come after its policy.
func TestSettingsOfABucketComeOneAfterAnother(t *testing.T) {
	everyVariant(t, func(t *testing.T, g *graph) (judged int) {
		settings := map[string][]recorded{}
		policies := map[string]recorded{}
		for _, r := range g.resources {
			if !strings.HasPrefix(r.typ, "aws:s3/bucket") || len(r.sources["bucket"]) != 1 {
				continue
			}
			bucket := r.sources["bucket"][0]
			settings[bucket] = append(settings[bucket], r)
			if r.typ == "aws:s3/bucketPolicy:BucketPolicy" {
				policies[bucket] = r
			}
		}
		for bucket, all := range settings {
			for i, one := range all {
				if one.typ == "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock" {
					assert.Truef(t, g.waitsFor(policies[bucket], one.key()), "the policy of %s comes before it is closed", bucket)
				}
				for _, other := range all[i+1:] {
					judged++
					assert.Truef(t, g.waitsFor(one, other.key()) || g.waitsFor(other, one.key()),
						"%s and %s may be set at the same time", one.key(), other.key())
				}
			}
		}
		for _, r := range g.resources {
			for _, path := range writesTo[r.typ] {
				for _, name := range prop.Texts(r.inputs, path) {
					for _, bucket := range g.ofType("aws:s3/bucketV2:BucketV2") {
						if bucket.isKnownBy(name, nil) {
							judged++
							assert.Truef(t, g.waitsFor(r, policies[bucket.key()].key()),
								"%s writes to %s before its policy lets it", r.key(), bucket.name)
						}
					}
				}
			}
		}
		return judged
	})
}

// writesTo lists the inputs that name the bucket to which AWS writes for a resource; AWS tests it when
// the resource is created.
var writesTo = map[string][]string{
	"aws:cloudtrail/trail:Trail":                                     {"s3BucketName"},
	"aws:cfg/deliveryChannel:DeliveryChannel":                        {"s3BucketName"},
	"aws:codepipeline/pipeline:Pipeline":                             {"artifactStores[].location"},
	"aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {"destinationConfig.onFailure.destination"},
	"aws:lb/loadBalancer:LoadBalancer":                               {"accessLogs.bucket", "connectionLogs.bucket"},
	"aws:s3/bucketLoggingV2:BucketLoggingV2":                         {"targetBucket"},
}

// order lists what has to exist before, if neither an input nor a name shows it.
var order = []struct {
	// after and before are prefixes of "type::name "; % is the logical name of the one that comes
	// after.
	after, before, because string
}{
	{
		"aws:securityhub/standardsSubscription:", "aws:securityhub/account:",
		"standards are for accounts that are enrolled: API reference of BatchEnableStandards, InvalidAccessException",
	},
	{
		"aws:cfg/recorder:", "aws:iam/serviceLinkedRole:ServiceLinkedRole::baseline-config",
		"the role has to exist: https://docs.aws.amazon.com/config/latest/developerguide/using-service-linked-roles.html",
	},
	{
		"aws:cfg/deliveryChannel:", "aws:cfg/recorder:",
		"PutDeliveryChannel answers NoAvailableConfigurationRecorderException",
	},
	{
		"aws:cfg/recorderStatus:", "aws:cfg/deliveryChannel:",
		"StartConfigurationRecorder answers NoAvailableDeliveryChannelException",
	},
	{
		"aws:opensearch/domain:", "aws:iam/serviceLinkedRole:ServiceLinkedRole::search-service",
		"a domain in a VPC needs the role: https://docs.aws.amazon.com/opensearch-service/latest/developerguide/slr.html",
	},
	{
		"aws:opensearch/domain:", "aws:cloudwatch/logResourcePolicy:LogResourcePolicy::search-domain-logs",
		"OpenSearch tries whether it may write its logs: developer guide, Monitoring OpenSearch logs",
	},
	{
		"aws:wafv2/webAclLoggingConfiguration:", "aws:cloudwatch/logResourcePolicy:LogResourcePolicy::web-waf",
		"without the policy WAF writes one of its own: developer guide, Logging AWS WAF protection pack traffic",
	},
	{
		"aws:cloudwatch/logSubscriptionFilter:", "aws:lambda/permission:Permission::search-logs-",
		"CloudWatch Logs tries the function: API reference of PutSubscriptionFilter",
	},
	{
		"aws:cloudwatch/logSubscriptionFilter:", "aws:lambda/invocation:",
		"what comes before the index template gets an index with guessed types",
	},
	{
		"aws:cloudwatch/eventTarget:EventTarget::rotation-succeeded ", "aws:lambda/permission:Permission::rotation",
		"an event that comes before the permission is dropped",
	},
	{
		"aws:appautoscaling/target:", "aws:ecs/service:Service::% ",
		"Application Auto Scaling knows services that exist: API reference of RegisterScalableTarget",
	},
	{
		"aws:rds/instance:", "aws:cloudwatch/logGroup:LogGroup::database-",
		"RDS makes the groups of its logs itself, without key and retention, if they are not there",
	},
	{
		"aws:lambda/function:", "aws:cloudwatch/logGroup:LogGroup::% ",
		"Lambda makes a function's group itself, without key and retention, if it is not there",
	},
}

func TestOrderThatNoInputSays(t *testing.T) {
	held := map[int]int{}
	everyVariant(t, func(t *testing.T, g *graph) (judged int) {
		for i, rule := range order {
			for _, after := range g.resources {
				if !strings.HasPrefix(after.key()+" ", rule.after) {
					continue
				}
				for _, before := range g.resources {
					if strings.HasPrefix(before.key()+" ", strings.Replace(rule.before, "%", after.name, 1)) {
						judged++
						held[i]++
						assert.Truef(t, g.waitsFor(after, before.key()), "%s does not wait for %s: %s",
							after.key(), before.key(), rule.because)
					}
				}
			}
		}
		return judged
	})
	for i, rule := range order {
		assert.NotZero(t, held[i], "no variant has %s and %s", rule.after, rule.before)
	}
}
