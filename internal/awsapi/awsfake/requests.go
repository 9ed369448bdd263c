package awsfake

import (
	_ "embed" // for requests.json
	"encoding/json"
	"fmt"
	"net/http"
	"path"
	"reflect"
	"slices"
	"strings"
	"sync"

	"aws-webapp/internal/awsdata/apimodel"
)

//go:generate go run ../../sandbox/simaws/modelgen -models $BOTOCORE_DATA -calls ../../.. -out requests.json

//go:embed requests.json
var generated []byte

var requests = sync.OnceValue(func() apimodel.File { return apimodel.Read(generated) })

// refuse returns the reason why AWS would refuse a request, whatever answer is registered: a string, number or list
// beyond the limits of its model, or an empty name. The SDK's own client checks for required members.
func refuse(input any) error {
	v := reflect.ValueOf(input).Elem()
	service := path.Base(v.Type().PkgPath())
	operation := service + "." + strings.TrimSuffix(v.Type().Name(), "Input")
	known, found := requests().Types[operation]
	if !found {
		return fmt.Errorf("awsfake: no limits of %s are known: run go generate ./internal/awsapi/awsfake", operation)
	}
	limits := map[string][]apimodel.Limit{}
	for _, limit := range known.Limits {
		limits[strings.ToLower(limit.Path)] = append(limits[strings.ToLower(limit.Path)], limit)
	}
	if problem := (request{limits}).problem("", v); problem != "" {
		return Failure(http.StatusBadRequest, known.Code, operation+": "+problem)
	}
	return nil
}

// Demand refuses requests of an operation unless their JSON, without spaces, contains all of these parts.
func (c *Cloud) Demand(operation string, parts ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.demands[operation] = parts
}

// DemandAll refuses the requests of operations that ask for less than all there is: with a filter, or for one by name.
func (c *Cloud) DemandAll(operations ...string) {
	for _, operation := range operations {
		c.Demand(operation, everything)
	}
}

// everything is demanded by [Cloud.DemandAll].
const everything = "{}"

func (c *Cloud) missed(operation string, input any) error {
	if len(c.demands[operation]) == 0 {
		return nil
	}
	if slices.Contains(c.demands[operation], everything) {
		asked := reflect.New(reflect.TypeOf(input).Elem()).Elem()
		asked.Set(reflect.ValueOf(input).Elem())
		for _, token := range tokens {
			if field := asked.FieldByName(token.asks); field.IsValid() {
				field.SetZero()
			}
		}
		if !asked.IsZero() {
			return Failure(http.StatusBadRequest, "ValidationException", operation+": asked for less than all")
		}
		return nil
	}
	text, err := json.Marshal(input)
	if err != nil {
		return err
	}
	for _, part := range c.demands[operation] {
		if !strings.Contains(string(text), part) {
			return Failure(http.StatusBadRequest, "ValidationException", operation+": asked without "+part)
		}
	}
	return nil
}

// request checks an input against limits, by the lower-case paths of its members.
type request struct{ limits map[string][]apimodel.Limit }

func (r request) problem(at string, v reflect.Value) string {
	switch v.Kind() {
	case reflect.Pointer:
		name := v.Elem().Kind() == reflect.String && !strings.Contains(at, ".") && at != "description"
		if name && v.Elem().Len() == 0 {
			return at + " is empty"
		}
		return r.problem(at, v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			// A number or an enumeration that is zero is not sent, and neither is a nil pointer.
			if field := v.Type().Field(i); field.IsExported() && !v.Field(i).IsZero() {
				member := strings.TrimPrefix(at+"."+strings.ToLower(field.Name), ".")
				if problem := r.problem(member, v.Field(i)); problem != "" {
					return problem
				}
			}
		}
		return ""
	case reflect.Slice:
		return r.list(at+"[]", v)
	case reflect.String:
		if v.Len() == 0 && strings.HasSuffix(at, "[]") && !strings.Contains(at, ".") {
			return "an element of " + at + " is empty"
		}
		return r.first(at, func(l apimodel.Limit) string { return l.Text(v.String()) })
	case reflect.Int32, reflect.Int64:
		return r.first(at, func(l apimodel.Limit) string { return l.Number(float64(v.Int())) })
	case reflect.Float64:
		return r.first(at, func(l apimodel.Limit) string { return l.Number(v.Float()) })
	default:
		return ""
	}
}

func (r request) list(at string, v reflect.Value) string {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		return ""
	}
	if problem := r.first(at, func(l apimodel.Limit) string { return l.Count(v.Len()) }); problem != "" {
		return problem
	}
	for i := range v.Len() {
		if problem := r.problem(at, v.Index(i)); problem != "" {
			return problem
		}
	}
	return ""
}

func (r request) first(at string, problem func(apimodel.Limit) string) string {
	for _, limit := range r.limits[at] {
		if text := problem(limit); text != "" {
			return text
		}
	}
	return ""
}
