package logsgrammar

import (
	"fmt"
	"strings"
)

// Filter checks the pattern of a metric or subscription filter: of JSON, or of terms. The empty one matches everything.
// Patterns of columns, in brackets, are refused: nothing here has such logs.
func Filter(pattern string) error {
	pattern = strings.TrimSpace(pattern)
	switch {
	case strings.HasPrefix(pattern, "["):
		return fmt.Errorf("found a pattern of columns: write one of JSON")
	case !strings.HasPrefix(pattern, "{"):
		return terms(pattern)
	}
	s, err := scan(pattern, filterRules)
	if err != nil {
		return err
	}
	s.at++
	if err := s.any(); err != nil {
		return err
	}
	if err := s.need("}"); err != nil {
		return err
	}
	if s.peek().kind != 0 {
		return s.unexpected("the end")
	}
	return nil
}

// terms are words that a line has to hold; those with other characters than letters, digits and underscores are in
// quotes, - before one excludes it, and ? makes it one of several.
func terms(pattern string) error {
	s, err := scan(strings.NewReplacer("?", " ", "-", " ").Replace(pattern), filterRules)
	if err != nil {
		return err
	}
	for _, one := range s.tokens {
		bare := strings.Trim(one.text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")
		if one.kind != 's' && one.kind != 'r' && bare != "" {
			return fmt.Errorf("found %q, expected it in quotes", one.text)
		}
	}
	return nil
}

// any is one condition or several with ||, all with && between them: && binds closer.
func (s *scanner) any() error {
	for {
		if err := s.all(); err != nil {
			return err
		}
		if !s.take("||") {
			return nil
		}
	}
}

func (s *scanner) all() error {
	for {
		if err := s.condition(); err != nil {
			return err
		}
		if !s.take("&&") {
			return nil
		}
	}
}

func (s *scanner) condition() error {
	if s.take("(") {
		if err := s.any(); err != nil {
			return err
		}
		return s.need(")")
	}
	if one := s.next(); !strings.HasPrefix(one.text, "$") {
		s.at--
		return s.unexpected("a field such as $.eventName")
	}
	switch {
	case s.take("NOT", "EXISTS"), s.take("EXISTS"), s.take("IS", "TRUE"), s.take("IS", "FALSE"), s.take("IS", "NULL"):
		return nil
	}
	equal := s.take("=") || s.take("!=")
	if !equal && !s.take("<=") && !s.take(">=") && !s.take("<") && !s.take(">") {
		return s.unexpected("an operator")
	}
	switch value := s.next(); {
	case value.kind == '0', equal && value.kind == 's', equal && value.kind == 'r':
		return nil
	case equal && value.kind == 'n' && !strings.HasPrefix(value.text, "$"):
		return nil
	default:
		s.at--
		return s.unexpected("a value: a number, or after = and != text in quotes")
	}
}
