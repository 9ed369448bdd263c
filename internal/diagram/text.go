package diagram

import "strings"

// widths of characters in parts of the font's size. They are those of DejaVu Sans, rounded up: it is wider than the
// Helvetica, Arial or Liberation Sans that the picture asks for, so that text fits whatever the reader has.
var widths = func() map[rune]float64 {
	found := map[rune]float64{}
	for width, characters := range map[float64]string{
		0.35: " ',./:;IJ\\ijl|·", 0.4: "()-[]ft", 0.5: "!\"*_`r–", 0.6: "?FLcksvxyz",
		0.65: "$0123456789EPSTYabdeghnopqu{}", 0.7: "ABCKRVXZ", 0.8: "&DGHNOQU", 0.9: "#+<=>M^w~→×", 1: "%@Wm",
	} {
		for _, character := range characters {
			found[character] = width
		}
	}
	return found
}()

// Bold letters are up to a quarter wider.
const boldFactor = 1.12

// textWidth is the most that a text takes.
func textWidth(text string, size float64, bold bool) float64 {
	total := 0.0
	for _, character := range text {
		width, known := widths[character]
		if !known {
			width = 1
		}
		total += width
	}
	if bold {
		total *= boldFactor
	}
	return total * size
}

// wrap breaks a text into lines of a width. A word that is too long for a line is cut.
func wrap(text string, size, width float64) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if longer := strings.TrimSpace(line + " " + word); textWidth(longer, size, false) <= width {
			line = longer
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		line = cut(word, size, width, false)
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// cut shortens a text to a width.
func cut(text string, size, width float64, bold bool) string {
	if textWidth(text, size, bold) <= width {
		return text
	}
	runes := []rune(text)
	for len(runes) > 0 && textWidth(string(runes)+"…", size, bold) > width {
		runes = runes[:len(runes)-1]
	}
	return strings.TrimRight(string(runes), " -.") + "…"
}

// fold breaks a name that is too long for a line in two, after a hyphen or space if it has one.
func fold(name string, size, width float64) []string {
	if textWidth(name, size, true) <= width {
		return []string{name}
	}
	for at := len(name) - 1; at > 0; at-- {
		if (name[at-1] == '-' || name[at-1] == ' ') && textWidth(name[:at], size, true) <= width {
			return []string{strings.TrimRight(name[:at], " "), cut(name[at:], size, width, true)}
		}
	}
	return []string{cut(name, size, width, true)}
}
