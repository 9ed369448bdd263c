package verify

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"aws-webapp/internal/outcome"
	"aws-webapp/internal/plural"
)

// alarmsPerCall is the limit of DescribeAlarms.
const alarmsPerCall = 100

// checkAlarms checks the alarms of the service. An alarm without data is fine: a service that
// nobody uses yet has no answers to count. A missing alarm is not: it would never go off.
func (v *Verifier) checkAlarms(ctx context.Context) (outcome.Finding, error) {
	names := v.Request.Alarms
	if len(names) == 0 {
		return outcome.Finding{
			Check: "alarms", Status: outcome.Unchecked, Found: "none named",
			Fix: "name them with --alarm, or give --outputs",
		}, nil
	}
	states, err := v.alarmStates(ctx, names)
	if err != nil {
		return outcome.Finding{}, fmt.Errorf("look at the alarms: %w", err)
	}
	check := outcome.Finding{Check: "alarms", Status: outcome.Wrong, Needed: "quiet"}
	var missing, loud, silent []string
	for _, name := range names {
		switch state, exists := states[name]; {
		case !exists:
			missing = append(missing, name)
		case state == cwtypes.StateValueOk:
		case state == cwtypes.StateValueInsufficientData:
			silent = append(silent, name)
		default:
			loud = append(loud, name)
		}
	}
	switch {
	case len(missing) > 0:
		check.Found, check.Patience = "no alarm "+strings.Join(missing, ", "), settle
	case len(loud) > 0:
		check.Found = "ALARM: " + strings.Join(loud, ", ")
	default:
		check.Status, check.Found = outcome.OK, plural.Of(len(names), "alarm")+" quiet"
		if len(silent) > 0 {
			check.Note = fmt.Sprintf("%d without data yet", len(silent))
		}
	}
	return check, nil
}

// alarmStates are the states of those alarms that exist, by name.
func (v *Verifier) alarmStates(ctx context.Context, names []string) (map[string]cwtypes.StateValue, error) {
	states := map[string]cwtypes.StateValue{}
	for batch := range slices.Chunk(names, alarmsPerCall) {
		// Without the types CloudWatch returns only metric alarms.
		pages := cloudwatch.NewDescribeAlarmsPaginator(v.Clients.CloudWatch, &cloudwatch.DescribeAlarmsInput{
			AlarmNames: batch, AlarmTypes: []cwtypes.AlarmType{cwtypes.AlarmTypeMetricAlarm, cwtypes.AlarmTypeCompositeAlarm},
			MaxRecords: aws.Int32(alarmsPerCall),
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for i := range page.MetricAlarms {
				states[aws.ToString(page.MetricAlarms[i].AlarmName)] = page.MetricAlarms[i].StateValue
			}
			for i := range page.CompositeAlarms {
				states[aws.ToString(page.CompositeAlarms[i].AlarmName)] = page.CompositeAlarms[i].StateValue
			}
		}
	}
	return states, nil
}
