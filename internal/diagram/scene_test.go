package diagram

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	rt "aws-webapp/internal/awsdata/resourcetypes"
)

func TestRects(t *testing.T) {
	r := rect{10, 20, 30, 40}
	assert.Equal(t, []float64{40, 60, 25, 40}, []float64{r.right(), r.bottom(), r.middleX(), r.middleY()})
	for _, row := range []struct {
		other              rect
		contains, overlaps bool
	}{
		{r, true, true},
		{rect{11, 21, 28, 38}, true, true},
		{rect{9, 20, 30, 40}, false, true},
		{rect{10, 19, 30, 40}, false, true},
		{rect{10, 20, 31, 40}, false, true},
		{rect{10, 20, 30, 41}, false, true},
		{rect{40, 20, 5, 5}, false, false}, // beside it
		{rect{39, 20, 5, 5}, false, true},
		{rect{5, 20, 5, 5}, false, false},
		{rect{6, 20, 5, 5}, false, true},
		{rect{10, 60, 5, 5}, false, false}, // below it
		{rect{10, 59, 5, 5}, false, true},
		{rect{10, 15, 5, 5}, false, false},
		{rect{10, 16, 5, 5}, false, true},
	} {
		assert.Equal(t, row.contains, r.contains(row.other), row.other)
		assert.Equal(t, row.overlaps, r.overlaps(row.other), row.other)
		assert.Equal(t, row.overlaps, row.other.overlaps(r), row.other)
	}
	for _, row := range []struct {
		points  []point
		crosses bool
	}{
		{[]point{{0, 30}, {9, 30}}, false},
		{[]point{{0, 30}, {10, 30}}, false}, // it ends at the edge
		{[]point{{0, 30}, {20, 30}}, true},
		{[]point{{20, 30}, {0, 30}}, true},
		{[]point{{20, 0}, {20, 100}}, true},
		{[]point{{20, 100}, {20, 0}}, true},
		{[]point{{0, 20}, {100, 20}}, false}, // along the edge
		{[]point{{0, 0}, {5, 0}, {5, 30}, {20, 30}}, true},
	} {
		assert.Equal(t, row.crosses, line{points: row.points}.crosses(r), row.points)
	}
}

// A text lies above its base line, and to the side that it is held by.
func TestWhereATextLies(t *testing.T) {
	width := textWidth("443", 10, false)
	for hold, x := range map[anchor]float64{"": 100, left: 100, centre: 100 - width/2, right: 100 - width} {
		assert.Equal(t, rect{x, 92, width, 10}, label{x: 100, y: 100, text: "443", size: 10, hold: hold}.rect())
	}
	assert.InDelta(t, 3*0.65*10, width, 1e-9)
	assert.InDelta(t, boldFactor*width, textWidth("443", 10, true), 1e-9)
	assert.InDelta(t, 10, textWidth("漢", 10, false), 1e-9, "what is not known is as wide as it is high")
}

func TestTextsThatHaveNoRoom(t *testing.T) {
	// A digit takes 6.5 of the ten, a space 3.5, a hyphen 4, and what it is cut with 10.
	for _, row := range []struct {
		text  string
		width float64
		want  string
	}{
		{"00", 13, "00"}, {"000", 18, "0…"}, {"000", 16.4, "…"}, {"0-00", 21, "0…"}, {"", 0, ""},
	} {
		assert.Equal(t, row.want, cut(row.text, 10, row.width, false), row)
	}
	assert.Equal(t, []string{"00 00", "00"}, wrap("00  00 00", 10, 30), "no line is longer than its room")
	assert.Equal(t, []string{"00 00 00"}, wrap("00 00 00", 10, 46))
	assert.Equal(t, []string{"0", "0…", "0"}, wrap("0 0000 0", 10, 18))
	assert.Empty(t, wrap("", 10, 30))
	for _, row := range []struct {
		name  string
		width float64
		want  []string
	}{
		{"00-00", 34, []string{"00-00"}}, // bold: 7.28 and 4.48
		{"00-00", 33, []string{"00-", "00"}},
		{"00 00", 30, []string{"00", "00"}},
		{"00-00-00", 34, []string{"00-", "00-00"}},
		{"00-00-00", 39, []string{"00-00-", "00"}},
		{"00-00000", 33.1, []string{"00-", "000…"}},
		{"0000", 26, []string{"00…"}},
	} {
		assert.Equal(t, row.want, fold(row.name, 10, row.width), row)
	}
}

