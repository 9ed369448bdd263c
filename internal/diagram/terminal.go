package diagram

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// terminalWidth is that of a terminal that nobody made wider.
const terminalWidth = 80

// Text draws a stack as [SVG] does, for a terminal of 80 columns: a frame for each tier, what is in it, whom it talks
// to on which ports, and below that what the account has. It fails for a stack without a network.
func Text(resources, delivery []apitype.ResourceV3) (string, error) {
	s := read(resources)
	n, err := s.network()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s · %s · %d zones · %s\n", s.name, s.region(), len(n.zones), n.block)
	if len(n.clients) > 0 {
		fmt.Fprintf(&b, "clients → load balancer: %s\n", ports(n.clients))
	}
	for number, tier := range n.tiers {
		title := fmt.Sprintf("─ %s tier · %s ", tier.title, tier.exit)
		fmt.Fprintf(&b, "┌%s%s┐\n", title, strings.Repeat("─", terminalWidth-2-utf8.RuneCountInString(title)))
		for _, p := range n.inTier(number) {
			for _, line := range terminalLines(p.title, strings.Join(p.details, ", ")) {
				framed(&b, line)
			}
			if calls := n.calls(p); calls != "" {
				for _, line := range terminalLines("", "→ "+calls) {
					framed(&b, line)
				}
			}
		}
		fmt.Fprintf(&b, "└%s┘\n", strings.Repeat("─", terminalWidth-2))
	}
	cards := s.cards()
	if names := stages(delivery); len(names) > 0 {
		cards = append(cards, card{title: "Pipeline", details: []string{strings.Join(names, " → ")}})
	}
	for _, c := range cards {
		for _, line := range terminalLines(c.title, strings.Join(c.details, ", ")) {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
		}
	}
	return b.String(), nil
}

// inTier lists the parts of a tier from the one that clients reach on.
func (n *network) inTier(number int) []*part {
	var found []*part
	for _, p := range n.parts {
		if p.tier == number {
			found = append(found, p)
		}
	}
	slices.SortStableFunc(found, func(a, b *part) int { return a.rank - b.rank })
	return found
}

// calls lists what a part talks to, with the ports.
func (n *network) calls(from *part) string {
	var found []string
	for _, f := range n.flows {
		if f.from == from {
			found = append(found, fmt.Sprintf("%s: %s", f.to.title, ports(f.ports)))
		}
	}
	return strings.Join(found, "; ")
}

func framed(b *strings.Builder, line string) {
	fmt.Fprintf(b, "│ %s%s │\n", line, strings.Repeat(" ", terminalWidth-4-utf8.RuneCountInString(line)))
}

// terminalLines are a title and, in a column beside it, a text that is broken between words.
func terminalLines(title, text string) []string {
	const column, width = 22, terminalWidth - 4 - 22
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			lines = append(lines, line)
			line = ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	lines = append(lines, line)
	for i := range lines {
		lines[i] = title + strings.Repeat(" ", max(1, column-utf8.RuneCountInString(title))) + lines[i]
		title = ""
	}
	return lines
}
