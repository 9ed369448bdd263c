package risk

import (
	"fmt"
	"strings"
)

// Level of a risk.
type Level int

// The levels. Critical loses data or opens something to the world that must stay closed. High widens access
// or permissions, or lets a bad version reach everybody. Medium interrupts, leaves less room, or widens
// something new. Low is any other change, and anything that is not known yet. None is no change.
const (
	None Level = iota
	Low
	Medium
	High
	Critical
)

var levelNames = []string{"none", "low", "medium", "high", "critical"}

// String returns the level's name in lower case.
func (l Level) String() string { return levelNames[l] }

// MarshalText writes the name, for JSON.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads the name.
func (l *Level) UnmarshalText(text []byte) (err error) {
	*l, err = ParseLevel(string(text))
	return err
}

// ParseLevel reads a level's name.
func ParseLevel(name string) (Level, error) {
	for i, known := range levelNames {
		if name == known {
			return Level(i), nil
		}
	}
	return None, fmt.Errorf("found the risk level %q, allowed are %s", name, strings.Join(levelNames, ", "))
}

// Class of a change.
type Class string

// The classes in the order in which they are shown: those that a reviewer looks at first come
// first.
const (
	DataLoss       Class = "data-loss"
	Containers     Class = "containers"
	SecurityGroups Class = "security-groups"
	Permissions    Class = "permissions"
	Exposure       Class = "exposure"
	Release        Class = "release-safety"
	Interruption   Class = "interruption"
	Protection     Class = "protection"
	Unknown        Class = "unknown"
	Replacement    Class = "replacement"
	Deletion       Class = "deletion"
	Modification   Class = "update"
	Creation       Class = "create"
)

// Classes lists all classes in order.
var Classes = []Class{
	DataLoss, Containers, SecurityGroups, Permissions, Exposure, Release, Interruption, Protection, Unknown, Replacement,
	Deletion, Modification, Creation,
}

// Title of the class, for people.
func (c Class) Title() string { return classTitles[c] }

var classTitles = map[Class]string{
	DataLoss:       "Stateful resources replaced or deleted",
	Containers:     "What the containers run",
	SecurityGroups: "Security groups opened",
	Permissions:    "Permissions widened",
	Exposure:       "Exposed to the public",
	Release:        "Release safety lowered",
	Interruption:   "Interrupted",
	Protection:     "Protection weakened",
	Unknown:        "Known only after the deployment",
	Replacement:    "Replaced",
	Deletion:       "Deleted",
	Modification:   "Updated",
	Creation:       "Created",
}

// Finding is one reason why a change is risky.
type Finding struct {
	// Class and Level of the risk.
	Class Class `json:"class"`
	Level Level `json:"level"`
	// Message says what happens and what that means.
	Message string `json:"message"`
	// Unknown says that the finding is about a value that is secret, or known only after the deployment. A value
	// that is only not known yet is low: it may be unchanged.
	Unknown bool `json:"unknown,omitempty"`
}
