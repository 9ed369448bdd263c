package pack

import (
	"encoding/json"
)

// Accounts are those that a delivery stack delivers to: its configuration names them, and is
// reviewed. They use its images and its state.
func (s Stack) Accounts() []string {
	if s.Config[s.Project+":kind"] != "delivery" {
		return nil
	}
	var accounts []string
	for _, key := range []string{"staging", "production"} {
		var target struct {
			AccountID string `json:"accountId"`
		}
		if err := json.Unmarshal([]byte(s.Config[s.Project+":"+key]), &target); err == nil && target.AccountID != "" {
			accounts = append(accounts, target.AccountID)
		}
	}
	return accounts
}

// EarlierPorts are those on which tasks of a version before still listen, as the configuration
// of the services says. No resource of the stack tells them.
func (s Stack) EarlierPorts() []int {
	var services []struct {
		Previous struct {
			Port int `json:"port"`
		} `json:"previous"`
	}
	if err := json.Unmarshal([]byte(s.Config[s.Project+":services"]), &services); err != nil {
		return nil
	}
	var ports []int
	for _, service := range services {
		if service.Previous.Port != 0 {
			ports = append(ports, service.Previous.Port)
		}
	}
	return ports
}
