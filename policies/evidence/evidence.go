package evidence

import (
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// Run is one stack, judged once.
type Run struct {
	// Project and Stack that was judged.
	Project string `json:"project"`
	Stack   string `json:"stack"`
	// Environment whose levels applied; empty if it was not known.
	Environment string `json:"environment"`
	// Preview says that nothing was deployed.
	Preview bool `json:"preview"`
	// PackVersion that judged.
	PackVersion string `json:"packVersion"`
	// Time of the run.
	Time time.Time `json:"time"`
	// Controls of the pack, in the order of the documentation.
	Controls []Control `json:"controls"`
	// Judgements in the order of the controls, then of the URNs.
	Judgements []Judgement `json:"judgements"`
	// Waivers that are in force.
	Waivers []Waiver `json:"waivers"`
}

// Control is one row of the table as it applied in the run.
type Control struct {
	// Name, Subject, Title, Risk and Fix as documented.
	Name    string `json:"name"`
	Subject string `json:"subject"`
	Title   string `json:"title"`
	Risk    string `json:"risk"`
	Fix     string `json:"fix"`
	// URL of the documentation.
	URL string `json:"url"`
	// Severity is low, medium, high or critical.
	Severity string `json:"severity"`
	// Level in force: disabled, advisory, mandatory or remediate.
	Level string `json:"level"`
	// Scope is resource or stack.
	Scope string `json:"scope"`
	// Frameworks holds the control's ids by framework.
	Frameworks map[string][]string `json:"frameworks"`
	// Extents says for which ids the control judges only a part, or more than they mean: "part" or
	// "stricter", by id. The others mean the same as the control.
	Extents map[string]string `json:"extents,omitempty"`
	// Beyond says what else the ids mean of which the control judges only a part.
	Beyond string `json:"beyond,omitempty"`
	// Judged counts the resources that the control looked at, including those to which it does not
	// apply.
	Judged int `json:"judged"`
}

// Judgement is one control's verdict on one resource.
type Judgement struct {
	// Control is the control's name.
	Control string `json:"control"`
	// URN and Type of the resource; empty for the stack as a whole.
	URN  string `json:"urn"`
	Type string `json:"type"`
	// Verdict is pass, unknown, outside or fail.
	Verdict string `json:"verdict"`
	// Level at which it was reported; disabled for one that was not.
	Level string `json:"level"`
	// Reasons lists the problems or doubts.
	Reasons []string `json:"reasons,omitempty"`
	// Waiver that covers a failure.
	Waiver *Waiver `json:"waiver,omitempty"`
}

// Waiver is one accepted violation.
type Waiver struct {
	// Control, Resource, Reason, Owner, Ticket and Expires as in the waivers file.
	Control  string `json:"control"`
	Resource string `json:"resource"`
	Reason   string `json:"reason"`
	Owner    string `json:"owner"`
	Ticket   string `json:"ticket"`
	Expires  string `json:"expires"`
	// Used says that it covered a violation in the run.
	Used bool `json:"used"`
}

// Write writes a run to a file.
func (r Run) Write(file string) error {
	content, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("write the evidence: %w", err)
	}
	if err := os.WriteFile(file, append(content, '\n'), 0o600); err != nil {
		return fmt.Errorf("write the evidence: %w", err)
	}
	return nil
}

// ReadAll reads the runs in several files.
func ReadAll(files []string) ([]Run, error) {
	runs := make([]Run, 0, len(files))
	for _, file := range files {
		r, err := Read(file)
		if err != nil {
			return nil, err
		}
		runs = append(runs, r)
	}
	return runs, nil
}

// Read reads a run from a file.
func Read(file string) (Run, error) {
	var r Run
	content, err := os.ReadFile(file) //nolint:gosec // the caller names the file
	if err != nil {
		return r, fmt.Errorf("read the evidence: %w", err)
	}
	if err := json.Unmarshal(content, &r); err != nil {
		return r, fmt.Errorf("read the evidence %s: %w", file, err)
	}
	return r, nil
}
