package diagram

import (
	"fmt"
	"html"
	"strings"
)

// style has the colours of both modes. The picture has a ground of its own, so that it can be read on a page whose
// mode is not the reader's. Text keeps a contrast of at least 4.5 to 1 to what it is on, which a test computes.
const style = `
svg { --ground: #ffffff; --vpc: #f6f8fa; --band: #eaeef2; --box: #ffffff;
  --line: #57606a; --text: #1f2328; --muted: #57606a;
  --blue: #0757b8; --green: #116329; --orange: #953800; --purple: #6639ba; --edge: #afb8c1; }
@media (prefers-color-scheme: dark) {
  svg { --ground: #0d1117; --vpc: #151b23; --band: #1f2630; --box: #0d1117;
    --line: #9198a1; --text: #f0f6fc; --muted: #a8b1bb;
    --blue: #79b8ff; --green: #5dd374; --orange: #ffa657; --purple: #d2a8ff; --edge: #3d444d; }
}
text { font-family: Helvetica, Arial, "Liberation Sans", sans-serif; fill: var(--text); }
.bold { font-weight: bold; }
.muted { fill: var(--muted); }
.page { fill: var(--ground); }
.vpc { fill: var(--vpc); stroke: var(--edge); }
.band { fill: var(--band); }
.zone { fill: none; stroke: var(--edge); stroke-dasharray: 3 3; }
.solid { fill: var(--box); stroke: var(--edge); }
.entry, .service, .function { --accent: var(--blue); }
.database, .store { --accent: var(--green); }
.cache, .release, .alerts { --accent: var(--orange); }
.search, .logs, .keys, .audit { --accent: var(--purple); }
.outside, .endpoints, .nat, .other { --accent: var(--line); }
.bar { fill: var(--accent, var(--line)); }
path { fill: none; stroke: var(--accent, var(--line)); stroke-width: 1.6; }
path.tip { fill: var(--accent, var(--line)); stroke: none; }
text.port { fill: var(--accent, var(--line)); }
`

// arrow is the length of an arrow's head.
const arrow = 7

// svg writes the scene. The same scene gives the same bytes.
func (s *scene) svg() string {
	var b strings.Builder
	title := html.EscapeString(s.title)
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %[1]g %[2]g" width="%[1]g" height="%[2]g" `+
		`role="img" aria-label="%[3]s">`+"\n<title>%[3]s</title>\n<style>%[4]s</style>\n", s.width, s.height, title, style)
	rect{0, 0, s.width, s.height}.write(&b, "page", 8)
	for _, box := range s.boxes {
		if box.frame {
			box.write(&b, box.class, 5)
		} else {
			box.write(&b, "solid "+box.class, 5)
			rect{box.x, box.y, 4, box.h}.write(&b, "bar "+box.class, 2)
		}
		for _, l := range box.labels {
			l.write(&b)
		}
	}
	for _, l := range s.lines {
		l.write(&b)
	}
	for _, l := range s.labels {
		l.write(&b)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

func (r rect) write(b *strings.Builder, class string, radius float64) {
	fmt.Fprintf(b, `<rect class="%s" x="%g" y="%g" width="%g" height="%g" rx="%g"/>`+"\n",
		class, r.x, r.y, r.w, r.h, radius)
}

func (l label) write(b *strings.Builder) {
	class := l.class
	if l.bold {
		class = strings.TrimSpace(class + " bold")
	}
	fmt.Fprintf(b, `<text x="%g" y="%g" font-size="%g"`, l.x, l.y, l.size)
	if class != "" {
		fmt.Fprintf(b, ` class="%s"`, class)
	}
	if l.hold != "" && l.hold != left {
		fmt.Fprintf(b, ` text-anchor="%s"`, l.hold)
	}
	fmt.Fprintf(b, ">%s</text>\n", html.EscapeString(l.text))
}

func (l line) write(b *strings.Builder) {
	points := append([]point{}, l.points...)
	end, before := points[len(points)-1], points[len(points)-2]
	if l.head { // the line ends where the head begins
		points[len(points)-1] = toward(end, before, arrow-1)
	}
	fmt.Fprintf(b, `<path class="%s" d="`, l.class)
	for i, p := range points {
		command := "L"
		if i == 0 {
			command = "M"
		}
		fmt.Fprintf(b, "%s%g %g", command, p.x, p.y)
	}
	b.WriteString(`"/>` + "\n")
	if l.head {
		base := toward(end, before, arrow)
		across := point{(end.y - base.y) / 2, (end.x - base.x) / 2}
		fmt.Fprintf(b, `<path class="tip %s" d="M%g %gL%g %gL%g %gZ"/>`+"\n",
			l.class, end.x, end.y, base.x+across.x, base.y+across.y, base.x-across.x, base.y-across.y)
	}
}

// toward is the point that lies a distance from one end of a level or upright piece.
func toward(from, to point, distance float64) point {
	switch {
	case to.x > from.x:
		from.x += distance
	case to.x < from.x:
		from.x -= distance
	case to.y > from.y:
		from.y += distance
	default:
		from.y -= distance
	}
	return from
}
