package moto

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// Observer is the application id of clients that only look at the cloud: Calls leaves their
// calls out.
const Observer = "sandbox-observer"

// Call is a request to a server, named as in AWS's published model of the service.
type Call struct {
	// Service and Operation, such as ec2 and CreateVpc. Service is empty if no model has the
	// operation; Operation is then method and path.
	Service   string `json:"service"`
	Operation string `json:"operation"`
	// Parameters without secrets.
	Parameters map[string]any `json:"parameters"`
	// Faults lists what the model does not allow, each as "member: what was sent, what is
	// allowed".
	Faults []string `json:"faults"`
}

// Calls returns the distinct calls so far, in their order.
func (s *Server) Calls(ctx context.Context) ([]Call, error) {
	answer, err := s.ask(ctx, http.MethodGet, "/moto-api/sandbox/calls")
	if err != nil {
		return nil, fmt.Errorf("moto: read its calls: %w", err)
	}
	var calls []Call
	if err := json.Unmarshal([]byte(answer), &calls); err != nil {
		return nil, fmt.Errorf("moto: read its calls: %w", err)
	}
	return calls, nil
}
