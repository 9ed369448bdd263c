package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"aws-webapp/internal/awsdata/apimodel"
)

// requests returns the limits on the inputs of the operations that the Go code below a folder calls or answers, by
// their names in the SDK, such as ecs.DescribeServices.
func requests(models, root string) (map[string]apimodel.Type, error) {
	called, err := calledOperations(root)
	if err != nil {
		return nil, err
	}
	result := map[string]apimodel.Type{}
	for _, service := range slices.Sorted(maps.Keys(called)) {
		m, err := readModel(models, folder(service))
		if err != nil {
			return nil, err
		}
		for _, operation := range slices.Sorted(maps.Keys(called[service])) {
			input, err := m.input(operation, "")
			if err != nil {
				return nil, fmt.Errorf("%s: %w", service, err)
			}
			w := &walk{model: m}
			if input != nil {
				w.request("", input, "", 0)
			}
			slices.SortFunc(w.limits, func(a, b apimodel.Limit) int { return strings.Compare(a.Path, b.Path) })
			result[service+"."+operation] = apimodel.Type{
				Operation: folder(service) + "." + operation, Code: m.code(), Limits: w.limits,
			}
		}
	}
	return result, nil
}

// folder of a service's model, by the name of its package in the SDK.
func folder(service string) string {
	renamed := map[string]string{
		"applicationautoscaling": "application-autoscaling", "cloudwatchlogs": "logs", "configservice": "config",
		"costexplorer": "ce", "elasticloadbalancingv2": "elbv2", "eventbridge": "events", "servicequotas": "service-quotas",
	}
	if other, found := renamed[service]; found {
		return other
	}
	return service
}

const sdk = "github.com/aws/aws-sdk-go-v2/service/"

// calledOperations returns the operations whose inputs are named in Go files, by service. The simulated provider and
// the tests against emulators do not count as callers.
func calledOperations(root string) (map[string]map[string]bool, error) {
	called := map[string]map[string]bool{}
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains(notCalling, entry.Name()):
			return filepath.SkipDir
		case entry.IsDir() || filepath.Ext(name) != ".go":
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		services := map[string]string{}
		for _, one := range file.Imports {
			full, _ := strconv.Unquote(one.Path.Value)
			if service, found := strings.CutPrefix(full, sdk); found && !strings.Contains(service, "/") {
				local := path.Base(service)
				if one.Name != nil {
					local = one.Name.Name
				}
				services[local] = service
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			local, _ := selector.X.(*ast.Ident)
			operation, isInput := strings.CutSuffix(selector.Sel.Name, "Input")
			if local != nil && isInput && services[local.Name] != "" {
				service := services[local.Name]
				if called[service] == nil {
					called[service] = map[string]bool{}
				}
				called[service][operation] = true
			}
			return true
		})
		return nil
	})
	return called, err
}

var notCalling = []string{".sandbox", "simaws", "e2e", "tools"}

// The limits that only a member's description has.
var (
	mostItems = regexp.MustCompile(`(?i)(?:up to|maximum of|maximum number of [a-z ]+ is) (\d+)\b`)
	inRange   = regexp.MustCompile(`(?i)value can be between (?:<code>)?(\d+)(?:</code>)? and (?:<code>)?(\d+)\b`)
)

// request goes through the members of an operation's input.
func (w *walk) request(at string, s *shape, description string, depth int) {
	if depth > deepest {
		return
	}
	limit := apimodel.Limit{Path: at, Member: at, Min: s.Min, Max: s.Max}
	switch s.Type {
	case "structure":
		for _, name := range slices.Sorted(maps.Keys(s.Members)) {
			member := s.Members[name]
			w.request(strings.TrimPrefix(at+"."+name, "."), w.model.shapes[member.Shape], member.Documentation, depth+1)
		}
	case "list":
		limit.Path, limit.Items = at+"[]", true
		if found := mostItems.FindStringSubmatch(description); found != nil && limit.Max == 0 {
			limit.Max, _ = strconv.ParseFloat(found[1], 64)
		}
		w.add(limit)
		w.request(at+"[]", w.model.shapes[s.Element.Shape], "", depth)
	case "string":
		if usable(s.Pattern) {
			limit.Pattern = s.Pattern
		}
		if len(s.Enum) <= longestEnum {
			limit.Enum = s.Enum
		}
		w.add(limit)
	case "integer", "long", "double", "float":
		if found := inRange.FindStringSubmatch(description); found != nil && limit.Max == 0 {
			limit.Min, _ = strconv.ParseFloat(found[1], 64)
			limit.Max, _ = strconv.ParseFloat(found[2], 64)
		}
		w.add(limit)
	}
}
