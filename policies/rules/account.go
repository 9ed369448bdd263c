package rules

import (
	"fmt"
	"slices"
	"strings"

	"aws-webapp/policies/control"
)

// accountSettings are what an account should have once, by the name of the setting, with the
// resource that makes it.
var accountSettings = []struct{ name, typeToken string }{
	{"ebsEncryption", defaultVolumeEncType},
	{"s3PublicAccessBlock", accountAccessBlockType},
	{"passwordPolicy", passwordPolicyType},
	{"accessAnalyzer", analyzerType},
	{"guardDuty", detectorType},
	{"configRecorder", recorderType},
	{"securityHub", securityHubType},
	{"auditTrail", trailType},
}

// account judges what a stack may leave out altogether: without the resource, the controls that
// look into it have nothing to judge. Stacks with a VPC run the application.
func account() []*control.Control {
	const subject = "Account"
	vpcs, present := []string{vpcType}, []string{"aws:ec2/subnet:"}
	names := make([]string, len(accountSettings))
	for i, s := range accountSettings {
		names[i] = s.name
	}
	return []*control.Control{
		{
			Name: "account-settings-present", Subject: subject,
			IDs: ids("EC2.7~ S3.1~ IAM.10~ IAM.28~ GuardDuty.1~ Config.1~ CloudTrail.1~ C1.8~ C1.20~ C2.1.4~ C2.2.1~ " +
				"C3.1~ C3.3~ house"),
			Beyond: "What the settings have to be like; other controls judge those that the stack makes",
			Title:  "The account has its trail, its recorder and its other settings, from this stack or from another owner",
			Link:   "https://docs.aws.amazon.com/securityhub/latest/userguide/fsbp-standard.html",
			Risk:   "The account's safety net is switched off, and everything else still looks well",
			Fix: "make the setting; where the organisation or another stack of the account owns it, list the others alone " +
				"as this control's settings in the configuration of the policies",
			Here: "set accountBaseline and auditTrail in the stack file", Own: true,
			Severity: control.High, Levels: prodOnly, Scope: control.PerStack, Types: vpcs, Present: present,
			Params: []control.Param{{
				Name: "settings", Kind: control.Texts, Default: names,
				Doc: "Settings that this stack has to make. Leave out those that the organisation or another stack makes.",
				Check: func(name string) error {
					if !slices.Contains(names, name) {
						return fmt.Errorf("there is no setting %q: give some of %s", name, strings.Join(names, ", "))
					}
					return nil
				},
			}},
			Judge: judgeAccountSettings,
		},
		{
			Name: "log-search-present", Subject: subject, IDs: ids("house"),
			Title:    "The logs of all services can be searched in one place",
			Severity: control.Low, Levels: prodOnly, Scope: control.PerStack, Types: vpcs, Present: present,
			Risk: "In an incident nobody can follow a request through the services",
			Fix: "add a search domain; where the logs are searched elsewhere, say where as this control's elsewhere in the " +
				"configuration of the policies",
			Here: "leave logSearch.enabled on", Own: true,
			Link: "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/what-is.html",
			Params: []control.Param{{
				Name: "elsewhere", Kind: control.Text, Default: "",
				Doc: "Where the logs are searched instead, such as the organisation's log platform. Default empty, for nowhere.",
			}},
			Judge: func(c in) control.Result {
				if c.Params.Text("elsewhere") != "" {
					return skip()
				}
				for _, typeToken := range []string{searchDomainType, elasticDomainType} {
					if len(c.Graph.OfType(typeToken)) > 0 {
						return passed()
					}
				}
				return failed("the stack has no search domain for its logs: add one, or say in the parameter " +
					"elsewhere of log-search-present where the logs are searched instead")
			},
		},
	}
}

func judgeAccountSettings(c in) control.Result {
	wanted := c.Params.Texts("settings")
	var missing []string
	for _, s := range accountSettings {
		if slices.Contains(wanted, s.name) && len(c.Graph.OfType(s.typeToken)) == 0 {
			missing = append(missing, s.name)
		}
	}
	if len(missing) == 0 {
		return passed()
	}
	return failed("the stack leaves out %s: make them; if the organisation or another stack makes them for this "+
		"account, list the others alone in the parameter settings of account-settings-present", strings.Join(missing, ", "))
}
