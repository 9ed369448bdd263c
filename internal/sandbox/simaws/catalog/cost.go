package catalog

// costTypes are budgets, cost anomalies and resource groups.
var costTypes = Types{
	"aws:budgets/budget:Budget": {
		Required: []string{"budgetType", "timeUnit"},
		Replace:  []string{"accountId", "name", "namePrefix"},
		Defaults: map[string]any{"timePeriodEnd": "2087-06-15_00:00"},
		Name:     &Name{Prefix: "namePrefix", Max: 100},
		ID:       "{account}:{.name}",
		Outputs: Outputs{
			"arn": "arn:{partition}:budgets::{account}:budget/{.name}", "accountId": "{account}",
			"timePeriodStart": "2026-01-01_00:00",
		},
		Unique: []Unique{{Properties: []string{"name"}, Error: "DuplicateRecordException: Error creating budget: " +
			"{.name} - the budget already exists."}},
		Tags: true,
	},
	"aws:costexplorer/anomalyMonitor:AnomalyMonitor": {
		Required: []string{"monitorType"},
		Replace:  []string{"monitorDimension", "monitorSpecification", "monitorType"},
		Name:     &Name{Max: 1024},
		ID:       "{.arn}",
		Outputs:  Outputs{"arn": "arn:{partition}:ce::{account}:anomalymonitor/{uuid}"},
		Tags:     true,
		NotFound: "UnknownMonitorException: Anomaly monitor {value} does not exist",
	},
	"aws:costexplorer/anomalySubscription:AnomalySubscription": {
		Required: []string{"frequency", "monitorArnLists", "subscribers"},
		Replace:  []string{"accountId", "name"},
		Name:     &Name{Max: 1024},
		ID:       "{.arn}",
		Outputs:  Outputs{"arn": "arn:{partition}:ce::{account}:anomalysubscription/{uuid}", "accountId": "{account}"},
		Refs:     []Ref{{Path: "monitorArnLists[]", To: "aws:costexplorer/anomalyMonitor:AnomalyMonitor"}},
		Tags:     true,
	},
	"aws:resourcegroups/group:Group": {
		Replace: []string{"name"},
		Name:    &Name{Max: 300},
		ID:      "{.name}",
		Outputs: Outputs{"arn": "arn:{partition}:resource-groups:{region}:{account}:group/{.name}"},
		Unique: []Unique{{Properties: []string{"name"}, Error: "BadRequestException: Cannot create group: group already " +
			"exists"}},
		Tags: true,
	},
}
