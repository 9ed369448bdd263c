package pack_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/policies/pack"
)

func TestAccountsOfADelivery(t *testing.T) {
	const staging, production = `{"accountId": "111111111111", "stack": "staging"}`, `{"accountId": "222222222222"}`
	for name, c := range map[string]struct {
		config map[string]string
		want   []string
	}{
		"both": {
			map[string]string{"app:kind": "delivery", "app:staging": staging, "app:production": production},
			[]string{"111111111111", "222222222222"},
		},
		"one":            {map[string]string{"app:kind": "delivery", "app:staging": staging}, []string{"111111111111"}},
		"no account":     {map[string]string{"app:kind": "delivery", "app:staging": `{}`, "app:production": `[`}, nil},
		"a workload":     {map[string]string{"app:staging": staging, "app:production": production}, nil},
		"another's keys": {map[string]string{"app:kind": "delivery", "other:staging": staging}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, pack.Stack{Project: "app", Config: c.config}.Accounts())
		})
	}
}

func TestEarlierPorts(t *testing.T) {
	for services, want := range map[string][]int{
		`[{"port": 9000, "previous": {"port": 8000}}, {"name": "b"}, {"previous": {"port": 7000}}]`: {8000, 7000},
		`[{"name": "a"}]`: nil, "": nil, `{"previous": 1}`: nil,
	} {
		stack := pack.Stack{Project: "app", Config: map[string]string{"app:services": services}}
		assert.Equal(t, want, stack.EarlierPorts(), services)
	}
}
