package pack

import (
	"encoding/json"
)

// Accounts returns the accounts to which a delivery stack delivers: its configuration, which is
// reviewed, names them. They use its images and its state.
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

// EarlierPorts returns the ports on which tasks of an earlier version still listen, by the
// configuration of the services. No resource of the stack has them.
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
