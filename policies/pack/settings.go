package pack

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"

	"aws-webapp/policies/control"
)

// setting is the configuration of one control.
type setting struct {
	level     control.Level
	onUnknown control.Level
	params    control.Params
}

// settings holds the configuration of all controls. Levels that are not configured stay empty
// here and follow the environment, which may only become known with the first resource.
type settings struct {
	environment string
	byControl   map[string]setting
}

// Names of the properties that every policy's configuration accepts besides its parameters.
const (
	onUnknownKey    = "onUnknown"
	environmentsKey = "environments"
	levelKey        = "enforcementLevel"
)

func (p *Pack) defaults() settings {
	s := settings{byControl: make(map[string]setting, len(p.controls))}
	for _, c := range p.controls {
		s.byControl[c.Name] = setting{params: control.Defaults(c.Params)}
	}
	return s
}

// of returns a control's setting with the environment's level filled in.
func (s settings) of(c *control.Control, env control.Environment) setting {
	set := s.byControl[c.Name]
	// The floor may only be known now, when resources have shown whose program it is.
	if floor := c.Levels.Floor(env); set.level != "" && control.Strictness(set.level) < control.Strictness(floor) {
		set.level = floor
	}
	if set.level == "" {
		set.level = c.Levels.In(env)
	}
	if set.onUnknown == "" {
		set.onUnknown = c.OnUnknown
	}
	if set.onUnknown == "" {
		set.onUnknown = control.Advisory
	}
	return set
}

// Configure applies the policies' configuration. All mistakes in it are reported at once.
func (p *Pack) Configure(config map[string]plugin.AnalyzerPolicyConfig) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	advertised := p.environment()
	next := p.defaults()
	next.environment, _ = config[ConfigurationControl].Properties["environment"].(string)
	if declared := p.declaredEnvironment(); next.environment != "" && declared != "" &&
		control.ParseEnvironment(next.environment) != control.ParseEnvironment(declared) {
		return fmt.Errorf("policy configuration: %s: environment is %q, but the stack's own configuration says %q (%s): "+
			"leave it out, the levels follow the stack", ConfigurationControl, next.environment, declared, p.environmentKey())
	}
	before := p.settings.environment
	p.settings.environment = next.environment
	env := p.environment()
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(config)) {
		c := p.byName[name]
		if c == nil {
			errs = append(errs, p.unknownPolicy(name))
			continue
		}
		set, err := configure(p.inForce(c), config[name], advertised, env)
		errs = append(errs, err)
		next.byControl[name] = set
	}
	if err := errors.Join(errs...); err != nil {
		p.settings.environment = before
		return fmt.Errorf("policy configuration:\n%w", err)
	}
	p.settings = next
	return nil
}

func (p *Pack) unknownPolicy(name string) error {
	names := make([]string, 0, len(p.controls))
	for _, c := range p.controls {
		names = append(names, c.Name)
	}
	if near := nearest(name, names); near != "" {
		return fmt.Errorf("%s: there is no such policy: did you mean %s?", name, near)
	}
	return fmt.Errorf("%s: there is no such policy: docs/controls.md lists them all", name)
}

// configure reads one policy's configuration. The engine repeats the advertised level of
// a policy that the file does not mention, so that level counts as not configured.
func configure(
	c *control.Control, config plugin.AnalyzerPolicyConfig, advertised, env control.Environment,
) (setting, error) {
	set := setting{params: control.Defaults(c.Params)}
	if config.EnforcementLevel != "" && config.EnforcementLevel != c.Levels.In(advertised) {
		set.level = config.EnforcementLevel
	}
	if err := set.apply(c, config.Properties, true); err != nil {
		return set, err
	}
	perEnvironment, err := object(c.Name, environmentsKey, config.Properties[environmentsKey])
	if err != nil {
		return set, err
	}
	for _, name := range slices.Sorted(maps.Keys(perEnvironment)) {
		properties, err := object(c.Name, environmentsKey+"."+name, perEnvironment[name])
		if err != nil {
			return set, err
		}
		// Every environment's block is checked, so a mistake in the one for prod already shows in
		// staging.
		target := &set
		if control.ParseEnvironment(name) != env {
			target = &setting{params: control.Defaults(c.Params)}
			if err := target.apply(c, config.Properties, true); err != nil {
				return set, err
			}
		}
		if err := target.apply(c, properties, false); err != nil {
			return set, fmt.Errorf("%s.%s: %w", environmentsKey, name, err)
		}
		if err := target.belowFloor(c, control.ParseEnvironment(name)); err != nil {
			return set, fmt.Errorf("%s.%s: %w", environmentsKey, name, err)
		}
	}
	return set, set.belowFloor(c, env)
}

// belowFloor refuses a level, or in production parameters, weaker than the environment allows.
func (s *setting) belowFloor(c *control.Control, env control.Environment) error {
	floor, level := c.Levels.Floor(env), s.level
	if c.Floor != nil && (env == control.Prod || env == "") {
		if err := c.Floor(s.params); err != nil {
			return fmt.Errorf("%s: %s allows no less than the control's floor: %w", c.Name, environmentName(env), err)
		}
	}
	if level == "" || control.Strictness(level) >= control.Strictness(floor) {
		return nil
	}
	return fmt.Errorf("%s: the level is %s, but %s allows nothing below %s: leave it out, or waive single resources",
		c.Name, level, environmentName(env), floor)
}

func environmentName(env control.Environment) string {
	if env == "" {
		return "a stack of unknown environment"
	}
	return string(env)
}

// apply reads the properties that are set, and only those.
func (s *setting) apply(c *control.Control, properties map[string]any, top bool) error {
	for _, key := range slices.Sorted(maps.Keys(properties)) {
		value := properties[key]
		switch {
		case key == onUnknownKey, key == levelKey:
			text, _ := value.(string)
			level := control.Level(text)
			if !level.IsValid() {
				return fmt.Errorf("%s: %s is %v: give disabled, advisory, mandatory or remediate", c.Name, key, value)
			}
			if key == onUnknownKey {
				s.onUnknown = level
			} else {
				s.level = level
			}
		case key == environmentsKey && top:
		default:
			if err := s.applyParam(c, key, value); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *setting) applyParam(c *control.Control, key string, value any) error {
	known := []string{onUnknownKey, environmentsKey}
	for _, param := range c.Params {
		if param.Name == key {
			parsed, err := param.Parse(value)
			if err != nil {
				return fmt.Errorf("%s: %w", c.Name, err)
			}
			s.params[key] = parsed
			return nil
		}
		known = append(known, param.Name)
	}
	return fmt.Errorf("%s: there is no property %s: allowed are %s", c.Name, key, strings.Join(known, ", "))
}

func object(policy, key string, value any) (map[string]any, error) {
	if value == nil {
		return nil, nil
	}
	m, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%s: %s is %T: give an object", policy, key, value)
	}
	return m, nil
}