// An arrow's head points to where the line ends, which ends in it.
func TestWhatIsWritten(t *testing.T) {
	for _, row := range []struct {
		to         point
		line, head string
	}{
		{point{100, 50}, "M50 50L94 50", "M100 50L93 53.5L93 46.5Z"},
		{point{0, 50}, "M50 50L6 50", "M0 50L7 46.5L7 53.5Z"},
		{point{50, 100}, "M50 50L50 94", "M50 100L53.5 93L46.5 93Z"},
		{point{50, 0}, "M50 50L50 6", "M50 0L46.5 7L53.5 7Z"},
	} {
		var b strings.Builder
		line{class: "nat", head: true, points: []point{{50, 50}, row.to}}.write(&b)
		assert.Equal(t, `<path class="nat" d="`+row.line+`"/>`+"\n"+`<path class="tip nat" d="`+row.head+`"/>`+"\n",
			b.String())
	}
	s := &scene{
		title: "a & b", width: 300, height: 100,
		boxes: []box{
			{rect: rect{10, 10, 60, 30}, class: "nat", labels: []label{{x: 15, y: 25, text: "<one>", size: 10, bold: true}}},
			{rect: rect{1, 2, 3, 4}, class: "vpc", frame: true},
		},
		lines: []line{{class: "nat", points: []point{{70, 20}, {80, 20}, {80, 30}}}},
		labels: []label{
			{x: 1, y: 2, text: "a", size: 11, class: "muted", hold: left},
			{x: 1, y: 2, text: "b", size: 11, class: "muted", bold: true, hold: centre},
			{x: 1, y: 2, text: "c", size: 11, hold: right},
		},
	}
	head, body, found := strings.Cut(s.svg(), "</style>\n")
	require.True(t, found)
	assert.True(t, strings.HasPrefix(head, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 100" width="300" `+
		`height="100" role="img" aria-label="a &amp; b">`+"\n<title>a &amp; b</title>\n<style>"), head)
	assert.Equal(t, `<rect class="page" x="0" y="0" width="300" height="100" rx="8"/>
<rect class="solid nat" x="10" y="10" width="60" height="30" rx="5"/>
<rect class="bar nat" x="10" y="10" width="4" height="30" rx="2"/>
<text x="15" y="25" font-size="10" class="bold">&lt;one&gt;</text>
<rect class="vpc" x="1" y="2" width="3" height="4" rx="5"/>
<path class="nat" d="M70 20L80 20L80 30"/>
<text x="1" y="2" font-size="11" class="muted">a</text>
<text x="1" y="2" font-size="11" class="muted bold" text-anchor="middle">b</text>
<text x="1" y="2" font-size="11" text-anchor="end">c</text>
</svg>
`, body)
}

// shop is a stack with a service between a load balancer and a database, and two ways out.
func shop() []apitype.ResourceV3 {
	return of(vpc(), made("pulumi:providers:aws", "aws", inputs{"region": "ap-southeast-2"}),
		member(rt.LoadBalancer, "web", "public", nil), member(rt.ECSService, "shop", "app", inputs{"desiredCount": 2.0}),
		member(rt.DBInstance, "database", "db", inputs{
			"engine": "postgres", "engineVersion": "17", "instanceClass": "db.t3.small",
		}),
		member(rt.SecurityGroup, "unused", "app", nil)[1:],
		way("web", "shop", 8000), way("web", "shop", 8001), way("shop", "database", 5432), way("web", "database", 5432),
		made(rt.NATGateway, "nat", inputs{}), made(rt.Bucket, "storage-logs", inputs{}),
		made(rt.IngressRule, "in-80", inputs{"securityGroupId": "web-sg-id", "cidrIpv4": anywhere, "fromPort": 80.0}),
		made(rt.IngressRule, "in-443", inputs{"securityGroupId": "web-sg-id", "cidrIpv4": anywhere, "fromPort": 443.0}),
		made(rt.IngressRule, "one", inputs{"securityGroupId": "web-sg-id", "cidrIpv4": "192.0.2.1/32", "fromPort": 9.0}),
		made(rt.IngressRule, "six", inputs{"securityGroupId": "shop-sg-id", "cidrIpv6": "::/0", "fromPort": 7.0}),
		made(rt.EgressRule, "out-443", inputs{"securityGroupId": "shop-sg-id", "cidrIpv4": anywhere, "fromPort": 443.0}),
		made(rt.EgressRule, "out-25", inputs{"securityGroupId": "shop-sg-id", "cidrIpv4": anywhere, "fromPort": 25.0}),
		made(rt.EgressRule, "out-pl", inputs{"securityGroupId": "shop-sg-id", "prefixListId": "pl-1", "fromPort": 443.0}),
		made(rt.EgressRule, "stray", inputs{"securityGroupId": "gone", "cidrIpv4": anywhere, "fromPort": 25.0}))
}

