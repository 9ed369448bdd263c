package prop

// Truth is an answer that may be missing: at preview a value can be known only after
// AWS has created something, and a value of an unexpected type says nothing at all.
type Truth int

// The three answers. The zero value is [Maybe], so that a forgotten answer never passes.
const (
	Maybe Truth = iota
	No
	Yes
)

// Known turns a plain boolean into a [Truth].
func Known(b bool) Truth {
	if b {
		return Yes
	}
	return No
}

// Not turns yes into no and leaves maybe.
func (t Truth) Not() Truth {
	switch t {
	case Yes:
		return No
	case No:
		return Yes
	default:
		return Maybe
	}
}

// And is yes only if both are, and no as soon as one is.
func (t Truth) And(other Truth) Truth {
	switch {
	case t == No || other == No:
		return No
	case t == Yes && other == Yes:
		return Yes
	default:
		return Maybe
	}
}

// Or is no only if both are, and yes as soon as one is.
func (t Truth) Or(other Truth) Truth {
	return t.Not().And(other.Not()).Not()
}

// String is yes, no or maybe.
func (t Truth) String() string {
	switch t {
	case Yes:
		return "yes"
	case No:
		return "no"
	default:
		return "maybe"
	}
}
