package control

import (
	"regexp"
	"strings"
)

// Framework is a public catalog of controls.
type Framework string

// The frameworks, in the order in which reports list them.
const (
	SecurityHub Framework = "AWS Security Hub"
	CIS         Framework = "CIS AWS Foundations Benchmark 3.0.0"
	CDKNag      Framework = "cdk-nag AwsSolutions"
	Checkov     Framework = "Checkov"
	Trivy       Framework = "Trivy"
	House       Framework = "Architecture rules of this project"
	Guard       Framework = "Pulumi AWSGuard"
)

// Frameworks lists all frameworks in order.
var Frameworks = []Framework{SecurityHub, CIS, CDKNag, Checkov, Trivy, Guard, House}

// Extent is the part of an id's meaning that a control judges.
type Extent string

// The extents. A control that judges part of an id is no evidence for the whole id. A stricter
// control may also fail a resource that the id allows.
const (
	Same     Extent = ""
	Part     Extent = "part"
	Stricter Extent = "stricter"
)

// Claim is an id that a control judges, with its extent.
type Claim struct {
	ID     string
	Extent Extent
}

// String returns the id, followed by its extent unless that is the same.
func (c Claim) String() string {
	if c.Extent == Same {
		return c.ID
	}
	return c.ID + " (" + string(c.Extent) + ")"
}

// IDs holds a control's ids by framework.
type IDs map[Framework][]Claim

var (
	securityHubPattern = regexp.MustCompile(`^[A-Z][A-Za-z0-9]*\.\d+$`)
	cisPattern         = regexp.MustCompile(`^C(\d+\.(?:\d+(?:\.\d+)?|x))$`)
	checkovPattern     = regexp.MustCompile(`^K(2:)?(\d+)$`)
	trivyPattern       = regexp.MustCompile(`^T(\d+)$`)
)

// ParseIDs reads the short notation of the table: RDS.3 is Security Hub, C2.3.1 is CIS, N:RDS2 is
// cdk-nag, K16 is CKV_AWS_16, K2:6 is CKV2_AWS_6, T0104 is AVD-AWS-0104, house and guard stand for
// themselves. A ~ after an id says that the control judges part of its meaning, a + that the
// control is stricter. It panics on anything else: the table is part of the program.
func ParseIDs(notation string) IDs {
	ids := IDs{}
	for _, word := range strings.Fields(notation) {
		claim := Claim{}
		if rest, ok := strings.CutSuffix(word, "~"); ok {
			word, claim.Extent = rest, Part
		} else if rest, ok := strings.CutSuffix(word, "+"); ok {
			word, claim.Extent = rest, Stricter
		}
		framework, id := parseID(word)
		claim.ID = id
		ids[framework] = append(ids[framework], claim)
	}
	return ids
}

func parseID(word string) (Framework, string) {
	switch {
	case word == "house":
		return House, "architecture"
	case word == "guard":
		return Guard, "AWSGuard"
	case strings.HasPrefix(word, "N:"):
		return CDKNag, "AwsSolutions-" + strings.TrimPrefix(word, "N:")
	case cisPattern.MatchString(word):
		return CIS, cisPattern.FindStringSubmatch(word)[1]
	case trivyPattern.MatchString(word):
		return Trivy, "AVD-AWS-" + trivyPattern.FindStringSubmatch(word)[1]
	case checkovPattern.MatchString(word):
		parts := checkovPattern.FindStringSubmatch(word)
		if parts[1] != "" {
			return Checkov, "CKV2_AWS_" + parts[2]
		}
		return Checkov, "CKV_AWS_" + parts[2]
	case securityHubPattern.MatchString(word):
		return SecurityHub, word
	default:
		panic("control ids: cannot read " + word)
	}
}

// List returns all ids except house rules in the order of the frameworks, with their extents.
func (ids IDs) List() []string {
	var all []string
	for _, framework := range Frameworks {
		if framework == House {
			continue
		}
		for _, text := range ids.Texts(framework) {
			if framework == CIS {
				text = "CIS " + text
			}
			all = append(all, text)
		}
	}
	return all
}

// Texts returns the ids of a framework with their extents.
func (ids IDs) Texts(framework Framework) []string {
	texts := make([]string, len(ids[framework]))
	for i, claim := range ids[framework] {
		texts[i] = claim.String()
	}
	return texts
}

// securityHubURL returns the documentation of the first Security Hub id.
func (ids IDs) securityHubURL() string {
	if len(ids[SecurityHub]) == 0 {
		return ""
	}
	service, number, _ := strings.Cut(strings.ToLower(ids[SecurityHub][0].ID), ".")
	return "https://docs.aws.amazon.com/securityhub/latest/userguide/" + service + "-controls.html#" + service +
		"-" + number
}
