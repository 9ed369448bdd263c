package recording

import (
	"encoding/json"
	"fmt"
	"html"
	"strings"
	"time"
)

// Cast is the recording as an asciicast. Source of the format: https://docs.asciinema.org/manual/asciicast/v2/
func (r *Recording) Cast() string {
	var b strings.Builder
	write := func(value any) {
		encoder := json.NewEncoder(&b)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(value); err != nil { // texts and numbers can be encoded
			panic(err)
		}
	}
	write(struct {
		Version int    `json:"version"`
		Width   int    `json:"width"`
		Height  int    `json:"height"`
		Title   string `json:"title"`
	}{2, Width, Height, r.title})
	for _, s := range r.screens {
		write([]any{s.began.Seconds(), "o", cleared})
		for _, l := range s.lines {
			write([]any{l.at.Seconds(), "o", shown(l.style, l.text)})
		}
	}
	write([]any{r.now.Seconds(), "o", ""})
	return b.String()
}

// Measures of the SVG in pixels. A character of a fixed width takes 0.602 of the font's size at the most (Menlo,
// DejaVu Sans Mono).
const (
	fontSize   = 14.0
	character  = fontSize * 0.602
	lineHeight = 20.0
	padding    = 16.0
)

// colours of the styles on a dark ground, in both modes.
var colours = map[Style]string{
	Plain: "#d1d7e0", Heading: "#ffffff", Told: "#79c0ff", Command: "#7ee787", Bad: "#ffa198", Good: "#7ee787",
}

// SVG is the recording as a picture that moves, over and over. Who asks for less motion sees the screen of the still.
func (r *Recording) SVG(still int) string {
	width, height := Width*character+2*padding, Height*lineHeight+2*padding
	var style, body strings.Builder
	number := 0
	for i, s := range r.screens {
		until := r.now
		if i+1 < len(r.screens) {
			until = r.screens[i+1].began
		}
		for row, l := range s.lines {
			if l.text == "" {
				continue
			}
			number++
			from, to := r.share(l.at), r.share(until)
			fmt.Fprintf(&style, "@keyframes k%d{0%%,%.2f%%{opacity:0}%.2f%%,%.2f%%{opacity:1}%.2f%%,100%%{opacity:0}}\n",
				number, from, from+0.01, to-0.01, to)
			class := ""
			if i == still {
				class = ` class="still"`
			}
			if l.style == Heading {
				class += ` font-weight="bold"`
			}
			fmt.Fprintf(&body, `<text%s style="animation-name:k%d" x="%g" y="%g" fill="%s" xml:space="preserve">%s</text>`+"\n",
				class, number, padding, padding+lineHeight*(float64(row)+0.75), colours[l.style], html.EscapeString(l.text))
		}
	}
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %[1]g %[2]g" width="%[1]g" height="%[2]g" `+
		`role="img" aria-label="%[3]s"><title>%[3]s</title>
<style>
text{font-size:%[4]gpx;font-family:ui-monospace,Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace;
opacity:0;animation:k1 %[5]gs linear infinite}
@media (prefers-reduced-motion:reduce){text{animation:none!important}.still{opacity:1}}
%[6]s</style>
<rect width="%[1]g" height="%[2]g" rx="8" fill="#0d1117"/>
%[7]s</svg>
`, width, height, html.EscapeString(r.title), fontSize, r.now.Seconds(), style.String(), body.String())
}

// share of the whole in percent.
func (r *Recording) share(at time.Duration) float64 {
	return min(99.9, max(0.02, 100*at.Seconds()/r.now.Seconds()))
}
