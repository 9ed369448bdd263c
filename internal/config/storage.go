package config

import "strings"

// Encryption governs the customer managed keys.
type Encryption struct {
	// DeletionWindowDays is the time for which a deleted key can be brought back, 7 to 30. Default 30.
	DeletionWindowDays int `json:"deletionWindowDays" allowed:"7 to 30"`
}

func (e *Encryption) defaults() { e.DeletionWindowDays = 30 }

// Logging governs every CloudWatch log group of the stack.
type Logging struct {
	// RetentionDays is one of the periods that CloudWatch Logs offers. Default 30.
	RetentionDays int `json:"retentionDays" allowed:"1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653"`
	// ServicePrefix is put in front of a service's name to form its log group. Default /ecs. Two
	// stacks in one account and region need different ones.
	ServicePrefix string `json:"servicePrefix" allowed:"<log group prefix>"`
}

func (l *Logging) defaults() {
	*l = Logging{
		RetentionDays: 30,
		ServicePrefix: "/ecs",
	}
}

func (l *Logging) validate(v *validation, at path) {
	// AWS's own services put their log groups there, and create them with their own settings.
	if strings.HasPrefix(l.ServicePrefix, "/aws/") {
		v.add(at.key("servicePrefix"), quote(l.ServicePrefix), "a prefix that does not begin with /aws/",
			"choose one of your own, such as /ecs")
	}
}

// Storage governs the S3 buckets. Periods end at ten years.
type Storage struct {
	// ForceDestroy makes destroy empty the buckets. Never allowed in prod. Default false.
	ForceDestroy bool `json:"forceDestroy"`
	// NoncurrentVersionDays is the time for which a replaced or deleted object can be brought
	// back, 1 to 3650. Default 30.
	NoncurrentVersionDays int `json:"noncurrentVersionDays" allowed:"1 to 3650"`
	// InfrequentAccessDays after which application objects move to Standard-IA, 30 to
	// 3650, 0 for never. Default 90.
	InfrequentAccessDays int `json:"infrequentAccessDays" allowed:"0, 30 to 3650"`
	// AccessLogDays is the time for which access logs are kept, 1 to 3650. Default 365.
	AccessLogDays int `json:"accessLogDays" allowed:"1 to 3650"`
	// ArtifactDays is the time for which build artifacts are kept, 1 to 3650. Default 30.
	ArtifactDays int `json:"artifactDays" allowed:"1 to 3650"`
}

func (s *Storage) defaults() {
	*s = Storage{
		NoncurrentVersionDays: 30,
		InfrequentAccessDays:  90,
		AccessLogDays:         365,
		ArtifactDays:          30,
	}
}

func (s *Storage) validate(v *validation, at path) {
	v.inProd(s.ForceDestroy, at.key("forceDestroy"),
		"true", "false in prod", "set false, so that destroy leaves the objects alone")
}
