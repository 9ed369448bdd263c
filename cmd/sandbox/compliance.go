package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"aws-webapp/internal/policyargs"
	"aws-webapp/internal/sandbox/engine"
	"aws-webapp/policies/evidence"
	"aws-webapp/policies/pack"
	"aws-webapp/policies/report"
)

// policyConfigFile is the pack's configuration for the stack: what the user names, else the file
// of the stack's name in the pack's folder. The engine works in a folder of its own, so the path
// is absolute.
func (f *flags) policyConfigFile() (string, error) {
	switch f.policyConfig {
	case engine.NoPolicyPack:
		return "", nil
	case "":
		path := f.policyPack
		if !filepath.IsAbs(path) {
			path = filepath.Join(f.root, path)
		}
		file, err := filepath.Abs(policyargs.ConfigFile(path, f.stack))
		if err != nil {
			return "", err
		}
		if _, err := os.Stat(file); err != nil {
			file = "" // no file, no configuration
		}
		if f.cloud == cloudMoto && f.policyPack != engine.NoPolicyPack {
			return f.policyConfigForMoto(file)
		}
		return file, nil
	default:
		if _, err := os.Stat(f.policyConfig); err != nil {
			return "", fmt.Errorf("--policy-pack-config: found no file %s: name one, or %s", f.policyConfig, engine.NoPolicyPack)
		}
		return filepath.Abs(f.policyConfig)
	}
}

// evidenceFile is the file to which the pack writes its verdicts on the stack.
func (f *flags) evidenceFile() string {
	return filepath.Join(f.compliance, "evidence", f.stack+".json")
}

// prepareCompliance makes room for the verdicts, and returns the variable that tells the pack
// where that is. Verdicts of an earlier run are removed: they say nothing about this one.
func (f *flags) prepareCompliance() (map[string]string, error) {
	if f.compliance == "" {
		return nil, nil
	}
	if f.policyPack == engine.NoPolicyPack {
		return nil, fmt.Errorf("--compliance: there are no verdicts without a policy pack: leave --policy-pack %s out",
			engine.NoPolicyPack)
	}
	file, err := filepath.Abs(f.evidenceFile())
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		return nil, fmt.Errorf("--compliance: %w", err)
	}
	if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("--compliance: remove the verdicts of an earlier run: %w", err)
	}
	return map[string]string{pack.EvidenceVariable: file}, nil
}

// reportCompliance writes the report over all verdicts in the folder.
func (f *flags) reportCompliance(out io.Writer) error {
	if f.compliance == "" {
		return nil
	}
	if _, err := os.Stat(f.evidenceFile()); err != nil {
		return errors.New("--compliance: the policy pack left no verdicts: the operation ended before the whole stack " +
			"was judged")
	}
	files, err := filepath.Glob(filepath.Join(f.compliance, "evidence", "*.json"))
	if err != nil {
		return err
	}
	runs, err := evidence.ReadAll(files)
	if err != nil {
		return err
	}
	if err := report.Write(f.compliance, runs); err != nil {
		return err
	}
	if f.json {
		return nil
	}
	return report.Summarize(out, f.compliance, runs)
}
