package rules

import (
	"fmt"
	"strings"
	"unicode"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/prop"
)

func auditTrail() []*control.Control {
	const subject = "CloudTrail"
	trails := []string{trailType}
	return []*control.Control{
		{
			Name: "cloudtrail-multi-region", Subject: subject,
			IDs:      control.ParseIDs("CloudTrail.1+ CloudTrail.3+ C3.1+ K67+ K251+"),
			Title:    "The trail covers all regions and all management events, and is switched on",
			Severity: control.High, Levels: mandatory, Types: trails,
			Risk: "What happens in a region that nobody uses goes unseen",
			Fix:  "set isMultiRegionTrail, and leave enableLogging and includeGlobalServiceEvents on",
			Judge: func(c in) control.Result {
				return control.All(
					control.Want(c.Get("isMultiRegionTrail").IsTrue(), "trail %s covers one region", c.Name),
					control.Want(c.Get("enableLogging").TrueByDefault(), "trail %s is switched off", c.Name),
					control.Want(c.Get("includeGlobalServiceEvents").TrueByDefault(),
						"trail %s leaves out IAM and other global services", c.Name),
					control.Want(recordsManagement(c), "trail %s leaves out management events", c.Name),
				)
			},
		},
		{
			Name: "cloudtrail-encrypted", Subject: subject, IDs: control.ParseIDs("CloudTrail.2 C3.5 K35"),
			Title:    "The trail is encrypted with a key of our own",
			Severity: control.Medium, Levels: mandatory, Types: trails,
			Risk: "Whoever may read the bucket may read the trail",
			Fix:  "set kmsKeyId to a key of your own", Here: "pass the audit key",
			Judge: func(c in) control.Result {
				return control.Want(ownKey(c, c.Get("kmsKeyId")), "trail %s has no kmsKeyId of our own", c.Name)
			},
		},
		{
			Name: "cloudtrail-validation", Subject: subject, IDs: control.ParseIDs("CloudTrail.4 C3.2 K36"),
			Title:    "The trail's files can be validated",
			Severity: control.Low, Levels: remediate, Types: trails,
			Risk: "Nobody can prove that the trail was not changed",
			Fix:  "set enableLogFileValidation",
			Judge: func(c in) control.Result {
				return control.Want(c.Get("enableLogFileValidation").IsTrue(), "the files of trail %s cannot be validated", c.Name)
			},
			Remedy: func(in) []control.Patch { return set(true, "enableLogFileValidation") },
		},
		{
			Name: "cloudtrail-to-logs", Subject: subject, IDs: control.ParseIDs("CloudTrail.5 K2:10"),
			Title:    "The trail is delivered to CloudWatch Logs",
			Severity: control.Low, Levels: mandatory, Types: trails,
			Risk: "The alarms on root use, policy changes and the like have nothing to look at",
			Fix:  "set cloudWatchLogsGroupArn and cloudWatchLogsRoleArn",
			Judge: func(c in) control.Result {
				return control.Want(c.Get("cloudWatchLogsGroupArn").IsSet().And(c.Get("cloudWatchLogsRoleArn").IsSet()),
					"trail %s is not delivered to CloudWatch Logs", c.Name)
			},
		},
		{
			Name: "cloudtrail-insights", Subject: subject, IDs: control.ParseIDs("house"),
			Title:    "The trail watches for unusual call and error rates",
			Severity: control.Low, Levels: mandatory, Types: trails,
			Risk: "A burst of calls with stolen credentials looks like any other day",
			Fix:  "set insightSelectors with ApiCallRateInsight and ApiErrorRateInsight",
			Link: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-insights-events-with-cloudtrail.html",
			Judge: func(c in) control.Result {
				var results []control.Result
				for _, insight := range []string{"ApiCallRateInsight", "ApiErrorRateInsight"} {
					has := some(c.Get("insightSelectors"), func(s prop.Value) prop.Truth { return s.Get("insightType").Is(insight) })
					results = append(results, control.Want(has, "trail %s has no %s", c.Name, insight))
				}
				return control.All(results...)
			},
		},
		{
			Name: "cloudtrail-object-events", Subject: subject, IDs: control.ParseIDs("S3.22~ S3.23~ C3.8~ C3.9~"),
			Beyond:   "The peers want the objects of all buckets, and here those of one will do",
			Title:    "The trail records reads and writes of objects",
			Severity: control.Medium, Levels: advisory, Types: trails,
			Risk:  "Nobody can tell afterwards which objects were read or replaced",
			Fix:   "add an event selector for AWS::S3::Object to the trail (data events cost per event)",
			Here:  "auditTrail.objectEvents",
			Judge: judgeObjectEvents,
		},
		{
			Name: "cloudtrail-metric-alarms", Subject: subject,
			IDs: control.ParseIDs("CloudWatch.1~ CloudWatch.2~ CloudWatch.3~ CloudWatch.4~ CloudWatch.5~ CloudWatch.6~ " +
				"CloudWatch.7~ CloudWatch.8~ CloudWatch.9~ CloudWatch.10~ CloudWatch.11~ CloudWatch.12~ CloudWatch.13~ " +
				"CloudWatch.14~ C4.1~ C4.2~ C4.3~ C4.4~ C4.5~ C4.6~ C4.7~ C4.8~ C4.9~ C4.10~ C4.11~ C4.12~ C4.13~ C4.14~ C4.15~ " +
				"T0147~ T0148~ T0149~ T0150~ T0151~ T0152~ T0153~ T0154~ T0155~ T0156~ T0157~ T0158~ T0159~ T0160~ T0174~"),
			Beyond:   "CIS and Security Hub want a subscriber of the topic; Security Hub and Trivy compare the pattern as text",
			Title:    "Every event of the CIS list has a metric filter and an alarm",
			Severity: control.Low, Levels: advisory, Scope: control.PerStack, Types: trails,
			Risk:  "Root logins, policy changes and the like go unnoticed until the next audit",
			Fix:   "add the missing cloudwatch.LogMetricFilter on the trail's log group, and an alarm on its metric",
			Link:  "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html",
			Judge: judgeMetricAlarms,
		},
	}
}

