package alarms

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Composite says whether a composite alarm with the rule is on, by the states of the alarms that it names.
//
// Source: CloudWatch API Reference, PutCompositeAlarm, AlarmRule:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
func Composite(rule string, states map[string]State) (bool, error) {
	wanted := map[string]State{"ALARM": Alarm, "OK": OK, "INSUFFICIENT_DATA": Insufficient}
	return logic(rule, [3]string{"OR", "AND", "NOT"}, func(l *logicParser) bool {
		function := l.next()
		want, known := wanted[function]
		if !known {
			return l.fail("%q is no function of a rule", function)
		}
		l.expect("(")
		name := strings.Trim(l.next(), `"`)
		l.expect(")")
		state, there := states[name]
		if !there {
			return l.fail("it names %s, and there is no such alarm", name)
		}
		return state == want
	})
}

// Matches says whether a record of the audit trail matches a pattern in JSON's form, such as { ($.eventName = "X") }.
// fields are those of the record by their path, such as userIdentity.type.
//
// Source: CloudWatch Logs User Guide, "Filter pattern syntax for metric filters":
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
func Matches(pattern string, fields map[string]string) (bool, error) {
	inner, found := strings.CutPrefix(strings.TrimSpace(pattern), "{")
	inner, ended := strings.CutSuffix(inner, "}")
	if !found || !ended {
		return false, fmt.Errorf("pattern %s: it is not in braces", pattern)
	}
	return logic(inner, [3]string{"||", "&&", ""}, func(l *logicParser) bool {
		path, selects := strings.CutPrefix(l.next(), "$.")
		value, there := fields[path]
		switch operator := l.next(); {
		case !selects:
			return l.fail("no selector before %q", operator)
		case operator == "NOT":
			l.expect("EXISTS")
			return !there
		case operator == "=":
			return glob(strings.Trim(l.next(), `"`), value) && there
		case operator == "!=":
			// The guide does not say what a missing field is: no record here lacks one that is compared so.
			return !glob(strings.Trim(l.next(), `"`), value)
		default:
			return l.fail("operator %q: teach it to Matches", operator)
		}
	})
}

func glob(pattern, value string) bool {
	quoted := strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*")
	return regexp.MustCompile("^" + quoted + "$").MatchString(value)
}

var logicToken = regexp.MustCompile(`"[^"]*"|\|\||&&|!=|[()=]|[^\s()="|&!]+`)

// logicParser reads leaves that are combined by or, and, not and parentheses, and evaluates while it reads.
type logicParser struct {
	tokens   []string
	or, not  string
	and      string
	leaf     func(*logicParser) bool
	firstErr error
}

func logic(text string, words [3]string, leaf func(*logicParser) bool) (bool, error) {
	l := &logicParser{tokens: logicToken.FindAllString(text, -1), or: words[0], and: words[1], not: words[2], leaf: leaf}
	value := l.any()
	if l.firstErr == nil && len(l.tokens) > 0 {
		l.fail("%q is left over", l.tokens[0])
	}
	if l.firstErr != nil {
		return false, fmt.Errorf("%s: %w", text, l.firstErr)
	}
	return value, nil
}

func (l *logicParser) any() bool {
	value := l.all()
	for l.take(l.or) {
		other := l.all()
		value = value || other
	}
	return value
}

func (l *logicParser) all() bool {
	value := l.operand()
	for l.take(l.and) {
		other := l.operand()
		value = value && other
	}
	return value
}

func (l *logicParser) operand() bool {
	if l.not != "" && l.take(l.not) {
		return !l.operand()
	}
	if l.take("(") {
		value := l.any()
		l.expect(")")
		return value
	}
	return l.leaf(l)
}

func (l *logicParser) next() string {
	if len(l.tokens) == 0 {
		l.fail("it ends too early")
		return ""
	}
	first := l.tokens[0]
	l.tokens = l.tokens[1:]
	return first
}

func (l *logicParser) take(want string) bool {
	if len(l.tokens) == 0 || l.tokens[0] != want {
		return false
	}
	l.tokens = l.tokens[1:]
	return true
}

func (l *logicParser) expect(want string) {
	if !l.take(want) {
		l.fail("%s is missing before %q", want, slices.Concat(l.tokens, []string{"the end"})[0])
	}
}

func (l *logicParser) fail(format string, args ...any) bool {
	if l.firstErr == nil {
		l.firstErr = fmt.Errorf(format, args...)
	}
	l.tokens = nil
	return false
}
