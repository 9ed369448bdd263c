package prop

import (
	"encoding/json"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// JSON reads a document that is either written as JSON text or as an object. The answer is
// yes if there is a document, no if the text is not JSON or the value is neither, and
// maybe if it is not known yet. An absent value gives an absent document and yes.
func (v Value) JSON() (Value, Truth) {
	switch {
	case v.unknown:
		return v, Maybe
	case !v.present:
		return v, Yes
	case v.raw.IsObject(), v.raw.IsArray():
		return v, Yes
	case v.raw.IsString():
		var decoded any
		if err := json.Unmarshal([]byte(v.raw.StringValue()), &decoded); err != nil {
			return Value{path: v.path, secret: v.secret}, No
		}
		// The content of a document is not a property of the resource, so it is not observed.
		return Value{path: v.path, secret: v.secret}.with(resource.NewPropertyValue(decoded)), Yes
	default:
		return Value{path: v.path, secret: v.secret}, No
	}
}

// GetFold is like Get but ignores the case of the key, as the services do when they read
// documents.
func (v Value) GetFold(key string) Value {
	if v.present && !v.unknown && v.raw.IsObject() {
		object := v.raw.ObjectValue()
		if _, exact := object[resource.PropertyKey(key)]; !exact {
			for k := range object {
				if strings.EqualFold(string(k), key) {
					return v.Get(string(k))
				}
			}
		}
	}
	return v.Get(key)
}
