package rotation

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// rotation is the content of an event: the secret that has a new value, and since when.
type rotation struct {
	eventID  string
	secretID string // ARN; a name is understood as well
	at       time.Time
}

// parseEvent reads the EventBridge event "Secret Label Updated", with which Secrets Manager reports that AWSCURRENT
// has moved to a new value
// (https://docs.aws.amazon.com/secretsmanager/latest/userguide/event-detail-secret-label-updated-secretsmanager.html).
// Any other event is an error: it means that the rule does not match this function, which somebody should know.
func parseEvent(text json.RawMessage) (*rotation, error) {
	var event struct {
		ID         string    `json:"id"`
		DetailType string    `json:"detail-type"`
		Source     string    `json:"source"`
		Time       time.Time `json:"time"`
		Resources  []string  `json:"resources"`
		Detail     struct {
			LabelUpdated string `json:"labelUpdated"`
		} `json:"detail"`
	}
	if err := json.Unmarshal(text, &event); err != nil {
		return nil, fmt.Errorf("event is not of EventBridge: %w", err)
	}
	switch {
	case event.Source != "aws.secretsmanager":
		return nil, fmt.Errorf("event source: found %q, expected aws.secretsmanager", event.Source)
	case event.DetailType != "Secret Label Updated" || event.Detail.LabelUpdated != "AWSCURRENT":
		return nil, fmt.Errorf("event of type %q with label %q does not announce a new password: the rule has to select "+
			"Secret Label Updated with AWSCURRENT", event.DetailType, event.Detail.LabelUpdated)
	case event.ID == "" || event.Time.IsZero() || len(event.Resources) != 1:
		return nil, errors.New("event lacks its id, its time or the ARN of the secret")
	}
	return &rotation{eventID: event.ID, secretID: event.Resources[0], at: event.Time}, nil
}

// concerns reports whether the secret is one of those given by ARN.
func (r *rotation) concerns(arns []string) bool {
	for _, arn := range arns {
		if r.secretID == arn || r.secretID == nameOf(arn) {
			return true
		}
	}
	return false
}

// nameOf takes a secret's name out of its ARN, which ends in a hyphen and six random characters.
func nameOf(arn string) string {
	_, name, _ := strings.Cut(arn, ":secret:")
	const suffix = len("-AbCdEf")
	if len(name) <= suffix {
		return arn
	}
	return name[:len(name)-suffix]
}
