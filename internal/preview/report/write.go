package report

import (
	"fmt"
	"os"
	"path/filepath"
)

// Write writes a report in all its forms into a folder, which it makes: report.md, report.json and report.sarif.
func Write(folder string, r *Report) error {
	asJSON, err := JSON(r)
	if err != nil {
		return err
	}
	sarif, err := SARIF(r)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return fmt.Errorf("make the folder for the reports: %w", err)
	}
	for name, content := range map[string][]byte{
		"report.md": []byte(Markdown(r)), "report.json": asJSON, "report.sarif": sarif,
	} {
		err := os.WriteFile(filepath.Join(folder, name), content, 0o644) //nolint:gosec // others read reports
		if err != nil {
			return fmt.Errorf("write the report: %w", err)
		}
	}
	return nil
}
