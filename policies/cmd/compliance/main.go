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
	runs, err := evidence.ReadAll(flags.Args())
	if err != nil {
		return err
	}
	if err := report.Write(*dir, runs); err != nil {
		return err
	}
	if err := report.Summarize(out, *dir, runs); err != nil {
		return err
	}
	if !report.Compliant(runs) {
		return errNotCompliant
	}
	return nil
}
