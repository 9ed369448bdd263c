package components

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestFlowTable(t *testing.T) {
	args := SecurityGroupsArgs{
		IngressCIDRs:       []string{"0.0.0.0/0"},
		IngressPrefixLists: []string{"pl-3b927c52"},
		TestPort:           8443,
		TestIngressCIDRs:   []string{"203.0.113.7/32"},
		Services: []SecurityGroupsService{
			{Name: "visitor-book", Ports: []int{8000}, DatabaseAccess: true},
			{Name: "frontend", Ports: []int{3000}, Calls: []SecurityGroupsCall{{"orders", 7000}, {"orders", 7001}}},
			{Name: "orders", Calls: []SecurityGroupsCall{{"stock", 7002}}},
			{Name: "stock", Calls: []SecurityGroupsCall{{"orders", 7000}}},
		},
	}
	type edge struct {
		from, to string
		port     int
	}
	var got []edge
	for _, row := range args.flows() {
		assert.NotEmpty(t, row.description)
		got = append(got, edge{row.from, row.to, row.port})
	}
	assert.ElementsMatch(t, []edge{
		{"0.0.0.0/0", "alb", 443},
		{"0.0.0.0/0", "alb", 80},
		{"pl-3b927c52", "alb", 443},
		{"203.0.113.7/32", "alb", 8443},
		{"alb", "app-visitor-book", 8000},
		{"app-visitor-book", "0.0.0.0/0", 443},
		{"app-visitor-book", "db", 5432},
		{"alb", "app-frontend", 3000},
		{"app-frontend", "0.0.0.0/0", 443},
		{"app-frontend", "app-orders", 7000},
		{"app-frontend", "app-orders", 7001},
		{"app-orders", "0.0.0.0/0", 443},
		{"app-orders", "app-stock", 7002},
		{"app-stock", "0.0.0.0/0", 443},
		{"app-stock", "app-orders", 7000},
	}, got)
}
