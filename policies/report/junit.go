package report

import (
	"encoding/xml"
	"fmt"

	"aws-webapp/policies/evidence"
)

type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Skipped  int          `xml:"skipped,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Time     string      `xml:"timestamp,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		Failure *junitMessage `xml:"failure,omitempty"`
		Skipped *junitMessage `xml:"skipped,omitempty"`
		Output  string        `xml:"system-out,omitempty"`
	}
	junitMessage struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// JUnit renders every judgement as a test case, one suite per stack. The class is the control, as every
// other report names it, and the case is the resource. A judgement that fails the preview is a failure,
// one that is waived or not known yet is skipped, and an advisory one passes with its text as output.
func JUnit(runs []evidence.Run) ([]byte, error) {
	all := junitSuites{Name: "policies"}
	for _, run := range runs {
		suite := junitOf(run)
		all.Tests += suite.Tests
		all.Failures += suite.Failures
		all.Skipped += suite.Skipped
		all.Suites = append(all.Suites, suite)
	}
	content, err := xml.MarshalIndent(all, "", "  ")
	return append([]byte(xml.Header), append(content, '\n')...), err
}

func junitOf(run evidence.Run) junitSuite {
	suite := junitSuite{Name: run.Stack, Time: run.Time.Format("2006-01-02T15:04:05"), Tests: len(run.Judgements)}
	for _, j := range run.Judgements {
		c := junitCase{Class: j.Control, Name: nameOf(j.URN)}
		switch StatusOf(j) {
		case Failed:
			suite.Failures++
			c.Failure = &junitMessage{Message: text(j), Text: j.URN}
		case Waived:
			suite.Skipped++
			c.Skipped = &junitMessage{Message: fmt.Sprintf("waived until %s (%s, %s): %s", j.Waiver.Expires, j.Waiver.Owner,
				j.Waiver.Ticket, j.Waiver.Reason)}
		case Unknown:
			suite.Skipped++
			c.Skipped = &junitMessage{Message: text(j)}
		case Warning:
			c.Output = text(j)
		default:
		}
		suite.Cases = append(suite.Cases, c)
	}
	return suite
}
