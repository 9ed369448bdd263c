package risk

import (
	"net/netip"
	"slices"
)

// covers reports whether rules together let through everything that one rule does.
func covers(rules []groupRule, wanted groupRule) bool {
	if len(wanted.unknown) > 0 {
		return false
	}
	var open []span
	var narrower bool
	for _, r := range rules {
		if len(r.unknown) > 0 || r.ingress != wanted.ingress || r.protocol != "-1" && r.protocol != wanted.protocol {
			continue
		}
		switch {
		case !wanted.block.IsValid():
			if r.peer == wanted.peer {
				open = append(open, r.ports)
			}
		case r.block.IsValid() && r.block.Bits() <= wanted.block.Bits() && r.block.Contains(wanted.block.Addr()):
			open = append(open, r.ports)
		case r.block.IsValid() && wanted.block.Contains(r.block.Addr()):
			narrower = true
		}
	}
	if spans(open, wanted.ports) {
		return true
	}
	if !narrower {
		return false
	}
	// Several smaller blocks may cover it together: both halves have to be covered.
	lower, upper := wanted, wanted
	lower.block, upper.block = halves(wanted.block)
	return covers(rules, lower) && covers(rules, upper)
}

// halves splits a block in two.
func halves(block netip.Prefix) (lower, upper netip.Prefix) {
	bits := block.Bits()
	address := block.Addr().AsSlice()
	address[bits/8] |= 0x80 >> (bits % 8)
	high, _ := netip.AddrFromSlice(address)
	return netip.PrefixFrom(block.Addr(), bits+1), netip.PrefixFrom(high, bits+1)
}

// spans reports whether ranges together contain a range.
func spans(ranges []span, wanted span) bool {
	slices.SortFunc(ranges, func(a, b span) int { return a.from - b.from })
	next := wanted.from
	for _, r := range ranges {
		if r.from > next || next > wanted.to {
			break
		}
		next = max(next, r.to+1)
	}
	return next > wanted.to
}
