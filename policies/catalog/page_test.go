package catalog_test

import (
	"fmt"
	"strings"

	"aws-webapp/policies/control"
)

const introduction = `# Controls

<!-- Written by go test ./policies/catalog -update. Do not edit. -->

What the policy pack checks on every preview and update. How to run, configure and change it is in
[policies.md](policies.md).

**Scope.** A *resource* control judges a resource's inputs before it is created. A *stack* control joins
resources and judges at the end of a preview or update.

**Levels.** *mandatory* fails the preview, *advisory* warns, *remediate* repairs the resource and is
mandatory about what it could not repair. *prod* is the level in production, *else* everywhere else. The
environment is that of the stack's configuration, else of the provider's default tag ` + "`Environment`" + `, else of the
stack's name; one that is not known is held to production's rules.

**Ids** are those of public catalogs that mean the same. Behind an id, *part* says that it means more than the policy
judges, so that a policy that passes is not evidence for the whole; *stricter* says that it means less.

**Configuration.** ` + "`--policy-pack-config file.json`" + ` maps policies to a level, or to an object:

` + "```json" + `
{
  "log-retention": { "minimumDays": 365 },
  "lb-waf-attached": {
    "enforcementLevel": "advisory",
    "environments": { "prod": { "enforcementLevel": "mandatory" } }
  },
  "sg-flow-matrix": { "onUnknown": "mandatory" }
}
` + "```" + `

Every policy takes its parameters, ` + "`onUnknown`" + ` (the level at which a value is reported that cannot be judged
yet) and ` + "`environments`" + `. Unknown policies and parameters are errors. So is a level below the environment's
floor: in prod what is mandatory stays so, elsewhere it may become advisory, and advisory controls may be disabled.
In stacks of other projects it may become advisory in prod, too.

**Waivers.** A violation that is accepted for a while goes into ` + "`policies/waivers.yaml`" + `, with reason, owner,
ticket and an end within 180 days. It is still reported, as an advisory.

`

// markdown returns the page.
func markdown(controls []*control.Control) []byte {
	var b strings.Builder
	b.WriteString(introduction)
	for _, subject := range subjects(controls) {
		fmt.Fprintf(&b, "## %s\n\n| Policy | What must be true | Ids | Severity | prod | else | Scope "+
			"|\n|---|---|---|---|---|---|---|\n", subject)
		for _, c := range of(controls, subject) {
			fmt.Fprintf(&b, "| [%s](#%s) | %s | %s | %s | %s | %s | %s |\n", c.Name, c.Name, c.Title,
				strings.Join(c.IDs.List(), ", "),
				c.Severity, c.Levels.Prod, c.Levels.Other, c.Scope)
		}
		b.WriteString("\n")
		for _, c := range of(controls, subject) {
			details(&b, c)
		}
	}
	return []byte(strings.TrimRight(b.String(), "\n") + "\n")
}

func details(b *strings.Builder, c *control.Control) {
	fmt.Fprintf(b, "### %s\n\n%s.\n\n", c.Name, c.Title)
	fmt.Fprintf(b, "- Risk: %s.\n- Fix: %s.\n", c.Risk, upper(c.Fix))
	if c.Here != "" {
		fmt.Fprintf(b, "- In this project: %s.\n", c.Here)
	}
	if c.Own {
		b.WriteString("- A rule of this project's architecture: off in other projects, until their configuration " +
			"gives it a level.\n")
	}
	if c.Beyond != "" {
		fmt.Fprintf(b, "- Beyond it, of the ids marked *part*: %s.\n", c.Beyond)
	}
	if c.OnUnknown == control.Disabled {
		b.WriteString("- What is not known at preview is judged during the update.\n")
	}
	if url := c.DocURL(); url != "" {
		fmt.Fprintf(b, "- See: <%s>\n", url)
	}
	for _, p := range c.Params {
		fmt.Fprintf(b, "- `%s`: %s Default: %s.\n", p.Name, p.Doc, show(p.Default))
	}
	b.WriteString("\n")
}

func show(value any) string {
	switch v := value.(type) {
	case []string:
		if len(v) == 0 {
			return "none"
		}
		return "`" + strings.Join(v, "`, `") + "`"
	case []int:
		texts := make([]string, len(v))
		for i, n := range v {
			texts[i] = fmt.Sprint(n)
		}
		return "`" + strings.Join(texts, "`, `") + "`"
	case string:
		if v == "" {
			return "none"
		}
		return "`" + v + "`"
	default:
		return fmt.Sprintf("`%v`", v)
	}
}

func upper(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func subjects(controls []*control.Control) []string {
	var found []string
	seen := map[string]bool{}
	for _, c := range controls {
		if !seen[c.Subject] {
			seen[c.Subject] = true
			found = append(found, c.Subject)
		}
	}
	return found
}

func of(controls []*control.Control, subject string) []*control.Control {
	var found []*control.Control
	for _, c := range controls {
		if c.Subject == subject {
			found = append(found, c)
		}
	}
	return found
}
