package cost

import (
	"slices"

	"aws-webapp/internal/awsdata/resourcetypes"
)

func init() {
	prices[resourcetypes.KMSKey] = (*estimator).key
	prices[resourcetypes.Trail] = (*estimator).trail
	prices[resourcetypes.ConfigRecorder] = (*estimator).recorder
	prices[resourcetypes.GuardDutyDetector] = (*estimator).detector
	prices[resourcetypes.GuardDutyFeature] = (*estimator).detectorFeature
	prices[resourcetypes.SecurityStandard] = (*estimator).standard
}

func (e *estimator) key(r *Resource) {
	e.add(r, charge{what: "key", price: "kms.key", quantity: 1})
	e.add(r, charge{what: "requests", price: "kms.request", quantity: e.usage.KMSRequestsMillion * million})
}

// trail: the first copy of management events is free.
func (e *estimator) trail(r *Resource) {
	if recordsObjects(r) {
		e.add(r, charge{what: "object events", price: "cloudtrail.data", quantity: e.usage.ObjectEventsMillion * million})
	}
	insights, _ := r.list("insightSelectors")
	e.add(r, charge{
		what: "Insights analysis", price: "cloudtrail.insights",
		quantity: float64(len(insights)) * e.usage.ManagementEventsMillion * million,
	})
}

func recordsObjects(trail *Resource) bool {
	selectors, known := trail.list("advancedEventSelectors")
	if !known {
		return true
	}
	return slices.ContainsFunc(selectors, func(selector any) bool {
		inputs, _ := selector.(map[string]any)
		fields, _ := (&Resource{Inputs: inputs}).list("fieldSelectors")
		return slices.ContainsFunc(fields, func(f any) bool {
			inputs, _ := f.(map[string]any)
			values, _ := inputs["equals"].([]any)
			return inputs["field"] == "eventCategory" && slices.Contains(values, any("Data"))
		})
	})
}

func (e *estimator) recorder(r *Resource) {
	e.add(r, charge{what: "configuration items", price: "config.item", quantity: e.usage.ConfigItems})
}

func (e *estimator) detector(r *Resource) {
	e.add(r, charge{
		what: "CloudTrail events", price: "guardduty.event",
		quantity: e.usage.ManagementEventsMillion * million,
	})
	e.add(r, charge{what: "flow and DNS logs", price: "guardduty.gb", quantity: e.usage.GuardDutyGB})
}

// detectorFeature: functions' traffic is part of the flow logs, and volumes are scanned only on
// suspicion. Logins of RDS for PostgreSQL are monitored, too.
// https://docs.aws.amazon.com/guardduty/latest/ug/rds-protection.html
func (e *estimator) detectorFeature(r *Resource) {
	if r.text("status") != "ENABLED" {
		return
	}
	switch r.text("name") {
	case "S3_DATA_EVENTS":
		e.add(r, charge{what: "S3 data events", price: "guardduty.s3", quantity: e.usage.ObjectEventsMillion * million})
	case "RDS_LOGIN_EVENTS":
		e.add(r, charge{what: "logins to databases", price: "guardduty.rds", quantity: e.usage.GuardDutyDatabaseVCPU})
	}
}

func (e *estimator) standard(r *Resource) {
	e.add(r, charge{what: "security checks", price: "securityhub.check", quantity: e.usage.SecurityChecks})
}
