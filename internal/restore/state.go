package restore

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/stackstate"
)

// State describes the database in the stack's state.
type State struct {
	// URN of the instance in the stack.
	URN string
	// ID of the resource, which is the instance's DbiResourceId: it stays when the instance is renamed
	// (https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/service/rds/instance.go).
	ID string
	// Identifier is the name that the program gives to the instance.
	Identifier string
	// Region of the instance.
	Region string

	text []byte
}

// ReadState finds the database in what `pulumi stack export` prints. It is an error if the stack has none, or if its
// last update was interrupted.
func ReadState(text []byte) (*State, error) {
	stack, err := stackstate.Read(text)
	if err != nil {
		return nil, err
	}
	if n := len(stack.Pending); n > 0 {
		return nil, fmt.Errorf("the state has %d operations whose end is unknown: call pulumi refresh first", n)
	}
	found := stack.Of(resourcetypes.DBInstance)
	switch {
	case len(found) == 0:
		return nil, errors.New("the stack has no database: call pulumi up first, which makes network, keys and an instance")
	case len(found) > 1:
		return nil, errors.New("the stack has two databases: found no way to tell which one is meant")
	}
	one := found[0]
	name, err := arn.Parse(one.Text("arn"))
	if err != nil {
		return nil, fmt.Errorf("the state's database has the ARN %q: %w", one.Text("arn"), err)
	}
	return &State{URN: one.URN, ID: one.ID, Identifier: one.Text("identifier"), Region: name.Region, text: text}, nil
}

// With returns the state with another instance in the place of the database: its id is in the resource, and among its
// outputs. Nothing else of the text changes.
func (s *State) With(id string) ([]byte, error) {
	old, err := json.Marshal(s.ID)
	if err != nil {
		return nil, err
	}
	now, err := json.Marshal(id)
	if err != nil {
		return nil, err
	}
	text := bytes.ReplaceAll(s.text, old, now)
	changed, err := ReadState(text)
	if err != nil {
		return nil, err
	}
	if changed.ID != id {
		return nil, fmt.Errorf("found no id %s in the state's text", s.ID)
	}
	return text, nil
}
