package restore

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"aws-webapp/internal/awsdata/resourcetypes"
)

// State is what `pulumi stack export` has of the database.
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

type export struct {
	Deployment struct {
		Pending   []json.RawMessage `json:"pending_operations"`
		Resources []struct {
			URN     string `json:"urn"`
			Type    string `json:"type"`
			ID      string `json:"id"`
			Outputs struct {
				ARN        string `json:"arn"`
				Identifier string `json:"identifier"`
			} `json:"outputs"`
		} `json:"resources"`
	} `json:"deployment"`
}

// ReadState finds the database in what `pulumi stack export` prints. It is an error if the stack has none, or if its
// last update was interrupted.
func ReadState(text []byte) (*State, error) {
	var e export
	if err := json.Unmarshal(text, &e); err != nil {
		return nil, fmt.Errorf("found no JSON of pulumi stack export: %w", err)
	}
	if n := len(e.Deployment.Pending); n > 0 {
		return nil, fmt.Errorf("the state has %d operations whose end is unknown: call pulumi refresh first", n)
	}
	var found *State
	for _, one := range e.Deployment.Resources {
		if one.Type != resourcetypes.DBInstance {
			continue
		}
		if found != nil {
			return nil, errors.New("the stack has two databases: found no way to tell which one is meant")
		}
		name, err := arn.Parse(one.Outputs.ARN)
		if err != nil {
			return nil, fmt.Errorf("the state's database has the ARN %q: %w", one.Outputs.ARN, err)
		}
		found = &State{URN: one.URN, ID: one.ID, Identifier: one.Outputs.Identifier, Region: name.Region, text: text}
	}
	if found == nil {
		return nil, errors.New("the stack has no database: call pulumi up first, which makes network, keys and an instance")
	}
	return found, nil
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