func TestAStackForATerminal(t *testing.T) {
	delivery := of(made(rt.Pipeline, "p", inputs{"stages": list{inputs{"name": "Source"}, inputs{"name": "Prod"}}}))
	text, err := Text(shop(), delivery)
	require.NoError(t, err)
	for line := range strings.Lines(text) {
		if strings.ContainsAny(line, "┌│└") {
			assert.Equal(t, 80, utf8.RuneCountInString(strings.TrimSuffix(line, "\n")), line)
		}
	}
	assert.Equal(t, `test · ap-southeast-2 · 2 zones · 10.0.0.0/16
clients → load balancer: 443, 80
┌─ Public tier · internet gateway ─┐
│ Load balancer         HTTPS │
│                       → PostgreSQL 17: 5432; shop: 8000, 8001 │
└─┘
┌─ App tier · out by NAT ─┐
│ shop                  2 tasks · rolling, worker, out: 25, out: 443 to pl-1 │
│                       → PostgreSQL 17: 5432 │
│ Unused │
└─┘
┌─ Database tier · no way out ─┐
│ PostgreSQL 17         db.t3.small · one zone │
└─┘
Releases              rolling, back on failure
Buckets               logs
Pipeline              Source → Prod
`, regexp.MustCompile(`─+`).ReplaceAllString(regexp.MustCompile(` +│\n`).ReplaceAllString(text, " │\n"), "─"))
	assert.Equal(t, "8000 +2", ports([]int{8000, 8001, 8002}))
}

// onEdge says whether a point lies on the outline of a box that is no frame, or on that of a frame.
func (s *scene) onEdge(p point, frame bool) bool {
	return slices.ContainsFunc(s.boxes, func(b box) bool {
		upright := (p.x == b.x || p.x == b.right()) && p.y >= b.y && p.y <= b.bottom()
		level := (p.y == b.y || p.y == b.bottom()) && p.x >= b.x && p.x <= b.right()
		return b.frame == frame && (upright || level)
	})
}

// find returns the box that begins with a text.
func (s *scene) find(t *testing.T, text string) box {
	t.Helper()
	at := slices.IndexFunc(s.boxes, func(b box) bool { return b.name() == text })
	require.GreaterOrEqual(t, at, 0, text)
	return s.boxes[at]
}

func (b box) texts() (all []string) {
	for _, l := range b.labels {
		all = append(all, l.text)
	}
	return all
}

// Lines lead from box to box, level and upright, and never back over what they begin or end at.
func TestLinesLeadFromBoxToBox(t *testing.T) {
	delivery := of(made(rt.Pipeline, "p", inputs{"stages": list{
		inputs{"name": "Source"}, inputs{"name": "Build"}, inputs{"name": "Prod"},
	}}))
	endpoints := of(made(rt.SecurityGroup, "endpoints-sg", inputs{}),
		made(rt.VPCEndpoint, "logs", inputs{"vpcEndpointType": "Interface", "groups": list{"endpoints-sg-id"}}))
	level := of(vpc(), member(rt.ECSService, "shop", "app", inputs{"loadBalancers": list{inputs{}}}),
		member(rt.CacheGroup, "cache", "db", inputs{"engine": "valkey"}), way("shop", "cache", 6379))
	for _, resources := range [][]apitype.ResourceV3{shop(), busy(), level, of(shop(), endpoints)} {
		s, err := draw(resources, delivery)
		require.NoError(t, err)
		assert.Empty(t, s.check())
		for _, l := range s.lines {
			first, last := l.points[0], l.points[len(l.points)-1]
			assert.True(t, l.head)
			begins := s.onEdge(first, false) || l.class == "nat" && s.onEdge(first, true)
			assert.True(t, begins, "%s begins nowhere: %v", l.class, l.points)
			assert.True(t, s.onEdge(last, l.class == "endpoints"), "%s ends nowhere: %v", l.class, l.points)
			for i := range l.points[1:] {
				a, b := l.points[i], l.points[i+1]
				assert.True(t, (a.x == b.x) != (a.y == b.y), "%s is neither level nor upright: %v", l.class, l.points)
			}
		}
	}
}

