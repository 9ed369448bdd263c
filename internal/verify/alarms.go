package verify

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// alarmsPerCall is what DescribeAlarms takes.
const alarmsPerCall = 100

// checkAlarms judges the alarms of the service. One without data has nothing to complain
// about: a service that nobody uses yet has no answers to count. One that does not exist
// would never go off.
func (v *Verifier) checkAlarms(ctx context.Context) (Check, error) {
	names := v.Request.Alarms
	if len(names) == 0 {
		return Check{Name: "alarms", State: Skipped, Found: "none named", Note: "name them with --alarm, or give --outputs"}, nil
	}
	states := map[string]cwtypes.StateValue{}
	for batch := range slices.Chunk(names, alarmsPerCall) {
		// Without the types CloudWatch answers with metric alarms alone.
		described, err := v.Clients.CloudWatch.DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{
			AlarmNames: batch, AlarmTypes: []cwtypes.AlarmType{cwtypes.AlarmTypeMetricAlarm, cwtypes.AlarmTypeCompositeAlarm},
			MaxRecords: aws.Int32(alarmsPerCall),
		})
		if err != nil {
			return Check{}, fmt.Errorf("look at the alarms: %w", err)
		}
		for i := range described.MetricAlarms {
			states[aws.ToString(described.MetricAlarms[i].AlarmName)] = described.MetricAlarms[i].StateValue
		}
		for i := range described.CompositeAlarms {
			states[aws.ToString(described.CompositeAlarms[i].AlarmName)] = described.CompositeAlarms[i].StateValue
		}
	}
	check := Check{Name: "alarms", State: Wrong, Wanted: "quiet"}
	var missing, loud, silent []string
	for _, name := range names {
		switch state, exists := states[name]; {
		case !exists:
			missing = append(missing, name)
		case state == cwtypes.StateValueAlarm:
			loud = append(loud, name)
		case state == cwtypes.StateValueInsufficientData:
			silent = append(silent, name)
		}
	}
	switch {
	case len(missing) > 0:
		check.Found, check.patience = "no alarm "+strings.Join(missing, ", "), settle
	case len(loud) > 0:
		check.Found = "ALARM: " + strings.Join(loud, ", ")
	default:
		check.State, check.Found = Passed, plural(len(names), "alarm")+" quiet"
		if len(silent) > 0 {
			check.Note = fmt.Sprintf("%d without data yet", len(silent))
		}
	}
	return check, nil
}
