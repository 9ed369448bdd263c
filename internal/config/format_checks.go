package config

import (
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// reasons explain what is wrong with a string, for formats that are more than a pattern.
var reasons = map[string]func(string) string{
	"schedule expression": whyNoSchedule,
	"region":              whyNoRegion,
}

const (
	clock   = `([01][0-9]|2[0-3]):[0-5][0-9]`
	weekday = `(mon|tue|wed|thu|fri|sat|sun)`
)

// isSubjectPrefix reports whether a string is the beginning of a subject with ids. See
// [GitHub.SubjectPrefix].
func isSubjectPrefix(text string) bool {
	return regexp.MustCompile(`^repo:[A-Za-z0-9-]{1,39}[@-]\d{1,20}/[A-Za-z0-9._-]{1,100}[@-]\d{1,20}$`).MatchString(text)
}

func isEndpointURL(text string) bool {
	address, err := url.Parse(text)
	return err == nil && (address.Scheme == "http" || address.Scheme == "https") && address.Host != "" &&
		address.User == nil
}

// isBlock requires the block's first address: otherwise AWS would store another string than the
// configured one.
func isBlock(text string) bool {
	block, err := netip.ParsePrefix(text)
	return err == nil && block.Addr().Is4() && block == block.Masked()
}

func isVPCBlock(text string) bool {
	block, err := netip.ParsePrefix(text)
	if err != nil || !isBlock(text) || block.Bits() < 16 || block.Bits() > 24 {
		return false
	}
	first := block.Addr()
	return !first.IsLoopback() && !first.IsLinkLocalUnicast() && !first.IsMulticast() && first.As4()[0] != 0 &&
		first.As4()[0] < 240
}

var domainPattern = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$`)

func isDomain(name string) bool { return len(name) <= 253 && domainPattern.MatchString(name) }

var hostPattern = regexp.MustCompile(`^[A-Za-z0-9*?._-]*\.[A-Za-z]+$`)

func isHostPattern(text string) bool { return len(text) <= 128 && hostPattern.MatchString(text) }

// isMatcher accepts codes as target groups with HTTP do: 200, 200,202 or 200-299.
func isMatcher(text string) bool { return areCodes(text, 200, 499) }

// areCodes reports whether a text lists codes and ranges of codes within bounds.
func areCodes(text string, lowest, highest int) bool {
	for _, part := range strings.Split(text, ",") {
		from, to, isRange := strings.Cut(part, "-")
		if !isRange {
			to = from
		}
		first, err := strconv.Atoi(from)
		last, failed := strconv.Atoi(to)
		if err != nil || failed != nil || strconv.Itoa(first) != from || strconv.Itoa(last) != to ||
			first > last || first < lowest || last > highest {
			return false
		}
	}
	return true
}

func isTimezone(name string) bool {
	if name == "" || name == "Local" {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}

// isEndpoint checks what all subscriptions have in common; the protocol adds more rules.
func isEndpoint(text string) bool {
	return len(text) <= 2048 && text != "" && !strings.ContainsFunc(text, unicode.IsSpace)
}
