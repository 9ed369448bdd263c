package moto

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// Observer is the application id of clients that only look at the cloud: their calls are not
// among those of Calls.
const Observer = "sandbox-observer"

// Call is a request that a server was sent, by the names of AWS's published model of its service.
type Call struct {
	// Service and Operation, such as ec2 and CreateVpc. Service is empty where no model has the
	// operation, which is then method and path.
	Service   string `json:"service"`
	Operation string `json:"operation"`
	// Parameters without secrets.
	Parameters map[string]any `json:"parameters"`
	// Faults are what the model does not allow, each as "member: what was sent, what is allowed".
	Faults []string `json:"faults"`
}

// Calls returns the different calls so far, in their order.
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