// recordsManagement answers whether the selectors, basic or advanced, record all management
// events. Without selectors all are recorded.
func recordsManagement(c in) prop.Truth {
	basic, advanced := c.Get("eventSelectors"), c.Get("advancedEventSelectors")
	if advanced.IsSet() == prop.Yes {
		return some(advanced, func(selector prop.Value) prop.Truth {
			fields := selector.Get("fieldSelectors")
			management := some(fields, func(f prop.Value) prop.Truth {
				return f.Get("field").Is("eventCategory").And(f.Get("equals").Has("Management"))
			})
			// Every other field, such as readOnly or eventSource, leaves events out.
			return management.And(every(fields, func(f prop.Value) prop.Truth { return f.Get("field").Is("eventCategory") }))
		})
	}
	return basic.IsEmpty().Or(some(basic, func(selector prop.Value) prop.Truth {
		return selector.Get("includeManagementEvents").TrueByDefault().And(selector.Get("readWriteType").IsOrAbsent("All")).
			And(selector.Get("excludeManagementEventSources").IsEmpty())
	}))
}

// judgeObjectEvents accepts basic and advanced selectors. Which buckets they name is not judged: an
// application's trail may be only for its own bucket.
func judgeObjectEvents(c in) control.Result {
	const objects = "AWS::S3::Object"
	basic := some(c.Get("eventSelectors"), func(selector prop.Value) prop.Truth {
		return selector.Get("readWriteType").IsOrAbsent("All").
			And(some(selector.Get("dataResources"), func(d prop.Value) prop.Truth { return d.Get("type").Is(objects) }))
	})
	advanced := some(c.Get("advancedEventSelectors"), func(selector prop.Value) prop.Truth {
		fields := selector.Get("fieldSelectors")
		return some(fields, func(f prop.Value) prop.Truth {
			return f.Get("field").Is("resources.type").And(f.Get("equals").Has(objects))
		}).And(every(fields, func(f prop.Value) prop.Truth {
			return f.Get("field").Is("eventCategory", "resources.type", "resources.ARN")
		}))
	})
	return control.Want(basic.Or(advanced), "trail %s does not record both reads and writes of objects", c.Name)
}

// cisEvents are the events of chapter 4 of the CIS benchmark, each with the words that its filter
// has to look for. The calls of ClassicLink, which 4.14 lists, are left out: nobody can make them
// since EC2-Classic is gone.
var cisEvents = []struct {
	id, what string
	words    []string
}{
	{"4.1", "unauthorised calls", []string{"UnauthorizedOperation", "AccessDenied"}},
	{"4.2", "console logins without MFA", []string{"ConsoleLogin", "additionalEventData.MFAUsed"}},
	{"4.3", "use of the root user", []string{"userIdentity.type", "Root"}},
	{"4.4", "changes of IAM policies", strings.Fields("DeleteGroupPolicy DeleteRolePolicy DeleteUserPolicy " +
		"PutGroupPolicy PutRolePolicy PutUserPolicy CreatePolicy DeletePolicy CreatePolicyVersion DeletePolicyVersion " +
		"AttachRolePolicy DetachRolePolicy AttachUserPolicy DetachUserPolicy AttachGroupPolicy DetachGroupPolicy")},
	{"4.5", "changes of CloudTrail", strings.Fields("CreateTrail UpdateTrail DeleteTrail StartLogging StopLogging")},
	{"4.6", "failed console logins", []string{"ConsoleLogin", "Failed authentication"}},
	{"4.7", "disabling or deleting keys", strings.Fields("DisableKey ScheduleKeyDeletion")},
	{"4.8", "changes of bucket policies", strings.Fields("PutBucketAcl PutBucketPolicy PutBucketCors PutBucketLifecycle " +
		"PutBucketReplication DeleteBucketPolicy DeleteBucketCors DeleteBucketLifecycle DeleteBucketReplication")},
	{"4.9", "changes of AWS Config", strings.Fields("StopConfigurationRecorder DeleteDeliveryChannel PutDeliveryChannel " +
		"PutConfigurationRecorder")},
	{"4.10", "changes of security groups", strings.Fields("AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress " +
		"RevokeSecurityGroupIngress RevokeSecurityGroupEgress CreateSecurityGroup DeleteSecurityGroup")},
	{"4.11", "changes of network ACLs", strings.Fields("CreateNetworkAcl CreateNetworkAclEntry DeleteNetworkAcl " +
		"DeleteNetworkAclEntry ReplaceNetworkAclEntry ReplaceNetworkAclAssociation")},
	{"4.12", "changes of gateways", strings.Fields("CreateCustomerGateway DeleteCustomerGateway AttachInternetGateway " +
		"CreateInternetGateway DeleteInternetGateway DetachInternetGateway")},
	{"4.13", "changes of route tables", strings.Fields("CreateRoute CreateRouteTable ReplaceRoute " +
		"ReplaceRouteTableAssociation DeleteRouteTable DeleteRoute DisassociateRouteTable")},
	{"4.14", "changes of VPCs", strings.Fields("CreateVpc DeleteVpc ModifyVpcAttribute AcceptVpcPeeringConnection " +
		"CreateVpcPeeringConnection DeleteVpcPeeringConnection RejectVpcPeeringConnection")},
	{"4.15", "changes of AWS Organizations", strings.Fields("organizations.amazonaws.com AcceptHandshake AttachPolicy " +
		"CreateAccount CreateOrganizationalUnit CreatePolicy DeclineHandshake DeleteOrganization DeleteOrganizationalUnit " +
		"DeletePolicy DetachPolicy DisablePolicyType EnablePolicyType InviteAccountToOrganization LeaveOrganization " +
		"MoveAccount RemoveAccountFromOrganization UpdatePolicy UpdateOrganizationalUnit")},
}

// judgeMetricAlarms requires, for each event, a filter whose metric has an alarm with an
// action.
func judgeMetricAlarms(c in) control.Result {
	watched := graph.Memo(c.Graph, "CIS events that are watched", func() []prop.Truth {
		answers := make([]prop.Truth, len(cisEvents))
		for i, event := range cisEvents {
			answers[i] = prop.No
			for _, filter := range c.Graph.OfType(metricFilterType) {
				answers[i] = answers[i].Or(looksFor(filter, event.words).And(alarmed(c.Graph, filter)))
			}
		}
		return answers
	})
	var results []control.Result
	for i, event := range cisEvents {
		results = append(results, control.Want(watched[i], "no alarm reports %s (CIS %s)", event.what, event.id))
	}
	return control.All(results...)
}

// looksFor answers whether a filter's pattern has all of the words. CreateRoute is not to be found in
// CreateRouteTable.
func looksFor(filter *graph.Resource, words []string) prop.Truth {
	pattern, ok := filter.Get("pattern").Text()
	if !ok {
		return prop.Maybe
	}
	names := map[string]bool{}
	for _, name := range strings.FieldsFunc(pattern, func(r rune) bool {
		return r != '.' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}) {
		names[strings.Trim(name, ".")] = true
	}
	for _, word := range words {
		several := strings.Contains(word, " ")
		if several && !strings.Contains(pattern, word) || !several && !names[word] {
			return prop.No
		}
	}
	return prop.Yes
}

// alarmed answers whether an alarm with an action watches a filter's metric.
func alarmed(g *graph.Graph, filter *graph.Resource) prop.Truth {
	alarms := graph.Memo(g, "alarms by metric", func() map[string]prop.Truth {
		found := map[string]prop.Truth{}
		for _, alarm := range g.OfType(metricAlarmType) {
			key := metricKey(alarm.Get("namespace"), alarm.Get("metricName"))
			if _, seen := found[key]; !seen {
				found[key] = prop.No
			}
			found[key] = found[key].Or(alarm.Get("alarmActions").IsSet())
		}
		return found
	})
	metric := filter.Get("metricTransformation")
	key := metricKey(metric.Get("namespace"), metric.Get("name"))
	if key == "" {
		return prop.Maybe
	}
	answer, seen := alarms[key]
	if !seen {
		return prop.No
	}
	return answer
}

// metricKey returns "" for a metric that is not known yet.
func metricKey(namespace, name prop.Value) string {
	first, ok := namespace.Text()
	second, alsoOK := name.Text()
	if !ok || !alsoOK {
		return ""
	}
	return fmt.Sprintf("%q %q", first, second)
}
