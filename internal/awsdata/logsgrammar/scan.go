package logsgrammar

import (
	"fmt"
	"regexp"
	"strings"
)

// token is a word of a text: a name, a number, a string, a regular expression or an operator.
type token struct {
	kind byte // n, 0, s, r, o; 0 at the end
	text string
}

type rule struct {
	kind    byte
	pattern *regexp.Regexp
}

func ruleOf(kind byte, pattern string) rule {
	return rule{kind, regexp.MustCompile(`^(?:` + pattern + `)`)}
}

var (
	// A regular expression stands where a value does, so that a / after a value divides; no query here divides.
	insightsRules = []rule{
		ruleOf('s', `"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'`),
		ruleOf('r', `/(?:[^/\\]|\\.)+/`),
		ruleOf('0', `[0-9]+(?:\.[0-9]+)?(?:ms|mo|[smhdwqy])?`),
		ruleOf('n', "`[^`]+`|[@A-Za-z_][A-Za-z0-9_@]*(?:\\.[A-Za-z0-9_@]+)*"),
		ruleOf('o', `=~|!=|<=|>=|[|()\[\],=<>+*%^-]`),
	}
	filterRules = []rule{
		ruleOf('s', `"(?:[^"\\]|\\.)*"`),
		ruleOf('r', `%[^%]+%`),
		ruleOf('n', `\$(?:\.[A-Za-z0-9_-]+|\[[0-9*]+\]|\['[^']+'\])+`),
		ruleOf('o', `&&|\|\||!=|<=|>=|[{}()=<>]`),
		ruleOf('0', `-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?`),
		ruleOf('n', `[A-Za-z0-9_*.:-]+`),
	}
	space   = regexp.MustCompile(`^\s+`)
	comment = regexp.MustCompile(`^#[^\n]*`)
)

type scanner struct {
	tokens []token
	at     int
}

func scan(text string, rules []rule) (*scanner, error) {
	s := &scanner{}
next:
	for text != "" {
		if skipped := space.FindString(text) + comment.FindString(text); skipped != "" {
			text = strings.TrimPrefix(text, skipped)
			continue
		}
		for _, one := range rules {
			if word := one.pattern.FindString(text); word != "" {
				s.tokens = append(s.tokens, token{one.kind, word})
				text = text[len(word):]
				continue next
			}
		}
		return nil, fmt.Errorf("found %.20q, which begins no word", text)
	}
	return s, nil
}

func (s *scanner) peek() token {
	if s.at < len(s.tokens) {
		return s.tokens[s.at]
	}
	return token{}
}

func (s *scanner) next() token {
	one := s.peek()
	s.at++
	return one
}

// take takes a word, in any case, if it comes next.
func (s *scanner) take(words ...string) bool {
	for i, word := range words {
		if s.at+i >= len(s.tokens) || !strings.EqualFold(s.tokens[s.at+i].text, word) {
			return false
		}
	}
	s.at += len(words)
	return true
}

func (s *scanner) need(word string) error {
	if !s.take(word) {
		return s.unexpected(word)
	}
	return nil
}

func (s *scanner) unexpected(wanted string) error {
	if one := s.peek(); one.kind != 0 {
		return fmt.Errorf("found %q, expected %s", one.text, wanted)
	}
	return fmt.Errorf("found the end, expected %s", wanted)
}
