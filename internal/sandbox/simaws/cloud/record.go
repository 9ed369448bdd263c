package cloud

import (
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"
)

// Hidden replaces values that the program marked as secret in the cloud.
const Hidden = "[secret]"

// Record is one resource that exists in the cloud. Records that the cloud returns are
// shared and must not be changed; change a [Record.Clone].
type Record struct {
	// Token is the resource's type.
	Token string
	// ID is the id under which Pulumi knows the resource.
	ID string
	// Key identifies the resource among those of its type; usually the id.
	Key string
	// URN is the Pulumi resource that created it; "" if AWS created it by itself.
	URN resource.URN
	// Owner is the record along with which this one was created, such as the VPC of a default
	// security group.
	Owner string
	// Region of the resource.
	Region string
	// Generation is the number of resources that the URN had created before this one, Revision the
	// number of updates of this one.
	Generation, Revision int
	// Inputs holds the current settings, Outputs all properties. Secrets are replaced by [Hidden].
	Inputs, Outputs resource.PropertyMap
}

// name returns the name by which records refer to each other: the key, or the id of a record
// without a key.
func (r *Record) name() string {
	if r.Key == "" {
		return nameOf(r.Token, r.ID)
	}
	return nameOf(r.Token, r.Key)
}

func nameOf(token, key string) string { return token + "|" + key }

// Clone returns a copy whose properties can be set without changing the original.
func (r *Record) Clone() *Record {
	c := *r
	c.Inputs, c.Outputs = r.Inputs.Copy(), r.Outputs.Copy()
	return &c
}

// recordJSON is the form of a record in the journal.
type recordJSON struct {
	Token      string          `json:"type"`
	ID         string          `json:"id"`
	Key        string          `json:"key,omitempty"`
	URN        resource.URN    `json:"urn,omitempty"`
	Owner      string          `json:"owner,omitempty"`
	Region     string          `json:"region,omitempty"`
	Generation int             `json:"generation,omitempty"`
	Revision   int             `json:"revision,omitempty"`
	Inputs     json.RawMessage `json:"inputs"`
	Outputs    json.RawMessage `json:"outputs"`
}

// MarshalJSON writes the record without its secrets.
func (r *Record) MarshalJSON() ([]byte, error) {
	inputs, err := encode(r.Inputs)
	if err != nil {
		return nil, fmt.Errorf("inputs of %s: %w", r.ID, err)
	}
	outputs, err := encode(r.Outputs)
	if err != nil {
		return nil, fmt.Errorf("outputs of %s: %w", r.ID, err)
	}
	return json.Marshal(recordJSON{
		Token: r.Token, ID: r.ID, Key: r.Key, URN: r.URN, Owner: r.Owner, Region: r.Region,
		Generation: r.Generation, Revision: r.Revision, Inputs: inputs, Outputs: outputs,
	})
}

// UnmarshalJSON reads a record.
func (r *Record) UnmarshalJSON(data []byte) error {
	var form recordJSON
	if err := json.Unmarshal(data, &form); err != nil {
		return err
	}
	inputs, err := decode(form.Inputs)
	if err != nil {
		return err
	}
	outputs, err := decode(form.Outputs)
	if err != nil {
		return err
	}
	*r = Record{
		Token: form.Token, ID: form.ID, Key: form.Key, URN: form.URN, Owner: form.Owner, Region: form.Region,
		Generation: form.Generation, Revision: form.Revision, Inputs: inputs, Outputs: outputs,
	}
	return nil
}

// Asset contents are left out: their hash shows whether they changed.
var codec = plugin.MarshalOptions{Label: "cloud", ElideAssetContents: true, SkipNulls: true}

func encode(props resource.PropertyMap) ([]byte, error) {
	form, err := plugin.MarshalProperties(Conceal(props), codec)
	if err != nil {
		return nil, err
	}
	return protojson.Marshal(form)
}

func decode(data []byte) (resource.PropertyMap, error) {
	var form structpb.Struct
	if err := protojson.Unmarshal(data, &form); err != nil {
		return nil, err
	}
	return plugin.UnmarshalProperties(&form, codec)
}

// Conceal replaces every secret in the properties by [Hidden] and drops nulls.
func Conceal(props resource.PropertyMap) resource.PropertyMap {
	concealed := resource.PropertyMap{}
	for name, v := range props {
		if !v.IsNull() {
			concealed[name] = conceal(v)
		}
	}
	return concealed
}

func conceal(v resource.PropertyValue) resource.PropertyValue {
	switch {
	case v.IsSecret(), v.IsOutput() && v.OutputValue().Secret:
		return resource.NewStringProperty(Hidden)
	case v.IsOutput():
		return conceal(v.OutputValue().Element)
	case v.IsObject():
		return resource.NewObjectProperty(Conceal(v.ObjectValue()))
	case v.IsArray():
		elements := make([]resource.PropertyValue, 0, len(v.ArrayValue()))
		for _, e := range v.ArrayValue() {
			elements = append(elements, conceal(e))
		}
		return resource.NewArrayProperty(elements)
	default:
		return v
	}
}
