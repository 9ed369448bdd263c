// Modelgen writes the limits of AWS's published API models for the resources that the simulation supports and,
// with -calls, for the requests that the program's own code makes. The models are those that botocore ships
// (Apache-2.0):
//
//	export BOTOCORE_DATA=$(python3 -c 'import botocore; print(botocore.__path__[0])')/data
//	go generate ./internal/awsdata/apimodel ./internal/awsapi/awsfake
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"

	"aws-webapp/internal/awsdata/apimodel"
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/sdksource"
)

func main() {
	models := flag.String("models", "", "folder botocore/data")
	out := flag.String("out", "limits.json", "file to write")
	calls := flag.String("calls", "", "folder whose Go code makes the requests; none for the resources")
	flag.Parse()
	if err := run(*models, *calls, *out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(models, calls, out string) error {
	version, err := os.ReadFile(models + "/../__init__.py")
	if err != nil {
		return fmt.Errorf("-models: %w: give the folder botocore/data", err)
	}
	found := regexp.MustCompile(`__version__ = '([^']+)'`).FindSubmatch(version)
	if found == nil {
		return errors.New("-models: found no version of botocore beside it")
	}
	read := func() (map[string]apimodel.Type, error) { return resources(models) }
	if calls != "" {
		read = func() (map[string]apimodel.Type, error) { return requests(models, calls) }
	}
	result, err := read()
	if err != nil {
		return err
	}
	text, err := render("botocore "+string(found[1])+", botocore/data/*/*/service-2.json", result)
	if err != nil {
		return err
	}
	return os.WriteFile(out, text, 0o644) //nolint:gosec // a source file
}

// resources returns the limits on the inputs of resources, by Pulumi token.
func resources(models string) (map[string]apimodel.Type, error) {
	result := map[string]apimodel.Type{}
	for _, row := range resourcetypes.All() {
		if row.Create.Name == "" {
			continue
		}
		limits, code, err := limitsOf(models, row)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", row.Token, err)
		}
		if len(limits) > 0 {
			operation, _, _ := strings.Cut(row.Create.Name, "/")
			result[row.Token] = apimodel.Type{Operation: operation, Code: code, Limits: limits}
		}
	}
	return result, nil
}

// render writes a line for each limit, so that the changes of a new model are readable.
func render(source string, types map[string]apimodel.Type) ([]byte, error) {
	var text bytes.Buffer
	fmt.Fprintf(&text, "{\n \"source\": %q,\n \"types\": {", source)
	for i, token := range slices.Sorted(maps.Keys(types)) {
		if i > 0 {
			text.WriteString(",")
		}
		t := types[token]
		fmt.Fprintf(&text, "\n  %q: {\"operation\": %q, \"code\": %q, \"limits\": [", token, t.Operation, t.Code)
		for i, limit := range t.Limits {
			if i > 0 {
				text.WriteString(",")
			}
			line, err := json.Marshal(limit)
			if err != nil {
				return nil, err
			}
			text.WriteString("\n   ")
			text.Write(line)
		}
		text.WriteString("]}")
	}
	text.WriteString("}}\n")
	return text.Bytes(), nil
}

// walk goes through the properties of a type in parallel with the members of an operation's
// input.
type walk struct {
	model *model
	sdk   *sdksource.Resource
	op    resourcetypes.Operation
	class string
	root  *shape

	limits []apimodel.Limit
}

func limitsOf(models string, row resourcetypes.Type) ([]apimodel.Limit, string, error) {
	operation, member, _ := strings.Cut(row.Create.Name, "/")
	service, name, _ := strings.Cut(operation, ".")
	m, err := readModel(models, service)
	if err != nil {
		return nil, "", err
	}
	root, err := m.input(name, member)
	if err != nil {
		return nil, "", err
	}
	sdk, err := sdksource.ReadResource(row.Token)
	if err != nil {
		return nil, "", err
	}
	w := &walk{model: m, sdk: sdk, op: row.Create, class: row.Token[strings.LastIndexByte(row.Token, ':')+1:], root: root}
	w.structure("", "", "", sdk.Inputs, root, false, 0)
	slices.SortFunc(w.limits, func(a, b apimodel.Limit) int { return strings.Compare(a.Path, b.Path) })
	return w.limits, m.code(), nil
}

// deepest nesting that is followed: statements of firewalls hold statements.
const deepest = 3

// longestEnum is the length up to which an enumeration is kept: that of the resource types that
// Config records is too long.
const longestEnum = 200

func (w *walk) structure(path, named, member string, fields sdksource.Fields, s *shape, listed bool, depth int) {
	if depth > deepest {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if name == "tags" || name == "tagsAll" {
			continue
		}
		full := strings.TrimPrefix(named+"."+name, ".")
		found, ref := w.member(full, name, s)
		if ref == "" {
			continue
		}
		api := strings.TrimPrefix(member+"."+found, ".")
		w.property(path+name, full, api, fields[name], w.model.shapes[ref], listed, depth)
	}
}

// member of the shape that a property is.
func (w *walk) member(full, name string, s *shape) (found, ref string) {
	if to, ok := w.op.Renamed[full]; ok {
		if upper, ok := strings.CutPrefix(to, "^"); ok {
			return upper, w.root.Members[upper].Shape
		}
		return to, s.Members[to].Shape
	}
	squeezed := map[string]string{}
	for member := range s.Members {
		squeezed[strings.ToLower(member)] = member
	}
	lower, class := strings.ToLower(name), strings.ToLower(w.class)
	for _, candidate := range []string{
		lower, class + lower, "db" + class + lower, "db" + lower, lower + "s", strings.TrimSuffix(lower, "s"),
	} {
		if member, ok := squeezed[candidate]; ok {
			return member, s.Members[member].Shape
		}
	}
	return "", ""
}

func (w *walk) property(path, named, member, typ string, s *shape, listed bool, depth int) {
	switch s.Type {
	case "list":
		if !listed && (s.Min > 0 || s.Max > 0) {
			w.add(apimodel.Limit{Path: path + "[]", Member: member, Min: s.Min, Max: s.Max, Items: true})
		}
		w.property(path+"[]", named, member, typ, w.model.shapes[s.Element.Shape], true, depth)
	case "structure":
		if fields := w.sdk.Nested(typ); fields != nil {
			w.structure(strings.TrimSuffix(path, "[]")+"[].", named, member, fields, s, listed, depth+1)
		}
	case "string":
		if typ == "string" {
			limit := apimodel.Limit{Path: path, Member: member, Min: s.Min, Max: s.Max}
			if len(s.Enum) <= longestEnum {
				limit.Enum = s.Enum
			}
			if usable(s.Pattern) {
				limit.Pattern = s.Pattern
			}
			w.add(limit)
		}
	case "integer", "long", "double", "float":
		if typ == "int" || typ == "float64" {
			w.add(apimodel.Limit{Path: path, Member: member, Min: s.Min, Max: s.Max})
		}
	}
}

func (w *walk) add(limit apimodel.Limit) {
	if limit.Min != 0 || limit.Max != 0 || limit.Pattern != "" || limit.Enum != nil {
		w.limits = append(w.limits, limit)
	}
}

// usable reports whether Go can read the pattern and it means anything: many patterns allow
// everything.
func usable(pattern string) bool {
	if pattern == "" || pattern == ".*" || pattern == `[\s\S]*` || pattern == ".+" {
		return false
	}
	_, err := regexp.Compile(pattern)
	return err == nil
}
