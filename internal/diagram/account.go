package diagram

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	rt "aws-webapp/internal/awsdata/resourcetypes"
)

// card says in a few words what the account has beside the network.
type card struct {
	title, class string
	details      []string
}

// cards of a stack, those that it has.
func (s *stack) cards() []card {
	var found []card
	add := func(title, class string, details ...string) {
		details = slices.DeleteFunc(details, func(detail string) bool { return detail == "" })
		if len(details) > 0 {
			found = append(found, card{title: title, class: class, details: details})
		}
	}
	add("Releases", "release", s.releases()...)
	add("Logs", "logs", s.logs()...)
	add("Alerts", "alerts", s.alerts()...)
	add("Keys", "keys", s.keys()...)
	add("Buckets", "store", s.buckets())
	add("Backup", "store", s.backup()...)
	add("Passwords", "keys", s.passwords()...)
	add("Queues", "store", s.queues())
	add("Audit trail", "audit", s.audit()...)
	add("Account", "audit", s.account())
	return found
}

func (s *stack) releases() []string {
	group := s.first(rt.DeploymentGroup)
	if group.inputs == nil {
		if s.has(rt.ECSService) {
			return []string{"rolling, back on failure"}
		}
		return nil
	}
	back := ""
	if group.flag("autoRollbackConfiguration", "enabled") {
		back = "back on any alarm"
	}
	shift := strings.TrimPrefix(group.text("deploymentConfigName"), "CodeDeployDefault.ECS")
	return []string{"blue/green", camelWords(shift), back}
}

// camelWords separates the words and numbers of a name: Canary10Percent5Minutes.
func camelWords(name string) string {
	var b strings.Builder
	previous := rune(0)
	for _, at := range name {
		upper, digit := at >= 'A' && at <= 'Z', at >= '0' && at <= '9'
		if previous != 0 && (upper || digit != (previous >= '0' && previous <= '9')) {
			b.WriteByte(' ')
		}
		b.WriteRune(at)
		previous = at
	}
	text := strings.ReplaceAll(strings.ToLower(b.String()), " percent", "%")
	return strings.ReplaceAll(text, "% ", "%, ")
}

func (s *stack) logs() []string {
	groups := s.ofType(rt.LogGroup)
	if len(groups) == 0 {
		return nil
	}
	shortest, longest := groups[0].number("retentionInDays"), 0
	for _, group := range groups {
		shortest, longest = min(shortest, group.number("retentionInDays")), max(longest, group.number("retentionInDays"))
	}
	kept := fmt.Sprintf("%d groups, %d days", len(groups), longest)
	if shortest < longest {
		kept = fmt.Sprintf("%d groups, %d–%d days", len(groups), shortest, longest)
	}
	shipped := ""
	if s.has(rt.LogSubscriptionFilter) && s.has(rt.SearchDomain) {
		shipped = "shipped to OpenSearch"
	}
	flows := ""
	if s.has(rt.FlowLog) {
		flows = "network flows, too"
	}
	return []string{kept, shipped, flows}
}

func (s *stack) alerts() []string {
	alarms := len(s.ofType(rt.MetricAlarm, rt.CompositeAlarm))
	if alarms == 0 {
		return nil
	}
	protocols := map[string]bool{}
	for _, subscription := range s.ofType(rt.TopicSubscription) {
		protocols[subscription.text("protocol")] = true
	}
	text := fmt.Sprintf("%d alarms", alarms)
	if names := sorted(protocols); len(names) > 0 {
		text += " → " + strings.Join(names, ", ")
	}
	dashboard := ""
	if s.has(rt.Dashboard) {
		dashboard = "one dashboard"
	}
	return []string{text, dashboard}
}

// keyProperty is how inputs that name a key are called: kmsKeyId, performanceInsightsKmsKeyId, ...
const keyProperty = "kmskey"

// keys lists the stack's keys with the number of resources that each encrypts.
func (s *stack) keys() []string {
	var details []string
	for _, key := range s.ofType(rt.KMSKey) {
		users := 0
		for _, r := range s.all {
			if encryptedBy(r.inputs, key) {
				users++
			}
		}
		_, name, found := strings.Cut(key.name, "-")
		if !found {
			name = key.name
		}
		details = append(details, fmt.Sprintf("%s: %d resources", name, users))
	}
	return details
}

// encryptedBy looks for an input that names the key, by id or ARN. The ARN ends with the id; where resources are
// mocked it ends with the name.
func encryptedBy(value any, key *resource) bool {
	switch v := value.(type) {
	case []any:
		return slices.ContainsFunc(v, func(element any) bool { return encryptedBy(element, key) })
	case map[string]any:
		for name, element := range v {
			text, ok := element.(string)
			names := strings.Contains(strings.ToLower(name), keyProperty) || name == "kmsMasterKeyId"
			if ok && names && (strings.HasSuffix(text, key.id) || strings.HasSuffix(text, ":"+key.name)) {
				return true
			}
			if !ok && encryptedBy(element, key) {
				return true
			}
		}
	}
	return false
}

func (s *stack) buckets() string {
	var names []string
	for _, bucket := range s.ofType(rt.Bucket) {
		names = append(names, strings.TrimPrefix(bucket.name, "storage-"))
	}
	return strings.Join(names, ", ")
}

func (s *stack) backup() []string {
	var details []string
	for _, rule := range s.first(rt.BackupPlan).list("rules") {
		row := &resource{}
		row.inputs, _ = rule.(map[string]any)
		details = append(details, fmt.Sprintf("%s: %d days", row.text("ruleName"), row.number("lifecycle", "deleteAfter")))
	}
	if s.has(rt.BackupVaultLock) {
		details = append(details, "locked vault")
	}
	return details
}

func (s *stack) passwords() []string {
	days := s.first(rt.SecretRotation).number("rotationRules", "automaticallyAfterDays")
	if days == 0 {
		return nil
	}
	relay := ""
	for _, function := range s.ofType(rt.Function) {
		if strings.Contains(function.parent, "RotationRelay") {
			relay = "then tasks restart"
		}
	}
	return []string{fmt.Sprintf("rotated every %d days", days), relay}
}

func (s *stack) queues() string {
	var names []string
	for _, queue := range s.ofType(rt.Queue) {
		names = append(names, queue.name)
	}
	return strings.Join(names, ", ")
}

func (s *stack) audit() []string {
	trail := s.first(rt.Trail)
	if trail.inputs == nil {
		return nil
	}
	regions := "this region"
	if trail.flag("isMultiRegionTrail") {
		regions = "all regions"
	}
	evidence := ""
	if trail.flag("enableLogFileValidation") {
		evidence = "signed files, bucket"
	}
	return []string{"CloudTrail, " + regions, evidence}
}

func (s *stack) account() string {
	var names []string
	for _, service := range []struct{ typ, name string }{
		{rt.GuardDutyDetector, "GuardDuty"},
		{rt.SecurityHub, "Security Hub"},
		{rt.ConfigRecorder, "Config"},
		{rt.AccessAnalyzer, "Access Analyzer"},
	} {
		if s.has(service.typ) {
			names = append(names, service.name)
		}
	}
	return strings.Join(names, ", ")
}

// stages of the pipeline in a delivery stack; none without one.
func stages(resources []apitype.ResourceV3) []string {
	var names []string
	for _, stage := range read(resources).first(rt.Pipeline).list("stages") {
		row := &resource{}
		row.inputs, _ = stage.(map[string]any)
		names = append(names, row.text("name"))
	}
	return names
}

func sorted(set map[string]bool) []string {
	var found []string
	for name := range set {
		found = append(found, name)
	}
	slices.Sort(found)
	return found
}
