package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// rotation is what an event says: which secret has a new value, and since when.
type rotation struct {
	eventID  string
	secretID string // ARN, as both kinds of event give it; a name is understood as well
	at       time.Time
}

// The two kinds of event (see the package documentation).
const (
	serviceEvent = "AWS Service Event via CloudTrail"
	labelEvent   = "Secret Label Updated"
)

// parseEvent reads an EventBridge event. Any other event is an error: it means that the rule is
// not what this function was made for, which somebody should know.
func parseEvent(text json.RawMessage) (*rotation, error) {
	var event struct {
		ID         string    `json:"id"`
		DetailType string    `json:"detail-type"`
		Source     string    `json:"source"`
		Time       time.Time `json:"time"`
		Resources  []string  `json:"resources"`
		Detail     struct {
			EventName           string `json:"eventName"`
			LabelUpdated        string `json:"labelUpdated"`
			AdditionalEventData struct {
				SecretID string `json:"SecretId"`
			} `json:"additionalEventData"`
		} `json:"detail"`
	}
	if err := json.Unmarshal(text, &event); err != nil {
		return nil, fmt.Errorf("event is not of EventBridge: %w", err)
	}

	found := &rotation{eventID: event.ID, at: event.Time}
	switch {
	case event.Source != "aws.secretsmanager":
		return nil, fmt.Errorf("event source: found %q, expected aws.secretsmanager", event.Source)
	case event.DetailType == serviceEvent && event.Detail.EventName == "RotationSucceeded":
		found.secretID = event.Detail.AdditionalEventData.SecretID
	case event.DetailType == labelEvent && event.Detail.LabelUpdated == "AWSCURRENT" && len(event.Resources) == 1:
		found.secretID = event.Resources[0]
	default:
		return nil, fmt.Errorf("event %q of type %q is no successful rotation: the rule has to select RotationSucceeded",
			event.Detail.EventName, event.DetailType)
	}
	if found.secretID == "" || found.at.IsZero() || found.eventID == "" {
		return nil, errors.New("event lacks its id, its time or the id of the secret")
	}
	return found, nil
}

// concerns says whether the secret is one of those given by ARN.
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

// covers says whether a deployment that was created then has started all its tasks after the
// rotation. Events state their time in whole seconds, rounded down.
func (r *rotation) covers(created time.Time) bool {
	return !created.Before(r.at.Add(time.Second))
}
