package diagram

import (
	"fmt"
	"math"
)

// rect has its origin at the left and top.
type rect struct{ x, y, w, h float64 }

func (r rect) right() float64   { return r.x + r.w }
func (r rect) bottom() float64  { return r.y + r.h }
func (r rect) middleY() float64 { return r.y + r.h/2 }
func (r rect) middleX() float64 { return r.x + r.w/2 }

func (r rect) contains(o rect) bool {
	return o.x >= r.x && o.y >= r.y && o.right() <= r.right() && o.bottom() <= r.bottom()
}

func (r rect) overlaps(o rect) bool {
	return r.x < o.right() && o.x < r.right() && r.y < o.bottom() && o.y < r.bottom()
}

// anchor says which end of a text its position is.
type anchor string

const (
	left   anchor = "start"
	centre anchor = "middle"
	right  anchor = "end"
)

// label is one line of text; y is its base line.
type label struct {
	x, y  float64
	text  string
	size  float64
	bold  bool
	class string
	hold  anchor
}

// rect of the most that the text may take.
func (l label) rect() rect {
	width := textWidth(l.text, l.size, l.bold)
	x := l.x
	switch l.hold {
	case centre:
		x -= width / 2
	case right:
		x -= width
	default:
	}
	return rect{x, l.y - 0.8*l.size, width, l.size}
}

// box is a frame, in which boxes may lie, or solid.
type box struct {
	rect
	class  string
	frame  bool
	labels []label
}

type point struct{ x, y float64 }

// line of straight pieces, with an arrow at its end if it has a head.
type line struct {
	class  string
	head   bool
	points []point
}

// scene holds the boxes and lines that are drawn.
type scene struct {
	title         string
	width, height float64
	boxes         []box
	lines         []line
	labels        []label
}

// check finds what a reader would stumble on: boxes that overlap, text that leaves its box, lines through boxes and
// labels on top of others.
func (s *scene) check() []string {
	var faults []string
	report := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	page := rect{0, 0, s.width, s.height}
	solid, labels := []box{}, append([]label{}, s.labels...)
	for _, b := range s.boxes {
		if !page.contains(b.rect) {
			report("box %s leaves the page", b.name())
		}
		for _, l := range b.labels {
			if !b.contains(l.rect()) {
				report("text %q leaves its box", l.text)
			}
		}
		labels = append(labels, b.labels...)
		if !b.frame {
			solid = append(solid, b)
		}
	}
	for i, b := range solid {
		for _, other := range solid[i+1:] {
			if b.overlaps(other.rect) {
				report("boxes %s and %s overlap", b.name(), other.name())
			}
		}
		for _, l := range s.labels {
			if b.overlaps(l.rect()) {
				report("label %q is on box %s", l.text, b.name())
			}
		}
		for _, l := range s.lines {
			if l.crosses(b.rect) {
				report("a line %s crosses box %s", l.class, b.name())
			}
		}
	}
	for i, l := range labels {
		if !page.contains(l.rect()) {
			report("text %q leaves the page", l.text)
		}
		for _, other := range labels[i+1:] {
			if l.rect().overlaps(other.rect()) {
				report("texts %q and %q overlap", l.text, other.text)
			}
		}
		for _, line := range s.lines {
			if line.crosses(l.rect()) {
				report("a line %s crosses text %q", line.class, l.text)
			}
		}
	}
	return faults
}

func (b box) name() string {
	if len(b.labels) > 0 {
		return b.labels[0].text
	}
	return b.class
}

// crosses reports whether a line runs through the inside of an area. All lines are level or upright.
func (l line) crosses(area rect) bool {
	inner := rect{area.x + 0.5, area.y + 0.5, area.w - 1, area.h - 1}
	for i := range l.points[1:] {
		a, b := l.points[i], l.points[i+1]
		piece := rect{math.Min(a.x, b.x), math.Min(a.y, b.y), math.Abs(a.x - b.x), math.Abs(a.y - b.y)}
		piece.w, piece.h = math.Max(piece.w, 0.01), math.Max(piece.h, 0.01)
		if inner.overlaps(piece) {
			return true
		}
	}
	return false
}
