package alarms

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
)

// Math evaluates an expression of metric math, period by period. Where a metric has no data, arithmetic and comparisons
// have none; SUM, MIN and MAX over an array leave out what has none.
//
// Source: CloudWatch User Guide, "Using math expressions with CloudWatch metrics":
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
func Math(expression string, metrics map[string][]float64) ([]float64, error) {
	var results []float64
	periods := 0
	for _, values := range metrics {
		periods = len(values)
	}
	for i := range periods {
		now := map[string]float64{}
		for id, values := range metrics {
			now[id] = values[i]
		}
		p := &parser{tokens: token.FindAllString(expression, -1), metrics: now}
		value := p.comparison()
		if p.err == nil && p.at < len(p.tokens) {
			p.fail("%q is left over", p.tokens[p.at])
		}
		if p.err != nil {
			return nil, fmt.Errorf("expression %s: %w", expression, p.err)
		}
		results = append(results, value)
	}
	return results, nil
}

var token = regexp.MustCompile(`[A-Za-z][A-Za-z0-9_]*|[0-9.]+|>=|<=|==|!=|\S`)

// parser evaluates while it reads.
type parser struct {
	tokens  []string
	at      int
	metrics map[string]float64
	err     error
}

func (p *parser) fail(format string, args ...any) float64 {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
	}
	p.at = len(p.tokens)
	return Missing
}

func (p *parser) peek() string {
	if p.at < len(p.tokens) {
		return p.tokens[p.at]
	}
	return ""
}

func (p *parser) take(want string) bool {
	if p.peek() != want {
		return false
	}
	p.at++
	return true
}

func (p *parser) expect(want string) {
	if !p.take(want) {
		p.fail("%q instead of %q", p.peek(), want)
	}
}

// chain reads operands with operators between them.
func (p *parser) chain(operand func() float64, operators map[string]func(a, b float64) float64) float64 {
	value := operand()
	for {
		apply, found := operators[p.peek()]
		if !found {
			return value
		}
		p.at++
		other := operand()
		if math.IsNaN(value) || math.IsNaN(other) {
			value = Missing
		} else {
			value = apply(value, other)
		}
	}
}

var comparisons = map[string]func(a, b float64) float64{
	">":  func(a, b float64) float64 { return truth(a > b) },
	"<":  func(a, b float64) float64 { return truth(a < b) },
	">=": func(a, b float64) float64 { return truth(a >= b) },
	"<=": func(a, b float64) float64 { return truth(a <= b) },
}

var sums = map[string]func(a, b float64) float64{
	"+": func(a, b float64) float64 { return a + b },
	"-": func(a, b float64) float64 { return a - b },
}

var products = map[string]func(a, b float64) float64{
	"*": func(a, b float64) float64 { return a * b },
	// A division by zero has no result.
	"/": func(a, b float64) float64 {
		if b == 0 {
			return Missing
		}
		return a / b
	},
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func (p *parser) comparison() float64 { return p.chain(p.sum, comparisons) }
func (p *parser) sum() float64        { return p.chain(p.product, sums) }
func (p *parser) product() float64    { return p.chain(p.operand, products) }

func (p *parser) operand() float64 {
	next := p.peek()
	p.at++
	if value, err := strconv.ParseFloat(next, 64); err == nil {
		return value
	}
	if value, found := p.metrics[next]; found {
		return value
	}
	switch next {
	case "-":
		return -p.operand()
	case "(":
		value := p.comparison()
		p.expect(")")
		return value
	case "SUM", "MAX", "MIN":
		return fold(next, p.array())
	case "IF":
		return p.condition()
	case "SERVICE_QUOTA":
		return p.quota()
	case "":
		return p.fail("it ends too early")
	}
	return p.fail("%s is neither a metric nor a function that is known here", next)
}

// condition is IF(condition, then, else). Without data for the condition there is no result.
func (p *parser) condition() float64 {
	p.expect("(")
	is := p.comparison()
	p.expect(",")
	yes := p.comparison()
	p.expect(",")
	no := p.comparison()
	p.expect(")")
	switch {
	case math.IsNaN(is):
		return Missing
	case is != 0:
		return yes
	}
	return no
}

// quota is SERVICE_QUOTA(metric). It is 100 here, so that the value of a metric of usage is a share in percent.
// CloudWatch has it for metrics in AWS/Usage that have a quota; without data of the metric there is none.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
func (p *parser) quota() float64 {
	p.expect("(")
	usage := p.operand()
	p.expect(")")
	if math.IsNaN(usage) {
		return Missing
	}
	return 100
}

// array is ([a, b, ...]) or (METRICS()), with what has data.
func (p *parser) array() []float64 {
	var values []float64
	p.expect("(")
	if p.take("METRICS") {
		p.expect("(")
		p.expect(")")
		values = slices.Collect(maps.Values(p.metrics))
	} else {
		p.expect("[")
		values = append(values, p.comparison())
		for p.take(",") {
			values = append(values, p.comparison())
		}
		p.expect("]")
	}
	p.expect(")")
	return slices.DeleteFunc(values, math.IsNaN)
}

func fold(function string, values []float64) float64 {
	if len(values) == 0 {
		return Missing
	}
	switch function {
	case "MAX":
		return slices.Max(values)
	case "MIN":
		return slices.Min(values)
	}
	sum := 0.0
	for _, value := range values {
		sum += value
	}
	return sum
}
