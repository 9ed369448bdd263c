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
