package diagram

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// Measures in pixels. The width is that of a README on GitHub.
const (
	pageWidth = 900.0
	margin    = 16.0
	gap       = 10.0

	outsideWidth = 108.0
	vpcLeft      = 180.0
	leastGutter  = 72.0
	bandsTop     = 84.0
	zoneHeight   = 19.0

	nameSize  = 20.0
	titleSize = 13.0
	textSize  = 11.5
	portSize  = 11.0
	lineSpace = 15.0

	// A box's text begins after its bar, and ends before its edge even in the widest font.
	textInset = 13.0
	textEnd   = 4.0

	// portSpace is between lines that end at the same side of a box.
	portSpace = 16.0

	cardsPerRow = 5
)

// shares of the bands in the width, where there are the three that this project makes.
var shares = []float64{0.31, 0.35, 0.34}

// SVG draws a stack as the engine keeps it in its state, with the pipeline of a delivery stack, if one is given. Faults
// say where the picture is hard to read, such as text that has no room. It fails for a stack without a network.
func SVG(resources, delivery []apitype.ResourceV3) (svg string, faults []string, err error) {
	scene, err := draw(resources, delivery)
	if err != nil {
		return "", nil, err
	}
	return scene.svg(), scene.check(), nil
}

// drawing is a scene that is being laid out.
type drawing struct {
	scene
	network *network
	gutters []gutter
	bands   []rect
	places  map[*part]*rect
}

func draw(resources, delivery []apitype.ResourceV3) (*scene, error) {
	s := read(resources)
	n, err := s.network()
	if err != nil {
		return nil, err
	}
	d := &drawing{network: n, places: map[*part]*rect{}}
	d.width = pageWidth
	d.title = fmt.Sprintf("Stack %s: what it has, and who talks to whom", s.name)
	facts := []string{fmt.Sprintf("%d zones", len(n.zones))}
	if region := s.region(); region != "" {
		facts = slices.Insert(facts, 0, region)
	}
	afterName := math.Round(margin + textWidth(s.name, nameSize, true) + 2*gap)
	d.labels = append(
		d.labels,
		label{x: margin, y: 36, text: s.name, size: nameSize, bold: true},
		label{x: afterName, y: 36, text: strings.Join(facts, " · "), size: titleSize, class: "muted"},
	)

	d.gather()
	d.columns()
	top := d.zones()
	d.place(top)
	bottom := d.outside(top)
	d.frames(bottom)
	for number := range d.gutters {
		d.route(number)
	}
	bottom = d.account(bottom+gap, s.cards())
	d.height = d.pipeline(bottom, stages(delivery)) + margin
	return &d.scene, nil
}

// columns gives each tier its band; the heights follow.
func (d *drawing) columns() {
	tiers := len(d.network.tiers)
	width := pageWidth - margin - vpcLeft - 2*gap
	for _, g := range d.gutters[:tiers-1] {
		width -= g.width()
	}
	x := vpcLeft + gap
	for i := range d.network.tiers {
		share := 1 / float64(tiers)
		if tiers == len(shares) {
			share = shares[i]
		}
		d.bands = append(d.bands, rect{x, bandsTop, float64(int(width * share)), 0})
		x += float64(int(width*share)) + d.gutters[i].width()
	}
}

// zones writes a row for each zone with the tiers' blocks, and returns where it ends.
func (d *drawing) zones() float64 {
	y := bandsTop + 42
	for _, zone := range d.network.zones {
		d.boxes = append(d.boxes, box{
			rect: rect{vpcLeft + gap/2, y, pageWidth - margin - vpcLeft - gap, zoneHeight}, class: "zone", frame: true,
		})
		base := y + 13.5
		d.labels = append(d.labels, label{x: vpcLeft - gap, y: base, text: zone, size: textSize, class: "muted", hold: right})
		for t, tier := range d.network.tiers {
			if block := tier.blocks[zone]; block != "" {
				d.labels = append(d.labels, label{x: d.bands[t].x + gap, y: base, text: block, size: textSize, class: "muted"})
			}
		}
		y += zoneHeight + 4
	}
	return y + gap
}

// place stacks the parts of each tier. A box is as high as its text and the lines that end at it need.
func (d *drawing) place(top float64) {
	next := map[int]float64{}
	for _, p := range d.network.parts {
		band := d.bands[p.tier]
		y := cmp.Or(next[p.tier], top)
		place := rect{band.x + gap, y, band.w - 2*gap, d.boxHeight(p, band.w-2*gap)}
		d.places[p] = &place
		next[p.tier] = place.bottom() + gap
	}
}

func (d *drawing) boxHeight(p *part, width float64) float64 {
	ends := 0
	for _, flow := range d.network.flows {
		if flow.from == p || flow.to == p {
			ends++
		}
	}
	return max(d.textHeight(p.title, p.details, width), min(float64(ends), 4)*portSpace+gap)
}

// textHeight is the height of a box with no more than its text.
func (d *drawing) textHeight(title string, details []string, width float64) float64 {
	lines := len(fold(title, titleSize, width-textInset-textEnd)) + len(d.detailLines(details, width))
	return lineSpace * float64(lines+1)
}

