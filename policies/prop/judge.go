package prop

import (
	"slices"
	"strconv"
	"strings"
)

// IsTrue answers whether the value is true; an absent one is not.
func (v Value) IsTrue() Truth { return v.boolean(No) }

// TrueByDefault answers whether the value is true; an absent one is.
func (v Value) TrueByDefault() Truth { return v.boolean(Yes) }

// IsFalse answers whether the value is false, or absent. It is not the opposite of IsTrue: a
// value that is not a boolean is neither.
func (v Value) IsFalse() Truth { return v.boolean(No).Not() }

func (v Value) boolean(absent Truth) Truth {
	switch {
	case v.unknown:
		return Maybe
	case !v.present:
		return absent
	case v.raw.IsBool():
		return Known(v.raw.BoolValue())
	case v.raw.IsString() && strings.EqualFold(v.raw.StringValue(), "true"):
		return Yes
	case v.raw.IsString() && strings.EqualFold(v.raw.StringValue(), "false"):
		return No
	default:
		return Maybe
	}
}

// IsSet answers whether the value is set. An unknown value is set; an empty string, list or
// object is not.
func (v Value) IsSet() Truth {
	switch {
	case v.unknown:
		return Yes
	case !v.present:
		return No
	case v.raw.IsString():
		return Known(v.raw.StringValue() != "")
	case v.raw.IsArray():
		return Known(len(v.raw.ArrayValue()) > 0)
	case v.raw.IsObject():
		return Known(len(v.raw.ObjectValue()) > 0)
	default:
		return Yes
	}
}

// IsEmpty answers whether the value is missing or empty. It is not the opposite of
// [Value.IsSet]: for an unknown value the answer is maybe.
func (v Value) IsEmpty() Truth {
	if v.unknown {
		return Maybe
	}
	return v.IsSet().Not()
}

// Is answers whether the value is one of the given strings, ignoring case. Numbers and booleans
// are compared by their spelling: parameters are written both ways.
func (v Value) Is(want ...string) Truth {
	switch text, ok := v.spelling(); {
	case ok:
		return Known(slices.ContainsFunc(want, func(w string) bool { return strings.EqualFold(w, text) }))
	case v.Absent():
		return No
	default:
		return Maybe
	}
}

// spelling returns the text of a known string, number or boolean.
func (v Value) spelling() (string, bool) {
	switch {
	case !v.present || v.unknown:
		return "", false
	case v.raw.IsNumber():
		return strconv.FormatFloat(v.raw.NumberValue(), 'f', -1, 64), true
	case v.raw.IsBool():
		return strconv.FormatBool(v.raw.BoolValue()), true
	default:
		return v.Text()
	}
}

// IsOrAbsent is like Is, for a property whose default is as good as the given strings.
func (v Value) IsOrAbsent(want ...string) Truth {
	if v.Absent() {
		return Yes
	}
	return v.Is(want...)
}

// AtLeast answers whether the value is a number of at least low; an absent one is not.
func (v Value) AtLeast(low float64) Truth {
	switch n, ok := v.Number(); {
	case ok:
		return Known(n >= low)
	case v.Absent():
		return No
	default:
		return Maybe
	}
}

// Between answers whether the value is a number from low to high; an absent one is not.
func (v Value) Between(low, high float64) Truth {
	switch n, ok := v.Number(); {
	case ok:
		return Known(n >= low && n <= high)
	case v.Absent():
		return No
	default:
		return Maybe
	}
}

// Has answers whether the list contains one of the given strings, ignoring case.
func (v Value) Has(want ...string) Truth {
	elems, complete := v.List()
	if complete != Yes {
		return Maybe
	}
	answer := No
	for _, elem := range elems {
		answer = answer.Or(elem.Is(want...))
	}
	return answer
}

// Show returns the value for a message: a short known string or number, or a placeholder for
// one that is secret, unknown, long or structured.
func (v Value) Show() string {
	const longest = 80
	switch {
	case v.secret:
		return "[secret]"
	case v.unknown:
		return "[unknown]"
	case !v.present:
		return "nothing"
	case v.raw.IsString() && len(v.raw.StringValue()) <= longest:
		return strings.ToValidUTF8(v.raw.StringValue(), "?")
	case v.raw.IsNumber(), v.raw.IsBool():
		text, _ := v.spelling()
		return text
	default:
		return "[" + v.raw.TypeString() + "]"
	}
}
