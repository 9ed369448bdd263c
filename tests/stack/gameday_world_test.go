package stack_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/iamdoc"
	"aws-webapp/tests/alarms"
)

// metricKey is a metric as an alarm looks at it.
type metricKey struct{ namespace, name, dimensions, statistic string }

// reading is what a metric says between two minutes of a drill instead of what it says when all is well.
type reading struct {
	key      metricKey
	value    float64
	from, to int
}

// message to the topic, some minutes after something broke.
type message struct {
	minute        int
	subject, text string
	// section that an alarm links to; empty for an event.
	section string
	over    bool
	// once says that no message follows when it is over.
	once bool
	// because are the sections of the alarms for which a composite one is on, and reason the first of their names.
	because []string
	reason  string
	// lost says that the topic refused it.
	lost bool
}

// urgency is the first words of a message.
func (m message) urgency() string {
	for _, words := range []string{"Page", "Security team", "Working hours", "Notice"} {
		if strings.HasPrefix(m.text, words+": ") {
			return words
		}
	}
	return ""
}

// day is the stack during a drill: what its metrics say, and what reaches the topic.
type day struct {
	t        *testing.T
	g        *graph
	mended   int
	readings []reading
	messages []message
	// policy of the topic, and whether its key works.
	policy judgedPolicy
	key    bool
}

func newDay(t *testing.T, g *graph, d drill) *day {
	t.Helper()
	policy := ""
	for _, r := range g.ofType("aws:sns/topicPolicy:TopicPolicy") {
		policy = r.inputs["policy"].StringValue()
	}
	if d.unsaid != "" {
		policy = withoutStatement(t, policy, d.unsaid)
	}
	return &day{t: t, g: g, mended: d.mended, policy: readPolicy(t, "topic", policy), key: !d.keyless}
}

// withoutStatement is a policy without one of its statements.
func withoutStatement(t *testing.T, policy, sid string) string {
	t.Helper()
	var document struct {
		Version   string
		Statement []map[string]any
	}
	require.NoError(t, json.Unmarshal([]byte(policy), &document))
	all := len(document.Statement)
	document.Statement = slices.DeleteFunc(document.Statement, func(s map[string]any) bool { return s["Sid"] == sid })
	require.Lenf(t, document.Statement, all-1, "the topic's policy has no statement %s", sid)
	return mustMarshal(document)
}

// accepts reports whether the topic takes a message of an AWS service at a minute.
func (d *day) accepts(service string, minute int) bool {
	if minute >= d.mended {
		return true
	}
	decision := d.policy.document.Decide(iamdoc.Request{
		Caller:   iamdoc.Principal{Kind: "service", ID: service},
		Action:   "sns:Publish",
		Resource: fmt.Sprintf("arn:aws:sns:us-east-1:%s:%s-prod-app-alerts", roleAccount, project),
		Keys:     map[string][]string{"aws:SourceAccount": {roleAccount}, "aws:SecureTransport": {"true"}},
	})
	return decision.Allowed && d.key
}

func (d *day) tell(service string, m message) {
	m.lost = !d.accepts(service, m.minute)
	d.messages = append(d.messages, m)
}

// metricKeysOf returns the metrics of an alarm by their id.
func metricKeysOf(r recorded) map[string]metricKey {
	one := func(metric resource.PropertyMap, statistics ...resource.PropertyKey) metricKey {
		key := metricKey{namespace: metric["namespace"].StringValue(), name: metric["metricName"].StringValue()}
		if dimensions, some := metric["dimensions"]; some {
			key.dimensions = renderValue(dimensions)
		}
		for _, statistic := range statistics {
			if value, some := metric[statistic]; some {
				key.statistic = value.StringValue()
			}
		}
		return key
	}
	keys := map[string]metricKey{}
	queries, several := r.inputs["metricQueries"]
	if !several {
		return map[string]metricKey{"m1": one(r.inputs, "statistic", "extendedStatistic")}
	}
	for _, query := range queries.ArrayValue() {
		if metric, ok := query.ObjectValue()["metric"]; ok {
			keys[query.ObjectValue()["id"].StringValue()] = one(metric.ObjectValue(), "stat")
		}
	}
	return keys
}

// shows lets the metrics of an alarm, or of all with a section, say what they say in a fault of their life.
func (d *day) shows(s symptom) {
	d.t.Helper()
	found := false
	for _, r := range d.g.ofType(metricAlarmType) {
		section := sectionOf(r)
		if s.of != r.name && s.of != section {
			continue
		}
		found = true
		d.readAs(r, lifeOf(r).faults[s.fault], s.from, cmp.Or(s.to, d.mended))
	}
	require.Truef(d.t, found, "no alarm is called %s", s.of)
}