func (d *drawing) detailLines(details []string, width float64) []string {
	var lines []string
	for _, detail := range details {
		lines = append(lines, wrap(detail, textSize, width-textInset-textEnd)...)
	}
	return lines
}

// solid adds a box with its text.
func (d *drawing) solid(place rect, class, title string, details []string) {
	b := box{rect: place, class: class}
	add := func(l label) {
		l.x, l.y = place.x+textInset, place.y+19+lineSpace*float64(len(b.labels))
		b.labels = append(b.labels, l)
	}
	for _, line := range fold(title, titleSize, place.w-textInset-textEnd) {
		add(label{text: line, size: titleSize, bold: true})
	}
	for _, line := range d.detailLines(details, place.w) {
		add(label{text: line, size: textSize, class: "muted"})
	}
	d.boxes = append(d.boxes, b)
}

// outside draws the clients, and the way out by the NAT gateways: below every line from the public tier, so that none
// crosses it. It returns where the bands end.
func (d *drawing) outside(top float64) float64 {
	bottom, lowest := top, 0.0
	for p, place := range d.places {
		bottom = max(bottom, place.bottom())
		if p.tier == 1 && d.reached(p) {
			lowest = max(lowest, place.bottom())
		}
	}
	for _, p := range d.network.parts {
		if len(d.network.clients) > 0 && p.rank == rankEntry {
			d.arrow("entry", ports(d.network.clients), true, d.places[p])
		}
	}
	if d.network.gateways > 0 {
		bottom = d.gateways(bottom, lowest)
	}
	return bottom + gap
}

func (d *drawing) reached(p *part) bool {
	return slices.ContainsFunc(d.network.flows, func(f flow) bool { return f.to == p && f.from.tier == 0 })
}

func (d *drawing) gateways(bottom, lowest float64) float64 {
	const height = 45.0
	band := d.bands[0]
	y := bottom - height
	for p, place := range d.places {
		if p.tier == 0 {
			y = max(y, place.bottom()+gap)
		}
	}
	y = max(y, lowest-height/2+gap/2)
	place := rect{band.x + gap, y, band.w - 2*gap, height}
	title, detail := "NAT gateway", "for all zones"
	if d.network.gateways > 1 {
		title, detail = "NAT gateways", "one in each zone"
	}
	d.solid(place, "nat", title, []string{detail})
	d.arrow("nat", fmt.Sprint(httpsPort), false, &place)
	if len(d.bands) > 1 {
		d.lines = append(d.lines, line{class: "nat", head: true, points: []point{
			{d.bands[1].x, place.middleY()}, {place.right(), place.middleY()},
		}})
		d.port("nat", fmt.Sprint(httpsPort), point{d.bands[1].x - 4, place.middleY()}, right)
	}
	return max(bottom, place.bottom())
}

// arrow draws what is outside of the network beside a box, and the way between them.
func (d *drawing) arrow(class, ports string, inward bool, at *rect) {
	const height = 30.0
	place := rect{margin, at.middleY() - height/2, outsideWidth, height}
	title, points := "Other APIs", []point{{at.x, at.middleY()}, {place.right(), at.middleY()}}
	if inward {
		title = "Clients"
		slices.Reverse(points)
	}
	d.solid(place, "outside", title, nil)
	d.lines = append(d.lines, line{class: class, head: true, points: points})
	d.port(class, ports, point{(place.right() + vpcLeft) / 2, at.middleY()}, centre)
}

// port writes ports above a point of a line.
func (d *drawing) port(class, ports string, at point, hold anchor) {
	d.labels = append(d.labels, label{
		x: at.x, y: at.y - 4, text: ports, size: portSize, class: "port " + class, hold: hold,
	})
}

// frames draws the network and its tiers behind everything, and then the parts.
func (d *drawing) frames(bottom float64) {
	frames := []box{{
		rect:  rect{vpcLeft, bandsTop - 30, pageWidth - margin - vpcLeft, bottom - bandsTop + 30 + gap},
		class: "vpc", frame: true,
		labels: []label{{x: vpcLeft + 2*gap, y: bandsTop - 11, text: "VPC " + d.network.block, size: titleSize, bold: true}},
	}}
	for i := range d.bands {
		band := &d.bands[i]
		band.h = bottom - band.y
		tier := d.network.tiers[i]
		frames = append(frames, box{rect: *band, class: "band", frame: true, labels: []label{
			{x: band.x + gap, y: band.y + 18, text: tier.title + " tier", size: titleSize, bold: true},
			{x: band.x + gap, y: band.y + 33, text: tier.exit, size: textSize, class: "muted"},
		}})
	}
	d.boxes = append(frames, d.boxes...)
	for _, p := range d.network.parts {
		d.solid(*d.places[p], p.class, p.title, p.details)
	}
}

// ports as a label.
func ports(numbers []int) string {
	texts := make([]string, len(numbers))
	for i, number := range numbers {
		texts[i] = fmt.Sprint(number)
	}
	const most = 2
	if len(texts) > most {
		return fmt.Sprintf("%s +%d", texts[0], len(texts)-1)
	}
	return strings.Join(texts, ", ")
}
