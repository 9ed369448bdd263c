package diagram

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	pulumiresource "github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	rt "aws-webapp/internal/awsdata/resourcetypes"
)

type inputs = map[string]any

func made(typ, name string, of inputs) apitype.ResourceV3 {
	return apitype.ResourceV3{
		URN: urn.New("test", "aws-webapp", "", tokens.Type(typ), name), Type: tokens.Type(typ),
		ID: pulumiresource.ID(name + "-id"), Inputs: of,
	}
}

// vpc over two zones, without anything in it.
func vpc() []apitype.ResourceV3 {
	found := []apitype.ResourceV3{made(rt.VPC, "network", inputs{"cidrBlock": "10.0.0.0/16"})}
	block := 0
	for tier, exit := range map[string]string{"public": "gatewayId", "app": "natGatewayId", "db": ""} {
		for i, zone := range []string{"ap-southeast-2a", "ap-southeast-2b"} {
			name := fmt.Sprintf("network-%s-%d", tier, i+1)
			block++
			found = append(found,
				made(rt.Subnet, name, inputs{"availabilityZone": zone, "cidrBlock": fmt.Sprintf("10.0.%d.0/24", block)}),
				made(rt.RouteTableAssociation, name, inputs{"subnetId": name + "-id", "routeTableId": name}),
			)
			if exit != "" {
				found = append(found, made(rt.Route, name, inputs{"routeTableId": name, exit: "gateway"}))
			}
		}
	}
	return found
}

// member is something with a security group of its own, in a tier.
func member(typ, name, tier string, more inputs) []apitype.ResourceV3 {
	of := inputs{"name": name, "groups": []any{name + "-sg-id"}, "subnets": []any{"network-" + tier + "-1-id"}}
	for key, value := range more {
		of[key] = value
	}
	return []apitype.ResourceV3{made(rt.SecurityGroup, name+"-sg", inputs{}), made(typ, name, of)}
}

func way(from, to string, port int) []apitype.ResourceV3 {
	return []apitype.ResourceV3{
		made(rt.EgressRule, from+"-to-"+to, inputs{
			"securityGroupId": from + "-sg-id", "referencedSecurityGroupId": to + "-sg-id", "fromPort": float64(port),
		}),
		made(rt.IngressRule, to+"-from-"+from, inputs{
			"securityGroupId": to + "-sg-id", "referencedSecurityGroupId": from + "-sg-id", "fromPort": float64(port),
		}),
	}
}

// busy is a stack with more than the pictures of the README have: services that call each other, a worker, a
// store of a type that nobody has described, and long names.
func busy() []apitype.ResourceV3 {
	found := vpc()
	add := func(more ...[]apitype.ResourceV3) {
		for _, resources := range more {
			found = append(found, resources...)
		}
	}
	add(
		member(rt.LoadBalancer, "web", "public", nil),
		member(rt.DBInstance, "database", "db", inputs{
			"engine": "postgres", "engineVersion": "17.4", "instanceClass": "db.m6g.16xlarge",
		}),
		member(rt.CacheGroup, "cache", "db", inputs{"engine": "valkey", "nodeType": "cache.t4g.micro"}),
		member("aws:docdb/cluster:Cluster", "documents", "db", nil),
		member(rt.FileSystemMountTarget, "files-media-1", "db", inputs{}),
		member(rt.ECSService, "worker", "app", inputs{"desiredCount": 2.0}),
		way("worker", "database", 5432), way("worker", "cache", 6379), way("worker", "documents", 27017),
		[]apitype.ResourceV3{
			made(rt.IngressRule, "in", inputs{"securityGroupId": "web-sg-id", "cidrIpv4": anywhere, "fromPort": 443.0}),
			made(rt.SecurityGroup, "security-groups-app-nightly-report", inputs{}),
		},
	)
	for i := range 6 {
		name := fmt.Sprintf("a-service-with-a-long-name-%d", i)
		add(member(rt.ECSService, name, "app", inputs{"desiredCount": 2.0}))
		add(way("web", name, 8000+i), way(name, "database", 5432))
		if i%2 == 0 {
			add(way(name, "cache", 6379))
		}
		if i > 0 {
			add(way(name, "a-service-with-a-long-name-0", 8000))
		}
	}
	for i := range 2 {
		add([]apitype.ResourceV3{made(rt.NATGateway, fmt.Sprint("nat-", i), inputs{})})
	}
	return found
}

func TestABusyStackCanBeRead(t *testing.T) {
	scene, err := draw(busy(), nil)
	require.NoError(t, err)
	assert.Empty(t, scene.check())
	shown := scene.svg()
	for _, text := range []string{
		"a-service-with-a", "worker", "Documents", "Cluster", "Nightly report", "PostgreSQL 17.4", "Valkey", "Files media",
		"EFS, 1 zone",
		"27017", "6379", "8003",
	} {
		assert.Contains(t, shown, text)
	}
}

