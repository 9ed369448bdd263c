package commands

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Builds checks calls of make and go against the Makefile and the code of a repository.
type Builds struct{ Root string }

var variable = regexp.MustCompile(`^([A-Z]+)=`)

// Make checks that the Makefile has each target, and reads each variable.
func (b Builds) Make(words []string) error {
	text, err := os.ReadFile(filepath.Join(b.Root, "Makefile"))
	if err != nil {
		return err
	}
	for _, word := range words[1:] {
		if set := variable.FindStringSubmatch(word); set != nil {
			if !strings.Contains(string(text), "$("+set[1]+")") {
				return fmt.Errorf("the Makefile reads no variable %s", set[1])
			}
			continue
		}
		if !regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(word) + `:`).Match(text) {
			return fmt.Errorf("the Makefile has no target %s", word)
		}
	}
	return nil
}

// Go checks that the folders of packages exist, that a test or benchmark that a call names does, and the flags of a
// program of the repository that it runs.
func (b Builds) Go(words []string) error {
	var folders []string
	for i := 2; i < len(words); i++ {
		word := words[i]
		switch {
		case word == "./..." || !strings.HasPrefix(word, "./"):
			continue
		case words[1] == "run":
			return b.run(word, words[i+1:])
		}
		folders = append(folders, strings.TrimSuffix(word, "/..."))
	}
	for _, folder := range folders {
		if _, err := os.Stat(filepath.Join(b.Root, folder)); err != nil {
			return fmt.Errorf("the repository has no %s", folder)
		}
	}
	for i, word := range words {
		if (word != "-run" && word != "-bench") || i+1 == len(words) || len(folders) == 0 {
			continue
		}
		if name := words[i+1]; name != "^$" && name != "." && !b.tested(folders, name) {
			return fmt.Errorf("%s has no test %s", strings.Join(folders, " "), name)
		}
	}
	return nil
}

func (b Builds) tested(folders []string, pattern string) bool {
	parts := strings.Split(pattern, "|")
	for _, part := range parts {
		found := false
		wanted, err := regexp.Compile(`func ((Test|Benchmark)\w*)\(`)
		if err != nil {
			return false
		}
		selects, err := regexp.Compile(part)
		if err != nil {
			return false
		}
		for _, folder := range folders {
			files, _ := filepath.Glob(filepath.Join(b.Root, folder, "*_test.go"))
			for _, file := range files {
				text, err := os.ReadFile(file) //nolint:gosec // a file of the repository
				if err != nil {
					return false
				}
				for _, name := range wanted.FindAllSubmatch(text, -1) {
					// A part that ends with $ selects sub-benchmarks, too.
					found = found || selects.Match(name[1]) || strings.HasSuffix(part, "$")
				}
			}
		}
		if !found {
			return false
		}
	}
	return true
}

// run checks the flags of a program of package flag.
func (b Builds) run(folder string, args []string) error {
	files, _ := filepath.Glob(filepath.Join(b.Root, folder, "*.go"))
	var source strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file) //nolint:gosec // a file of the repository
		if err != nil {
			return err
		}
		source.Write(text)
	}
	if !strings.Contains(source.String(), "func main()") {
		return fmt.Errorf("%s is no program of the repository", folder)
	}
	for _, arg := range args {
		name, found := strings.CutPrefix(arg, "-")
		if !found || strings.HasPrefix(name, "-") {
			continue
		}
		if !regexp.MustCompile(`flags?\.\w+\((&\w+, )?"` + regexp.QuoteMeta(name) + `"`).MatchString(source.String()) {
			return fmt.Errorf("%s has no flag -%s", folder, name)
		}
	}
	return nil
}