// readAs lets the metrics of an alarm say something else for a time.
func (d *day) readAs(r recorded, says string, from, to int) {
	d.t.Helper()
	values := alarmOf(d.t, d.g, r).values(says)
	for _, key := range metricKeysOf(r) {
		value, some := values[key.name]
		if !some {
			value = alarms.Missing
		}
		d.readings = append(d.readings, reading{key, value, from, to})
	}
}

// silent ends all metrics of a namespace.
func (d *day) silent(namespace string) {
	for _, r := range d.g.ofType(metricAlarmType) {
		for _, key := range metricKeysOf(r) {
			if key.namespace == namespace {
				d.readings = append(d.readings, reading{key, alarms.Missing, 0, d.mended})
			}
		}
	}
}

// value of a metric in a period that begins at a minute. A metric that ends has no statistic any more.
func (d *day) value(key metricKey, normal float64, minute, length int) float64 {
	for _, r := range d.readings {
		same := r.key == key
		if math.IsNaN(r.value) {
			same = r.key.namespace == key.namespace && r.key.name == key.name && r.key.dimensions == key.dimensions
		}
		if same && minute+length > r.from && minute < r.to {
			return r.value
		}
	}
	return normal
}

// turn is the state that an alarm takes at a minute.
type turn struct {
	minute int
	state  alarms.State
	// because are the alarms for which a composite one turned on.
	because []recorded
}

// turns of a metric alarm from minute 0 on.
func (d *day) turns(r recorded) []turn {
	d.t.Helper()
	alarm, of := alarmOf(d.t, d.g, r), lifeOf(r)
	length := periodOf(r) / 60
	count := (d.mended+length-1)/length + long
	normal := alarm.values(of.normal)
	series := map[string][]float64{}
	for id, key := range metricKeysOf(r) {
		usual, some := normal[key.name]
		if !some {
			usual = alarms.Missing
		}
		for i := -long; i < count; i++ {
			series[id] = append(series[id], d.value(key, usual, i*length, length))
		}
	}
	states, err := alarm.rule.States(series)
	require.NoError(d.t, err, r.name)
	turns := []turn{{minute: 0, state: states[long-1]}}
	for i, state := range states[long:] {
		if state != turns[len(turns)-1].state {
			turns = append(turns, turn{minute: (i + 1) * length, state: state})
		}
	}
	return turns
}

// watch lets every alarm of the stack look at the day, and write to the topic.
func (d *day) watch() {
	d.t.Helper()
	all := map[string][]turn{}
	for _, r := range d.g.ofType(metricAlarmType) {
		all[alarmNameOf(r)] = d.turns(r)
		d.report(r, all[alarmNameOf(r)])
	}
	// In the order of the program a composite alarm comes after those that it names.
	for _, r := range d.g.ofType(compositeAlarmType) {
		all[alarmNameOf(r)] = d.compositeTurns(r, all)
		d.report(r, all[alarmNameOf(r)])
	}
	// Resources are registered in any order.
	slices.SortStableFunc(d.messages, func(a, b message) int {
		return cmp.Or(a.minute-b.minute, strings.Compare(a.subject, b.subject), strings.Compare(a.text, b.text))
	})
}

func (d *day) compositeTurns(r recorded, all map[string][]turn) []turn {
	d.t.Helper()
	minutes := map[int]bool{0: true}
	for _, turns := range all {
		for _, turn := range turns {
			minutes[turn.minute] = true
		}
	}
	var turns []turn
	for _, minute := range slices.Sorted(maps.Keys(minutes)) {
		states := map[string]alarms.State{}
		for name, turns := range all {
			for _, turn := range turns {
				if turn.minute <= minute {
					states[name] = turn.state
				}
			}
		}
		on, err := alarms.Composite(r.inputs["alarmRule"].StringValue(), states)
		require.NoError(d.t, err, r.name)
		now := turn{minute: minute, state: alarms.OK}
		if on {
			now.state = alarms.Alarm
			for _, part := range d.g.resources {
				if (part.typ == metricAlarmType || part.typ == compositeAlarmType) && states[alarmNameOf(part)] == alarms.Alarm &&
					strings.Contains(r.inputs["alarmRule"].StringValue(), fmt.Sprintf("%q", alarmNameOf(part))) {
					now.because = append(now.because, part)
				}
			}
			// Resources are registered in any order. Of those that went off in the same minute the first by name is the reason.
			slices.SortFunc(now.because, func(a, b recorded) int { return strings.Compare(alarmNameOf(a), alarmNameOf(b)) })
		}
		if len(turns) == 0 || turns[len(turns)-1].state != now.state {
			turns = append(turns, now)
		}
	}
	return turns
}