// Every rule between two groups is a line from one to the other.
func TestEveryWayIsDrawn(t *testing.T) {
	scene, err := draw(busy(), nil)
	require.NoError(t, err)
	drawn := 0
	for _, l := range scene.lines {
		if l.class == "service" || l.class == "database" || l.class == "cache" || l.class == "other" {
			drawn++
		}
	}
	assert.Equal(t, 3+6+6+3+5, drawn)
}

func TestFaultsOfAPictureAreFound(t *testing.T) {
	plain := func() *scene {
		return &scene{width: 300, height: 100, boxes: []box{
			{rect: rect{10, 10, 60, 30}, labels: []label{{x: 15, y: 25, text: "one", size: 10}}},
			{rect: rect{200, 10, 60, 30}},
		}, lines: []line{{points: []point{{70, 20}, {200, 20}}}}}
	}
	require.Empty(t, plain().check())
	for name, spoil := range map[string]func(s *scene){
		"boxes":               func(s *scene) { s.boxes[1].x = 60 },
		"leaves its box":      func(s *scene) { s.boxes[0].labels[0].text = strings.Repeat("long ", 5) },
		"crosses box":         func(s *scene) { s.lines[0].points = []point{{5, 20}, {290, 20}} },
		"crosses text":        func(s *scene) { s.labels = []label{{x: 100, y: 24, text: "443", size: 11}} },
		"is on box":           func(s *scene) { s.labels = []label{{x: 195, y: 35, text: "443", size: 11}} },
		"text \"wide\" leave": func(s *scene) { s.labels = []label{{x: 290, y: 60, text: "wide", size: 11}} },
		"texts": func(s *scene) {
			s.labels = []label{{x: 100, y: 60, text: "a", size: 11}, {x: 102, y: 62, text: "b", size: 11}}
		},
		"leaves the page": func(s *scene) { s.boxes[1].x = 250 },
	} {
		s := plain()
		spoil(s)
		assert.Contains(t, strings.Join(s.check(), "\n"), name)
	}
}

func TestAStackWithoutANetworkIsNotDrawn(t *testing.T) {
	_, _, err := SVG([]apitype.ResourceV3{made(rt.Bucket, "state", inputs{})}, nil)
	assert.EqualError(t, err, `stack "test" has no network: only a workload such as prod or staging can be drawn`)
}

func TestNamesAreEscaped(t *testing.T) {
	found := append(vpc(), member("aws:x/y:Z", "a<b&c", "app", nil)...)
	svg, _, err := SVG(found, nil)
	require.NoError(t, err)
	assert.Contains(t, svg, "A&lt;b&amp;c")
}

// Text has to have a contrast of 4.5 to 1 to its ground, and a line 3 to 1.
// Source: https://www.w3.org/TR/WCAG22/#contrast-minimum and #non-text-contrast
func TestColoursCanBeSeenInBothModes(t *testing.T) {
	light, dark, found := strings.Cut(style, "@media")
	require.True(t, found)
	dark, _, _ = strings.Cut(dark, "\ntext ")
	for mode, css := range map[string]string{"light": light, "dark": dark} {
		colours := map[string]float64{}
		for _, match := range regexp.MustCompile(`--(\w+): (#[0-9a-f]{6})`).FindAllStringSubmatch(css, -1) {
			colours[match[1]] = luminance(t, match[2])
		}
		for _, ground := range []string{"ground", "vpc", "band", "box"} {
			for _, text := range []string{"text", "muted", "line", "blue", "green", "orange", "purple"} {
				require.Contains(t, colours, text)
				assert.GreaterOrEqualf(t, contrast(colours[text], colours[ground]), 4.5, "%s: %s on %s", mode, text, ground)
			}
		}
	}
}

func contrast(a, b float64) float64 { return (max(a, b) + 0.05) / (min(a, b) + 0.05) }

// Source: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	total := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		value, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		require.NoError(t, err)
		part := float64(value) / 255
		if part <= 0.04045 {
			part /= 12.92
		} else {
			part = math.Pow((part+0.055)/1.055, 2.4)
		}
		total += weight * part
	}
	return total
}

// Whatever cannot be read of a task is left out, and so is the container that gives it its name.
func TestSidecarsAreTheOtherContainers(t *testing.T) {
	for definitions, want := range map[any][]string{
		`[{"Name":"shop"},{"Name":"nginx"},{"name":"setup"}]`: {"with nginx, setup"},
		`[{"name":"shop"}]`: nil,
		"not known yet":     nil,
		7:                   nil,
	} {
		assert.Equal(t, want, sidecars(&resource{name: "shop", inputs: inputs{"containerDefinitions": definitions}}))
	}
}
