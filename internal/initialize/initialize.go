package initialize

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"aws-webapp/internal/config"
)

const projectFile = "Pulumi.yaml"

// renamed are the documents and configurations beside the stack files that name the project.
var renamed = []string{"docs/delivery.md", "policies/waivers.yaml"}

// Files returns the new content of the files below root that the answers change, by their path from there. The answers
// have to be complete. The error names every key of a stack file that the program would refuse.
func Files(root string, a *Answers) (map[string][]byte, error) {
	w := &writer{root: root, answers: a, files: map[string][]byte{}}
	project, err := w.read(projectFile)
	if err != nil {
		return nil, err
	}
	if at := find(project.root.Content[0], "name"); at >= 0 {
		w.from = project.root.Content[0].Content[at].Value
	}
	if err := w.write(); err != nil {
		return nil, err
	}
	return w.files, w.check()
}

// writer collects the files.
type writer struct {
	root    string
	from    string
	answers *Answers
	files   map[string][]byte
}

func (w *writer) read(file string) (*document, error) {
	content, err := os.ReadFile(filepath.Join(w.root, file)) //nolint:gosec // a file of the project
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	d, err := parse(content)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	return d, nil
}

// edit is a value and the key that gets it. The first part of the key is without the project.
type edit struct {
	value any
	path  string
}

func (w *writer) write() error {
	stacks, err := filepath.Glob(filepath.Join(w.root, "Pulumi.*.yaml"))
	if err != nil {
		return err
	}
	type changes struct {
		edits []edit
		gone  []string
	}
	files := map[string]changes{projectFile: {edits: []edit{{w.answers.Project, ""}}}}
	for _, file := range stacks { // those that nobody is asked about get the project's new name alone
		files[filepath.Base(file)] = changes{}
	}
	for _, e := range w.answers.environments() {
		edits, gone := w.answers.workload(e)
		files["Pulumi."+e.stack+".yaml"] = changes{edits, gone}
	}
	edits, gone := w.answers.delivery()
	files["Pulumi.delivery.yaml"] = changes{edits, gone}
	for _, file := range slices.Sorted(maps.Keys(files)) {
		if err := w.change(file, files[file].edits, files[file].gone); err != nil {
			return err
		}
	}
	for _, file := range renamed {
		content, err := os.ReadFile(filepath.Join(w.root, file)) //nolint:gosec // a file of the project
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		text := strings.NewReplacer(w.from+"-delivery", w.answers.Project+"-delivery",
			"::"+w.from+"::", "::"+w.answers.Project+"::").Replace(string(content))
		w.files[file] = []byte(text)
	}
	return nil
}

func (w *writer) change(file string, edits []edit, gone []string) error {
	d, err := w.read(file)
	if err != nil {
		return err
	}
	d.rename(w.from, w.answers.Project)
	key := func(path string) []string {
		if path == "" {
			return []string{"name"}
		}
		return append([]string{"config"}, strings.Split(w.answers.Project+":"+path, ".")...)
	}
	for _, path := range gone {
		d.remove(key(path)...)
	}
	for _, e := range edits {
		if err := d.set(e.value, key(e.path)...); err != nil {
			return fmt.Errorf("%s: %s: %w", file, e.path, err)
		}
	}
	content, err := d.bytes()
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	w.files[file] = content
	return nil
}

// shared are the keys that every stack has.
func (a *Answers) shared(account string) []edit {
	return []edit{
		{a.Region, "aws.region"},
		{[]string{account}, "aws.allowedAccountIds"},
		{a.Owner, "tags.owner"},
		{a.CostCenter, "tags.costCenter"},
		{"github.com/" + a.Repository, "tags.repository"},
	}
}

// workload returns what a workload stack gets, and the keys that it loses.
func (a *Answers) workload(e environment) (edits []edit, gone []string) {
	edits = append(a.shared(e.account), []edit{
		{a.database(), "database.name"},
		{a.database() + "_owner", "database.username"},
		{a.Service, "services.name"},
		{e.image, "services.image"},
		{plain(a.Port), "services.port"},
		{a.Alerts, "monitoring.subscriptions.endpoint"},
	}...)
	if a.HealthPath != "/health" {
		edits = append(edits, edit{a.HealthPath, "services.healthCheck.path"})
		if e.stack == "prod" {
			edits = append(edits, edit{[]string{a.HealthPath, "/"}, "services.deployment.testPaths"})
		}
	}
	if e.certificate != "" {
		gone = append(gone, "dns")
		edits = append(edits, edit{e.certificate, "loadBalancer.certificateArn"}, edit{e.domain, "loadBalancer.hostName"})
	} else {
		edits = append(edits, edit{e.domain, "dns.domain"}, edit{e.zone, "dns.hostedZoneId"})
	}
	if a.oneAccount() {
		// An account has one baseline, one role for search domains, and one log group of a name.
		if e.stack == "staging" {
			gone = append(gone, "accountBaseline")
			edits = append(edits, edit{"/ecs/staging", "logging.servicePrefix"})
		} else {
			edits = append(edits, edit{false, "logSearch.serviceLinkedRole"})
		}
	}
	return edits, gone
}

// delivery returns what the delivery stack gets, and the keys that it loses.
func (a *Answers) delivery() (edits []edit, gone []string) {
	edits = append(a.shared(a.DeliveryAccount), []edit{
		{a.Service, "registry.name"},
		{a.Repository, "github.repository"},
		{a.Service, "pipeline.service"},
		{a.Alerts, "notifications.subscriptions.endpoint"},
	}...)
	for _, e := range a.environments() {
		target := map[string]string{"staging": "staging", "prod": "production"}[e.stack]
		edits = append(edits, edit{e.account, target + ".accountId"}, edit{"https://" + e.domain, target + ".url"})
		for _, role := range []string{"deploy", "preview"} {
			key := target + "." + role + "RoleArn"
			if e.account == a.DeliveryAccount {
				gone = append(gone, key) // the stack makes them
				continue
			}
			edits = append(edits, edit{fmt.Sprintf("arn:aws:iam::%s:role/%s-delivery-%s", e.account, a.Project, role), key})
		}
	}
	return edits, gone
}

// plain is a text that YAML reads as what it looks like, such as a number.
func plain(text string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: text} }

// check loads the files as the program will.
func (w *writer) check() error {
	folder, err := os.MkdirTemp("", "webapp-init-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // a folder for temporary files
	for file, content := range w.files {
		if filepath.Dir(file) != "." {
			continue
		}
		if err := os.WriteFile(filepath.Join(folder, file), content, 0o600); err != nil {
			return err
		}
	}
	at := func(file string) string { return filepath.Join(folder, file) }
	var errs []error
	for _, e := range w.answers.environments() {
		file := "Pulumi." + e.stack + ".yaml"
		cfg, err := config.LoadFile(at(projectFile), at(file))
		if err == nil {
			err = config.CheckSiblings(folder, w.answers.Project, e.stack, cfg)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("Pulumi.%s.yaml: %w", e.stack, err))
		}
	}
	delivery, err := config.LoadDeliveryFile(at(projectFile), at("Pulumi.delivery.yaml"))
	if err == nil {
		err = config.CheckDeliverySiblings(folder, w.answers.Project, "delivery", delivery)
	}
	if err != nil {
		errs = append(errs, fmt.Errorf("Pulumi.delivery.yaml: %w", err))
	}
	return errors.Join(errs...)
}
