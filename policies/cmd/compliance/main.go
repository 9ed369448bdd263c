// Command compliance writes the compliance report from the evidence that the policy pack
// left behind:
//
//	compliance -out reports prod.json staging.json
//
// The pack leaves evidence where the environment variable AWS_WEBAPP_POLICY_EVIDENCE names a
// file. The command ends with 1 if a mandatory control has failed, and with 2 if it was
// called wrongly.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"aws-webapp/policies/evidence"
	"aws-webapp/policies/report"
)

var (
	errUsage        = errors.New("name the evidence files: compliance -out reports prod.json staging.json")
	errNotCompliant = errors.New("mandatory controls have failed")
)

func main() {
	switch err := run(os.Args[1:], os.Stdout); {
	case err == nil:
	case errors.Is(err, errNotCompliant):
		fmt.Fprintln(os.Stderr, "compliance:", err)
		os.Exit(1)
	default:
		fmt.Fprintln(os.Stderr, "compliance:", err)
		os.Exit(2)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("compliance", flag.ContinueOnError)
	dir := flags.String("out", "compliance", "folder for the reports")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() == 0 {
		return errUsage
	}
	var runs []evidence.Run
	for _, file := range flags.Args() {
		r, err := evidence.Read(file)
		if err != nil {
			return err
		}
		runs = append(runs, r)
	}
	if err := report.Write(*dir, runs); err != nil {
		return err
	}
	return summarize(out, *dir, runs)
}

func summarize(out io.Writer, dir string, runs []evidence.Run) error {
	for _, r := range runs {
		counts := report.Summary(r)
		statuses := []report.Status{report.Failed, report.Warning, report.Waived, report.Unknown, report.Passed}
		line := r.Stack + ":"
		for _, s := range statuses {
			line += fmt.Sprintf(" %d %s", counts[s], s)
		}
		if _, err := fmt.Fprintln(out, line); err != nil {
			return err
		}
	}
	if _, err := fmt.Fprintln(out, filepath.Join(dir, report.HTMLFile)); err != nil {
		return err
	}
	if !report.Compliant(runs) {
		return errNotCompliant
	}
	return nil
}
