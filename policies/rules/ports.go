package rules

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"aws-webapp/policies/prop"
)

// span is the protocol and port range of a rule.
type span struct {
	protocol string
	from, to int
	// known is false if part of it is not known; then it cannot be judged.
	known bool
	// secret says that part of it is marked secret and must not be shown.
	secret bool
}

const lastPort = 65535

// spanOf reads a range. AWS treats missing ports as all ports.
func spanOf(protocol, from, to prop.Value) span {
	name, ok := protocol.Text()
	if !ok {
		n, isNumber := protocol.Int()
		if !isNumber {
			return span{}
		}
		name = strconv.Itoa(n)
	}
	s := span{
		protocol: protocolName(name), to: lastPort, known: true,
		secret: protocol.Secret() || from.Secret() || to.Secret(),
	}
	if s.protocol == "all" {
		return s
	}
	// -1 counts as every port for TCP and UDP, too: the range cannot be wider than that.
	if low, ok := from.Int(); ok && low < 0 && s.ported() {
		return s
	}
	for _, end := range []struct {
		value prop.Value
		port  *int
	}{{from, &s.from}, {to, &s.to}} {
		if end.value.Absent() {
			continue
		}
		n, isNumber := end.value.Int()
		if !isNumber {
			return span{}
		}
		*end.port = n
	}
	return s
}

func protocolName(name string) string {
	switch strings.ToLower(name) {
	case "-1", "all":
		return "all"
	case "6", "tcp":
		return "tcp"
	case "17", "udp":
		return "udp"
	case "1", "icmp", "58", "icmpv6":
		return "icmp"
	default:
		return strings.ToLower(name)
	}
}

// everyProtocol answers whether the range is not limited to a protocol.
func (s span) everyProtocol() prop.Truth {
	if !s.known {
		return prop.Maybe
	}
	return prop.Known(s.protocol == "all")
}

// everyPort answers whether the range has all ports.
func (s span) everyPort() prop.Truth {
	if !s.known {
		return prop.Maybe
	}
	return prop.Known(s.protocol == "all" || s.ported() && s.from <= 1 && s.to >= lastPort)
}

func (s span) ported() bool { return s.protocol == "tcp" || s.protocol == "udp" || s.protocol == "all" }

// hasAny answers whether the range has one of the ports.
func (s span) hasAny(ports []int) prop.Truth {
	if !s.known {
		return prop.Maybe
	}
	return prop.Known(s.ported() && slices.ContainsFunc(ports, func(p int) bool { return s.from <= p && p <= s.to }))
}

// onlyFrom answers whether the range has no other ports than the given ones.
func (s span) onlyFrom(protocol string, ports []int) prop.Truth {
	if !s.known {
		return prop.Maybe
	}
	if s.protocol != protocol {
		return prop.No
	}
	for port := s.from; port <= s.to; port++ {
		if !slices.Contains(ports, port) {
			return prop.No
		}
	}
	return prop.Yes
}

// String formats the range for a message.
func (s span) String() string {
	switch {
	case !s.known:
		return "ports that are not known yet"
	case s.secret:
		return "ports that are marked secret"
	case s.protocol == "all":
		return "all protocols"
	case s.from == s.to:
		return s.protocol + " " + strconv.Itoa(s.from)
	default:
		return s.protocol + " " + strconv.Itoa(s.from) + "-" + strconv.Itoa(s.to)
	}
}

// Prefixes shorter than these count as the whole internet: half of it is no better than all.
const (
	worldIPv4Bits = 8
	worldIPv6Bits = 16
)

// anywhere answers whether an address block, or one of a list of them, is the whole internet.
func anywhere(v prop.Value) prop.Truth {
	elems, complete := v.List()
	if complete != prop.Yes {
		return prop.Maybe
	}
	answer := prop.No
	for _, elem := range elems {
		answer = answer.Or(worldBlock(elem))
	}
	return answer
}

func worldBlock(v prop.Value) prop.Truth {
	text, ok := v.Text()
	if !ok {
		if v.Absent() {
			return prop.No
		}
		return prop.Maybe
	}
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		return prop.Maybe
	}
	if prefix.Addr().Is4() {
		return prop.Known(prefix.Bits() < worldIPv4Bits)
	}
	return prop.Known(prefix.Bits() < worldIPv6Bits)
}
