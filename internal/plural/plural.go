package plural

import "strconv"

// Of returns a number of things: "1 zone", "2 zones". Give the plural where it is not the singular with an s.
func Of(n int, one string, many ...string) string {
	switch {
	case n == 1:
		return "1 " + one
	case len(many) > 0:
		return strconv.Itoa(n) + " " + many[0]
	default:
		return strconv.Itoa(n) + " " + one + "s"
	}
}
