package control

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// Level decides what happens on a violation: [Disabled], [Advisory], [Mandatory] or
// [Remediate].
type Level = apitype.EnforcementLevel

// The levels, weakest first. Remediate repairs the resource, and treats violations that it
// could not repair as mandatory.
const (
	Disabled  Level = apitype.Disabled
	Advisory  Level = apitype.Advisory
	Mandatory Level = apitype.Mandatory
	Remediate Level = apitype.Remediate
)

// Strictness orders levels. Remediate and mandatory are equally strict.
func Strictness(l Level) int {
	switch l {
	case Mandatory, Remediate:
		return 2
	case Advisory:
		return 1
	default:
		return 0
	}
}

// Severity of a violation, in the terms of SARIF and of the Pulumi service.
type Severity = apitype.PolicySeverity

// The severities.
const (
	Low      Severity = apitype.PolicySeverityLow
	Medium   Severity = apitype.PolicySeverityMedium
	High     Severity = apitype.PolicySeverityHigh
	Critical Severity = apitype.PolicySeverityCritical
)

// Environment is the purpose of a stack: prod, staging, dev or another name.
type Environment string

// Prod is the environment with the strictest levels.
const Prod Environment = "prod"

// ParseEnvironment maps the usual spellings of prod to [Prod].
func ParseEnvironment(name string) Environment {
	switch folded := strings.ToLower(strings.TrimSpace(name)); folded {
	case "prod", "production", "prd", "live":
		return Prod
	default:
		return Environment(folded)
	}
}

// Levels holds a control's levels per environment.
type Levels struct {
	// Prod is the level in production.
	Prod Level
	// Other is the level everywhere else.
	Other Level
	// Lenient says that production has the floor of other environments.
	Lenient bool
}

// Everywhere returns levels that are the same in all environments.
func Everywhere(l Level) Levels { return Levels{Prod: l, Other: l} }

// MandatoryInProd returns levels that are mandatory in production and advisory elsewhere.
func MandatoryInProd() Levels { return Levels{Prod: Mandatory, Other: Advisory} }

// In returns the level in an environment. If the environment is not known, the level of
// production applies.
func (l Levels) In(env Environment) Level {
	if env == Prod || env == "" {
		return l.Prod
	}
	return l.Other
}

// Floor returns the weakest level that configuration may set in an environment. A control that
// is mandatory in production stays mandatory there (a waiver is the way out); elsewhere it may
// become advisory. Advisory controls may be disabled.
func (l Levels) Floor(env Environment) Level {
	level := l.In(env)
	if l.Lenient {
		level = l.Other
	}
	switch {
	case Strictness(level) < Strictness(Mandatory):
		return Disabled
	case (env == Prod || env == "") && !l.Lenient:
		return Mandatory
	default:
		return Advisory
	}
}