func TestWhereThingsAre(t *testing.T) {
	delivery := of(made(rt.Pipeline, "p", inputs{"stages": list{inputs{"name": "Source"}, inputs{"name": "Prod"}}}))
	extra := of(made(rt.LogGroup, "a", inputs{"retentionInDays": 30.0}), made(rt.MetricAlarm, "a", inputs{}),
		made(rt.KMSKey, "keys-data", inputs{}), made(rt.Queue, "work", inputs{}), made(rt.Trail, "t", inputs{}),
		made(rt.NATGateway, "nat-2", inputs{}))
	s, err := draw(of(shop(), extra), delivery)
	require.NoError(t, err)
	assert.Equal(t, "Stack test: what it has, and who talks to whom", s.title)
	var labels []string
	for _, l := range s.labels {
		labels = append(labels, l.text)
	}
	for _, text := range []string{
		"test", "ap-southeast-2 · 2 zones", "ap-southeast-2a", "ap-southeast-2b", "443, 80", "8000, 8001", "5432",
		"Pipeline, in the stack delivery",
	} {
		assert.Contains(t, labels, text)
	}
	network, clients, apis := s.find(t, "VPC 10.0.0.0/16"), s.find(t, "Clients"), s.find(t, "Other APIs")
	assert.Less(t, clients.right(), network.x)
	assert.Less(t, apis.right(), network.x)
	gateways := s.find(t, "NAT gateways")
	assert.Equal(t, []string{"NAT gateways", "one in each zone"}, gateways.texts())
	assert.Equal(t, gateways.middleY(), apis.middleY())
	assert.Equal(t, s.find(t, "Load balancer").middleY(), clients.middleY())
	assert.Equal(t, []string{"Load balancer", "HTTPS", "to PostgreSQL 17:", "5432"}, s.find(t, "Load balancer").texts(),
		"a way past a tier is told")
	end := network.x
	for title, inside := range map[string][]string{
		"Public tier": {"Load balancer", "NAT gateways"}, "App tier": {"shop", "Unused"}, "Database tier": {"PostgreSQL 17"},
	} {
		band := s.find(t, title)
		assert.True(t, network.contains(band.rect), title)
		for _, name := range inside {
			assert.True(t, band.contains(s.find(t, name).rect), name)
		}
	}
	for _, title := range []string{"Public tier", "App tier", "Database tier"} {
		band := s.find(t, title)
		assert.GreaterOrEqual(t, band.x, end, title)
		end = band.right()
	}
	account := s.find(t, "In the account")
	assert.GreaterOrEqual(t, account.y, network.bottom()+26, "there is room for an arrow")
	var cards []box
	for _, name := range []string{"Releases", "Logs", "Alerts", "Keys", "Buckets", "Queues", "Audit trail"} {
		cards = append(cards, s.find(t, name))
		assert.True(t, account.contains(cards[len(cards)-1].rect), name)
	}
	for i, c := range cards[1:] {
		before := cards[i]
		assert.Equal(t, before.w, c.w)
		if i == 4 { // the sixth begins a row
			assert.Equal(t, []float64{cards[0].x, before.bottom() + gap}, []float64{c.x, c.y})
			continue
		}
		assert.InDelta(t, before.right()+gap, c.x, 1e-9)
		assert.Equal(t, []float64{before.y, before.h}, []float64{c.y, c.h})
	}
	source, prod := s.find(t, "Source"), s.find(t, "Prod")
	assert.Equal(t, []float64{margin, source.w, source.y}, []float64{source.x, prod.w, prod.y})
	assert.Greater(t, prod.x, source.right())
	assert.InDelta(t, pageWidth-margin, prod.right(), 1e-9)
	assert.Greater(t, source.y, account.bottom())
	assert.Equal(t, source.bottom()+margin, s.height)

	alone, err := draw(shop(), nil)
	require.NoError(t, err)
	assert.Equal(t, []string{"NAT gateway", "for all zones"}, alone.find(t, "NAT gateway").texts())
	assert.Equal(t, alone.find(t, "In the account").bottom()+margin, alone.height)
	small := of(vpc(), member(rt.LoadBalancer, "web", "public", nil), made(rt.NATGateway, "nat", inputs{}),
		member(rt.ECSService, "shop", "app", inputs{}), way("web", "shop", 8000), member(rt.CacheGroup, "a", "db", nil),
		member(rt.CacheGroup, "b", "db", nil), way("a", "b", 6379),
		made(rt.IngressRule, "in", inputs{"securityGroupId": "web-sg-id", "cidrIpv4": anywhere, "fromPort": 443.0}))
	one, err := draw(small, nil)
	require.NoError(t, err)
	assert.Equal(t, one.find(t, "Load balancer").middleY(), one.find(t, "Clients").middleY(), "by one port, too")
	assert.Greater(t, one.find(t, "NAT gateway").middleY(), one.find(t, "shop").bottom(),
		"the way out is below every line from the public tier")
	for _, l := range one.lines {
		for _, p := range l.points {
			assert.LessOrEqual(t, p.x, one.find(t, "Database tier").right(), "nothing is to the right of the last tier")
		}
	}
	closed, err := draw(of(vpc(), member(rt.LoadBalancer, "web", "public", nil)), nil)
	require.NoError(t, err)
	for _, b := range closed.boxes {
		assert.NotContains(t, []string{"Clients", "Other APIs"}, b.name(), "there is no way in or out")
	}
}
