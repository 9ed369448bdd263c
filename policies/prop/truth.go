package prop

// Truth is an answer that may be missing. In a preview some values are only known after AWS has
// created something, and a value of an unexpected type says nothing at all. If a value names
// something that is not in the stack, the answer is missing for good.
type Truth int

// The four answers. The zero value is [Maybe], so that a forgotten answer never passes.
const (
	Maybe Truth = iota
	No
	Outside
	Yes
)

// Known turns a plain boolean into a [Truth].
func Known(b bool) Truth {
	if b {
		return Yes
	}
	return No
}

// Not turns yes into no and no into yes. A missing answer stays missing.
func (t Truth) Not() Truth {
	switch t {
	case Yes:
		return No
	case No:
		return Yes
	default:
		return t
	}
}

// And is yes only if both are, and no if either is. Otherwise it is outside if either is, since
// it can no longer become yes.
func (t Truth) And(other Truth) Truth {
	if t.hope() < other.hope() {
		return t
	}
	return other
}

// Or is no only if both are, and yes if either is. It is maybe as long as either may still
// become yes.
func (t Truth) Or(other Truth) Truth {
	if t.hope() > other.hope() {
		return t
	}
	return other
}

// hope orders the answers by how close they are to yes.
func (t Truth) hope() int {
	switch t {
	case No:
		return 0
	case Outside:
		return 1
	case Yes:
		return 3
	default:
		return 2
	}
}

// String returns yes, no, maybe or outside.
func (t Truth) String() string {
	switch t {
	case Yes:
		return "yes"
	case No:
		return "no"
	case Outside:
		return "outside"
	default:
		return "maybe"
	}
}
