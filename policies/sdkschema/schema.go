package sdkschema

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// Module is the SDK's Go module.
const Module = "github.com/pulumi/pulumi-aws/sdk/v6"

// Schema holds the SDK's resource types.
type Schema struct {
	// Types holds the resource types by token.
	Types map[string]Type
	// structs holds the struct types by package directory and name.
	structs map[string]map[string]object
	// raw has the same structs with the types of the fields as written.
	raw map[string]map[string]map[string]string
}

// Type is one resource type.
type Type struct {
	pkg  string
	name string
}

// object is a struct: for each property name, the name of the field's struct type, if it has
// one.
type object map[string]string

var (
	registration = regexp.MustCompile(`ctx\.RegisterResource\("(aws:[^"]+)", name, args, &resource`)
	structStart  = regexp.MustCompile(`^type (\w+) struct \{`)
	structField  = regexp.MustCompile("^\\s+\\w+\\s+(\\S+)\\s+`pulumi:\"([^\"]+)\"`")
)

// Dir returns the directory of the pinned SDK's source.
func Dir() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", Module).Output()
	if err != nil {
		return "", fmt.Errorf("find the source of %s: %w", Module, err)
	}
	return filepath.Join(strings.TrimSpace(string(out)), "go", "aws"), nil
}

// Load reads the SDK below a directory.
func Load(dir string) (*Schema, error) {
	s := &Schema{
		Types: map[string]Type{}, structs: map[string]map[string]object{}, raw: map[string]map[string]map[string]string{},
	}
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.go"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		if err := s.read(file); err != nil {
			return nil, err
		}
	}
	if len(s.Types) == 0 {
		return nil, fmt.Errorf("no resource types below %s", dir)
	}
	return s, nil
}

func (s *Schema) read(file string) error {
	f, err := os.Open(file) //nolint:gosec // a path of our own making
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	pkg := filepath.Dir(file)
	if s.structs[pkg] == nil {
		s.structs[pkg], s.raw[pkg] = map[string]object{}, map[string]map[string]string{}
	}
	var current object
	var raw map[string]string
	lines := bufio.NewScanner(f)
	const longest = 1 << 20
	lines.Buffer(nil, longest)
	for lines.Scan() {
		line := lines.Text()
		switch {
		case strings.HasPrefix(line, "type "):
			current = nil
			if m := structStart.FindStringSubmatch(line); m != nil {
				current, raw = object{}, map[string]string{}
				s.structs[pkg][m[1]], s.raw[pkg][m[1]] = current, raw
			}
		case line == "}":
			current = nil
		case current != nil && strings.Contains(line, "`pulumi:"):
			if m := structField.FindStringSubmatch(line); m != nil {
				current[m[2]], raw[m[2]] = strings.TrimLeft(m[1], "*[]"), m[1]
			}
		case strings.Contains(line, "ctx.RegisterResource("):
			if m := registration.FindStringSubmatch(line); m != nil {
				s.Types[m[1]] = Type{pkg: pkg, name: m[1][strings.LastIndex(m[1], ":")+1:]}
			}
		}
	}
	return lines.Err()
}

// HasInput reports whether a type has an input property.
func (s *Schema) HasInput(token string, path []string) bool {
	t, ok := s.Types[token]
	return ok && s.has(t.pkg, lowerFirst(t.name)+"Args", path)
}

// HasOutput reports whether a type has an output property.
func (s *Schema) HasOutput(token string, path []string) bool {
	t, ok := s.Types[token]
	return ok && s.has(t.pkg, lowerFirst(t.name)+"State", path)
}

func (s *Schema) has(pkg, name string, path []string) bool {
	fields, ok := s.structs[pkg][name]
	if !ok {
		return false
	}
	next, ok := fields[path[0]]
	switch {
	case !ok:
		return false
	case len(path) == 1:
		return true
	case strings.HasPrefix(next, "map["):
		return len(path) == 2
	default:
		return s.has(pkg, next, path[1:])
	}
}

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }
