package control

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// Level is what happens to a violation: [Disabled], [Advisory], [Mandatory] or [Remediate].
type Level = apitype.EnforcementLevel

// The levels, weakest first. Remediate repairs the resource and is as strict as mandatory
// about what it could not repair.
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

// Severity is how bad a violation is, in the words that SARIF and the service understand.
type Severity = apitype.PolicySeverity

// The severities.
const (
	Low      Severity = apitype.PolicySeverityLow
	Medium   Severity = apitype.PolicySeverityMedium
	High     Severity = apitype.PolicySeverityHigh
	Critical Severity = apitype.PolicySeverityCritical
)

// Environment is what a stack is used for: prod, staging, dev or another name.
type Environment string

// Prod is the environment with the strictest levels.
const Prod Environment = "prod"

// ParseEnvironment folds the usual spellings of prod.
func ParseEnvironment(name string) Environment {
	switch folded := strings.ToLower(strings.TrimSpace(name)); folded {
	case "prod", "production", "prd", "live":
		return Prod
	default:
		return Environment(folded)
	}
}

// Levels are a control's levels per environment.
type Levels struct {
	// Prod is the level in production.
	Prod Level
	// Other is the level everywhere else.
	Other Level
	// Lenient levels have the floor of other environments in production, too.
	Lenient bool
}

// Everywhere is the same level in all environments.
func Everywhere(l Level) Levels { return Levels{Prod: l, Other: l} }

// MandatoryInProd is mandatory in production and advisory elsewhere.
func MandatoryInProd() Levels { return Levels{Prod: Mandatory, Other: Advisory} }

// In is the level in an environment. A stack whose environment is not known is held to
// production's rules.
func (l Levels) In(env Environment) Level {
	if env == Prod || env == "" {
		return l.Prod
	}
	return l.Other
}

// Floor is the weakest level that configuration may set in an environment. What is
// mandatory in production stays mandatory there (a waiver is the way out); elsewhere it
// may become advisory. Advisory controls may be disabled.
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