// report writes the turns of an alarm to the topic, where it has an action for them. The subject is CloudWatch's.
func (d *day) report(r recorded, turns []turn) {
	for _, turn := range turns[1:] {
		actions, over := resource.PropertyKey("alarmActions"), turn.state == alarms.OK
		if over {
			actions = "okActions"
		}
		if turn.state == alarms.Insufficient || !r.inputs[actions].IsArray() || len(r.inputs[actions].ArrayValue()) == 0 {
			continue
		}
		text, _, _ := strings.Cut(r.inputs["alarmDescription"].StringValue(), " Runbook: ")
		m := message{
			minute: turn.minute, over: over, section: sectionOf(r), text: text, once: countsEvents(r),
			subject: fmt.Sprintf("%s: %q in US East (N. Virginia)", turn.state, alarmNameOf(r)),
		}
		for i, part := range turn.because {
			m.because = append(m.because, sectionOf(part))
			if i == 0 {
				m.reason = alarmNameOf(part)
			}
		}
		d.tell("cloudwatch.amazonaws.com", m)
	}
}

// event goes to the rules that match it, which count it, and from there to the topic.
func (d *day) event(minute int, event string) {
	d.t.Helper()
	_, rules := targetsOf(d.t, d.g, event)
	for _, rule := range rules {
		physical := ""
		for _, r := range d.g.ofType("aws:cloudwatch/eventRule:EventRule") {
			if r.name == rule {
				physical = r.inputs["name"].StringValue()
			}
		}
		counted := map[string]bool{"TriggeredRules": true, "FailedInvocations": !d.accepts("events.amazonaws.com", minute)}
		for _, r := range d.g.ofType(metricAlarmType) {
			for _, key := range metricKeysOf(r) {
				if key.namespace == "AWS/Events" && counted[key.name] && strings.HasSuffix(key.dimensions, " "+physical+"}") {
					d.readings = append(d.readings, reading{key, 1, minute, minute + 1})
				}
			}
		}
		d.tell("events.amazonaws.com", message{
			minute: minute, subject: "AWS Notification Message", text: d.textOf(rule, event), section: rule + " event",
		})
	}
}

// textOf is what a rule's target makes of an event.
func (d *day) textOf(rule, event string) string {
	for _, target := range d.g.ofType("aws:cloudwatch/eventTarget:EventTarget") {
		transformer := target.inputs["inputTransformer"]
		if target.name != rule || !transformer.IsObject() {
			continue
		}
		text := strings.Trim(transformer.ObjectValue()["inputTemplate"].StringValue(), `"`)
		text, _, _ = strings.Cut(text, " Runbook: ")
		var fields map[string]any
		mustUnmarshal(event, &fields)
		for name, path := range transformer.ObjectValue()["inputPaths"].ObjectValue() {
			text = strings.ReplaceAll(text, "<"+string(name)+">", at(fields, path.StringValue()))
		}
		return text
	}
	return strings.Join(strings.Fields(event), " ")
}

// at is the text at a path such as $.detail.state; a list's first.
func at(fields map[string]any, path string) string {
	var value any = fields
	for _, name := range strings.Split(strings.TrimPrefix(path, "$."), ".") {
		name, _, _ = strings.Cut(name, "[")
		object, _ := value.(map[string]any)
		value = object[name]
		if list, is := value.([]any); is {
			value = list[0]
		}
	}
	return fmt.Sprint(value)
}

// deliveredAfter is how many minutes it takes until the trail's log group has a call. CloudTrail User Guide, "How
// CloudTrail works": within about five minutes on average.
const deliveredAfter = 5

// call is counted by the filters that match its record.
func (d *day) call(c trailCall) {
	d.t.Helper()
	for _, filter := range d.g.ofType("aws:cloudwatch/logMetricFilter:LogMetricFilter") {
		matched, err := alarms.Matches(filter.inputs["pattern"].StringValue(), c.record)
		require.NoError(d.t, err)
		if !matched {
			continue
		}
		metric := filter.inputs["metricTransformation"].ObjectValue()["name"].StringValue()
		for _, r := range d.g.ofType(metricAlarmType) {
			for _, key := range metricKeysOf(r) {
				if key.name == metric {
					d.readings = append(d.readings,
						reading{key, float64(max(c.times, 1)), c.minute + deliveredAfter, c.minute + deliveredAfter + 1})
				}
			}
		}
	}
}
