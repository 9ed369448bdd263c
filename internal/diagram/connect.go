package diagram

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// bundle is flows that share an upright lane between two tiers: those of one part of the public tier, elsewhere
// those to one part.
type bundle struct {
	class string
	flows []flow
	// hub is the part that they share.
	hub  *part
	lane float64
}

// side is one side of a box, at which lines end.
type side struct {
	of    *part
	right bool
}

// gutter is the space to the right of a tier, in which the lanes run.
type gutter struct {
	bundles []*bundle
	// left and right is the room for the ports of boxes on either side.
	left, right float64
}

// laneSpace is between two lanes.
const laneSpace = 7.0

func (g *gutter) width() float64 {
	return max(leastGutter, math.Ceil(g.left+g.right+laneSpace*float64(len(g.bundles)+1))-2*gap)
}

// gather sorts the flows into the gutters. A flow that leaves a tier out has no free way, so its part tells of it.
func (d *drawing) gather() {
	last := len(d.network.tiers) - 1
	d.gutters = make([]gutter, len(d.network.tiers))
	for _, f := range d.network.flows {
		low, high := min(f.from.tier, f.to.tier), max(f.from.tier, f.to.tier)
		if high == low && low == last {
			low--
		}
		if high-low > 1 || low < 0 {
			f.from.details = append(f.from.details, fmt.Sprintf("to %s: %s", f.to.title, ports(f.ports)))
			continue
		}
		d.gutters[low].add(f, low)
	}
}

func (g *gutter) add(f flow, number int) {
	hub := f.to
	if f.from.tier == 0 && f.to.tier != 0 {
		hub = f.from
	}
	at := slices.IndexFunc(g.bundles, func(b *bundle) bool { return b.hub == hub })
	if at < 0 {
		at = len(g.bundles)
		g.bundles = append(g.bundles, &bundle{class: f.to.class, hub: hub})
	}
	g.bundles[at].flows = append(g.bundles[at].flows, f)
	room := textWidth(ports(f.ports), portSize, false) + arrow + 6
	if f.to.tier <= number {
		g.left = max(g.left, room)
	} else {
		g.right = max(g.right, room)
	}
}

// route draws the lines of a gutter, in lanes as far from each other as there is room.
func (d *drawing) route(number int) {
	g := d.gutters[number]
	slices.SortStableFunc(g.bundles, func(a, b *bundle) int { return cmp.Compare(d.places[a.hub].y, d.places[b.hub].y) })
	edge := d.bands[number].right() - gap + g.left // of the boxes to the left
	room := g.width() + 2*gap - g.left - g.right
	for i, b := range g.bundles {
		b.lane = float64(int(edge + room*float64(i+1)/float64(len(g.bundles)+1)))
	}
	ends := d.ends(number, g.bundles)
	for _, b := range g.bundles {
		told := map[*part]bool{}
		for _, f := range b.flows {
			from, to := ends[end{side{f.from, f.from.tier <= number}, b}], ends[end{side{f.to, f.to.tier <= number}, b}]
			points := []point{from, {b.lane, from.y}, {b.lane, to.y}, to}
			if from.y == to.y {
				points = []point{from, to}
			}
			d.lines = append(d.lines, line{class: b.class, head: true, points: points})
			if !told[f.to] {
				told[f.to] = true
				d.tell(b, f, to)
			}
		}
	}
}

// end of a bundle's lines at a side of a box.
type end struct {
	side
	*bundle
}

// ends spreads the bundles that end at a side over its height, in the order of their other ends.
func (d *drawing) ends(gutter int, bundles []*bundle) map[end]point {
	sides := map[side][]*bundle{}
	for _, b := range bundles {
		for _, f := range b.flows {
			for _, p := range []*part{f.from, f.to} {
				at := side{p, p.tier <= gutter}
				if !slices.Contains(sides[at], b) {
					sides[at] = append(sides[at], b)
				}
			}
		}
	}
	found := map[end]point{}
	for at, meeting := range sides {
		place := d.places[at.of]
		x := place.x
		if at.right {
			x = place.right()
		}
		space := min(portSpace, (place.h-gap)/float64(len(meeting)))
		for i, b := range meeting {
			y := place.middleY() + (float64(i)-float64(len(meeting)-1)/2)*space
			found[end{at, b}] = point{x, y}
		}
	}
	return found
}

// tell writes the ports of a bundle above the arrow's head.
func (d *drawing) tell(b *bundle, f flow, to point) {
	numbers := slices.Clone(f.ports)
	for _, other := range b.flows {
		if other.to == f.to {
			numbers = append(numbers, other.ports...)
		}
	}
	slices.Sort(numbers)
	at, hold := point{to.x - arrow - 3, to.y}, right
	if to.x < b.lane {
		at, hold = point{to.x + arrow + 3, to.y}, left
	}
	d.port(b.class, ports(slices.Compact(numbers)), at, hold)
}

// account draws what is beside the network, and returns where it ends.
func (d *drawing) account(top float64, cards []card) float64 {
	top += 26 // for the arrow
	panel := rect{x: margin, y: top, w: pageWidth - 2*margin}
	for _, p := range d.network.parts {
		if p.rank == rankEndpoints {
			place := d.places[p]
			x := place.middleX()
			d.lines = append(d.lines, line{class: "endpoints", head: true, points: []point{{x, place.bottom()}, {x, top}}})
			d.port("endpoints", fmt.Sprint(httpsPort), point{x + 8, top - 7}, left)
		}
	}
	first := len(d.boxes)
	top += 28
	width := (panel.w - gap*(cardsPerRow+1)) / cardsPerRow
	for row := range slices.Chunk(cards, cardsPerRow) {
		height := 0.0
		for _, c := range row {
			height = max(height, d.textHeight(c.title, c.details, width))
		}
		for i, c := range row {
			d.solid(rect{panel.x + gap + float64(i)*(width+gap), top, width, height}, c.class, c.title, c.details)
		}
		top += height + gap
	}
	panel.h = top - panel.y
	d.boxes = slices.Insert(d.boxes, first, box{rect: panel, class: "vpc", frame: true, labels: []label{
		{x: panel.x + gap, y: panel.y + 19, text: "In the account", size: titleSize, bold: true},
	}})
	return panel.bottom()
}

// pipeline draws the stages that bring a commit here, and returns where they end.
func (d *drawing) pipeline(top float64, names []string) float64 {
	if len(names) == 0 {
		return top
	}
	const height = 30.0
	top += 38
	const heading, between = "Pipeline, in the stack delivery", 24.0
	d.labels = append(d.labels, label{x: margin, y: top - 10, text: heading, size: titleSize, bold: true})
	width := (pageWidth - 2*margin - between*float64(len(names)-1)) / float64(len(names))
	for i, name := range names {
		place := rect{margin + float64(i)*(width+between), top, width, height}
		d.solid(place, "release", name, nil)
		if i > 0 {
			d.lines = append(d.lines, line{class: "release", head: true, points: []point{
				{place.x - between, place.middleY()}, {place.x, place.middleY()},
			}})
		}
	}
	return top + height
}
