package commands

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Command is one call of a program in a document.
type Command struct {
	// File and Line where it is, for messages.
	File string
	Line int
	// Words of the call: the program, then its arguments, without quotes. A part that the shell puts in ($name, $(...))
	// and a placeholder (<name>) is one word, or a part of one.
	Words []string
	// Whole is false for what a sentence only names, such as `pulumi up`: its arguments may be missing.
	Whole bool
}

// String tells where a command is, and what it calls.
func (c Command) String() string {
	return fmt.Sprintf("%s:%d: %s", c.File, c.Line, strings.Join(c.Words, " "))
}

// Program returns the program that the command calls.
func (c Command) Program() string { return c.Words[0] }

// Read returns every command of the Markdown documents below root: those of fenced blocks, and those that a sentence
// has between backticks.
func Read(root string) ([]Command, error) {
	var all []Command
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch name := entry.Name(); {
		case err != nil:
			return err
		case entry.IsDir():
			if name == "testdata" || name == "node_modules" || name == "dist" || name[0] == '.' && path != root {
				return filepath.SkipDir
			}
			return nil
		case filepath.Ext(name) != ".md":
			return nil
		}
		text, err := os.ReadFile(path) //nolint:gosec // a document of the repository
		if err != nil {
			return err
		}
		file, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		found, err := Parse(filepath.ToSlash(file), string(text))
		all = append(all, found...)
		return err
	})
	return all, err
}

var (
	fence  = regexp.MustCompile("^ *(`{3,})(.*)$")
	quoted = regexp.MustCompile("`([^`]+)`")
	// named are the programs that a sentence calls; what begins with something else is not a command.
	named = regexp.MustCompile(`^(aws|pulumi|make|go|webapp|sandbox|gh|git|docker) [a-z.-]`)
)

// Parse returns the commands of a document.
func Parse(file, text string) ([]Command, error) {
	var all []Command
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		open := fence.FindStringSubmatch(lines[i])
		if open == nil {
			continue
		}
		end := i + 1
		for end < len(lines) && !strings.HasPrefix(strings.TrimLeft(lines[end], " "), open[1]) {
			end++
		}
		if language := strings.TrimSpace(open[2]); language == "sh" || language == "bash" {
			found, err := Shell(strings.Join(lines[i+1:end], "\n"))
			if err != nil {
				return nil, fmt.Errorf("%s:%d: %w", file, i+1, err)
			}
			for _, one := range found {
				all = append(all, Command{file, i + 1 + one.Line, one.Words, true})
			}
		}
		for j := i; j <= end && j < len(lines); j++ {
			lines[j] = "" // no sentences
		}
		i = end
	}
	sentences, err := inSentences(file, strings.Join(lines, "\n"))
	return append(all, sentences...), err
}

// inSentences returns the commands between backticks. Such a one may go on in the next line.
func inSentences(file, text string) ([]Command, error) {
	var all []Command
	for _, at := range quoted.FindAllStringSubmatchIndex(text, -1) {
		call := text[at[2]:at[3]]
		if strings.Contains(call, "\n\n") || !named.MatchString(call) {
			continue
		}
		line := 1 + strings.Count(text[:at[2]], "\n")
		found, err := Shell(strings.Join(strings.Fields(call), " "))
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, line, err)
		}
		for _, one := range found {
			// With an option it is meant to be typed as it stands.
			whole := slices.ContainsFunc(one.Words, func(w string) bool {
				return strings.HasPrefix(w, "-")
			}) && !strings.Contains(call, "...")
			all = append(all, Command{file, line, one.Words, whole})
		}
	}
	return all, nil
}
