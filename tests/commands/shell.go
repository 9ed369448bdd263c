package commands

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Shell splits the text of a shell script into its calls, with the line of each, from 1. It knows what documents use:
// quotes, comments, continued lines, lists, pipes, loops, assignments and command substitution, whose calls count too.
func Shell(text string) ([]Command, error) {
	s := &scanner{text: []rune(text), line: 1}
	if err := s.run(0); err != nil {
		return nil, err
	}
	return s.found, nil
}

// keywords of the shell that come before a call.
var keywords = []string{"do", "then", "else", "if", "while", "!"}

// structural calls are of the shell itself, and begin no program.
var structural = []string{"for", "case", "done", "fi", "esac", "continue", "break", "export", "cd", "exit", "wait"}

var assignment = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*=`)

type scanner struct {
	text  []rune
	at    int
	line  int
	found []Command
}

// run reads calls up to the closing rune, which is 0 for the end of the text.
func (s *scanner) run(closing rune) error {
	var words []string
	start := s.line
	end := func() {
		if one := call(words); len(one) > 0 {
			s.found = append(s.found, Command{Line: start, Words: one})
		}
		words = nil
	}
	for s.at < len(s.text) {
		switch r := s.text[s.at]; {
		case r == closing:
			end()
			s.at++
			return nil
		case r == '\\' && s.peek(1) == '\n':
			s.at += 2
			s.line++
		case r == '\n':
			end()
			s.at++
			s.line++
		case r == '#':
			for s.at < len(s.text) && s.text[s.at] != '\n' {
				s.at++
			}
		case strings.ContainsRune(";&|", r):
			end()
			s.at++
		case r == '>' || r == '<' && !unicode.IsLetter(s.peek(1)): // a file, not a word
			s.at++
			for s.peek(0) == ' ' || s.peek(0) == '>' || s.peek(0) == '&' {
				s.at++
			}
			if _, err := s.word(closing); err != nil {
				return err
			}
		case unicode.IsSpace(r):
			s.at++
		default:
			if len(words) == 0 {
				start = s.line
			}
			word, err := s.word(closing)
			if err != nil {
				return err
			}
			words = append(words, word)
		}
	}
	if closing != 0 {
		return errors.New("found $( without its end")
	}
	end()
	return nil
}

// call returns the words of a program's call, without what the shell takes for itself.
func call(words []string) []string {
	for len(words) > 0 && (slices.Contains(keywords, words[0]) || assignment.MatchString(words[0])) {
		words = words[1:]
	}
	if len(words) == 0 || slices.Contains(structural, words[0]) || strings.Contains(words[0], "*") {
		return nil
	}
	return words
}

func (s *scanner) peek(ahead int) rune {
	if s.at+ahead < len(s.text) {
		return s.text[s.at+ahead]
	}
	return 0
}

// word reads one word. A command within it is read for itself, and stands as $().
func (s *scanner) word(closing rune) (string, error) {
	var word strings.Builder
	for s.at < len(s.text) {
		r := s.text[s.at]
		switch {
		case r == closing || unicode.IsSpace(r) || strings.ContainsRune(";&|>", r):
			return word.String(), nil
		case r == '\'':
			s.at++
			text, err := s.until('\'')
			if err != nil {
				return "", err
			}
			word.WriteString(text)
		case r == '"':
			s.at++
			if err := s.doubled(&word); err != nil {
				return "", err
			}
		case r == '$' && s.peek(1) == '(':
			if err := s.substitution(&word); err != nil {
				return "", err
			}
		case r == '<' && unicode.IsLetter(s.peek(1)):
			text, err := s.until('>')
			if err != nil {
				return "", err
			}
			word.WriteString(text + ">")
		case r == '\\' && s.peek(1) != 0:
			word.WriteRune(s.peek(1))
			s.at += 2
		default:
			word.WriteRune(r)
			s.at++
		}
	}
	return word.String(), nil
}

// doubled reads the rest of a text between double quotes.
func (s *scanner) doubled(word *strings.Builder) error {
	for s.at < len(s.text) {
		switch r := s.text[s.at]; {
		case r == '"':
			s.at++
			return nil
		case r == '$' && s.peek(1) == '(':
			if err := s.substitution(word); err != nil {
				return err
			}
		default:
			if r == '\n' {
				s.line++
			}
			word.WriteRune(r)
			s.at++
		}
	}
	return errors.New(`found " without its end`)
}

func (s *scanner) substitution(word *strings.Builder) error {
	s.at += 2
	word.WriteString("$()")
	return s.run(')')
}

func (s *scanner) until(end rune) (string, error) {
	var text strings.Builder
	for s.at < len(s.text) && s.text[s.at] != end {
		if s.text[s.at] == '\n' {
			s.line++
		}
		text.WriteRune(s.text[s.at])
		s.at++
	}
	if s.at == len(s.text) {
		return "", errors.New("found a quote or < without its end")
	}
	s.at++
	return text.String(), nil
}
