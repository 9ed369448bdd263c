package components

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

// empty lists what a component need not hand out in these programs.
var empty = map[string][]string{
	"service": {"CodeDeployApplication", "CodeDeployGroup", "AppSpec"},
	"worker":  {"CodeDeployApplication", "CodeDeployGroup", "AppSpec"},
	// Nobody is without an answer because of these alone.
	"search": {"OutageAlarms"}, "cluster": {"OutageAlarms"}, "backup": {"OutageAlarms"}, "network": {"OutageAlarms"},
	"queue": {"OutageAlarms"}, "job": {"OutageAlarms"},
}

// What a component says that it has made, it has made: names are those of its resources, and nothing is left empty.
func TestComponentsHandOutWhatTheyMade(t *testing.T) {
	rolling, blueGreen, worker, dns := testServiceArgs(), testBlueGreenArgs(), testWorkerArgs(), testDNSArgs()
	cluster, backup, database, storage := testClusterArgs(), testBackupArgs(), testDatabaseArgs(), testStorageArgs()
	search, network := testLogSearchArgs(t), testNetworkArgs()
	dns.WAF = testWAFArgs().WAF
	for name, make := range map[string]func(*pulumi.Context) (any, error){
		"service":       func(ctx *pulumi.Context) (any, error) { return NewService(ctx, "visitor-book", &rolling) },
		"blue/green":    func(ctx *pulumi.Context) (any, error) { return NewService(ctx, "visitor-book", &blueGreen) },
		"worker":        func(ctx *pulumi.Context) (any, error) { return NewService(ctx, "mailer", &worker) },
		"queue":         func(ctx *pulumi.Context) (any, error) { return NewQueue(ctx, "mailer", testQueueArgs()) },
		"job":           func(ctx *pulumi.Context) (any, error) { return NewJob(ctx, "nightly", testJobArgs()) },
		"storage":       func(ctx *pulumi.Context) (any, error) { return NewStorage(ctx, "storage", &storage) },
		"database":      func(ctx *pulumi.Context) (any, error) { return NewDatabase(ctx, "database", &database) },
		"cluster":       func(ctx *pulumi.Context) (any, error) { return NewCluster(ctx, "web", &cluster) },
		"backup":        func(ctx *pulumi.Context) (any, error) { return NewBackup(ctx, "backup", &backup) },
		"search":        func(ctx *pulumi.Context) (any, error) { return NewLogSearch(ctx, "search", &search) },
		"network":       func(ctx *pulumi.Context) (any, error) { return NewNetwork(ctx, "web", &network) },
		"load balancer": func(ctx *pulumi.Context) (any, error) { return NewLoadBalancer(ctx, "web", &dns) },
	} {
		t.Run(name, func(t *testing.T) {
			var made any
			values := map[string]string{}
			var mutex sync.Mutex
			rec := deployed(t, func(ctx *pulumi.Context) (err error) {
				if made, err = make(ctx); err != nil {
					return err
				}
				for field, value := range handedOut(made) {
					if output, ok := value.(pulumi.Output); ok {
						output.ApplyT(func(v any) any {
							mutex.Lock()
							defer mutex.Unlock()
							values[field] = fmt.Sprint(v)
							return v
						})
					}
				}
				return nil
			})
			var inputs strings.Builder
			for _, r := range rec.resources {
				fmt.Fprintln(&inputs, r.name, r.inputs)
			}
			for field, value := range handedOut(made) {
				want := slices.Contains(empty[name], field)
				switch value := value.(type) {
				case string:
					assert.Equal(t, want, value == "", field)
					assert.Contains(t, inputs.String(), value, field)
				case []string:
					assert.Equal(t, want, len(value) == 0, field)
					for _, one := range value {
						assert.Contains(t, inputs.String(), one, field)
					}
				case pulumi.Output:
					assert.Equal(t, want, values[field] == "" || values[field] == "[]", field)
				default:
					if list := reflect.ValueOf(value); list.Kind() == reflect.Slice {
						assert.Equal(t, want, list.Len() == 0, field)
					}
				}
			}
		})
	}
}

// handedOut are the exported fields of a component, and of what it embeds, but for Pulumi's own.
func handedOut(component any) map[string]any {
	found := map[string]any{}
	var walk func(reflect.Value)
	walk = func(v reflect.Value) {
		for i := range v.NumField() {
			field := v.Type().Field(i)
			switch {
			case field.Type == reflect.TypeFor[pulumi.ResourceState]():
			case field.Anonymous && field.Type.Kind() == reflect.Struct:
				walk(v.Field(i))
			case field.IsExported():
				found[field.Name] = v.Field(i).Interface()
			}
		}
	}
	walk(reflect.ValueOf(component).Elem())
	return found
}
