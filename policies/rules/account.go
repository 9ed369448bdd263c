package rules

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"aws-webapp/policies/control"
)

// accountSettings lists what an account should have once: the name of the setting, with the resource that makes it.
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

func settingNames() []string {
	names := make([]string, len(accountSettings))
	for i, s := range accountSettings {
		names[i] = s.name
	}
	return names
}

// account judges resources that a stack may leave out altogether: without the resource, the
// controls that look into it have nothing to judge. Stacks with a VPC run the application.
func account() []*control.Control {
	const subject = "Account"
	vpcs, present := []string{vpcType}, []string{"aws:ec2/subnet:"}
	return []*control.Control{
		{
			Name: "account-settings-present", Subject: subject,
			IDs: control.ParseIDs("EC2.7~ S3.1~ IAM.10~ IAM.28~ GuardDuty.1~ Config.1~ CloudTrail.1~ C1.8~ C1.20~ C2.1.4~ " +
				"C2.2.1~ C3.1~ C3.3~ house"),
			Beyond: "What the settings have to be like; other controls judge those that the stack makes",
			Title:  "The account has its trail, its recorder and its other settings, from this stack or from another owner",
			Link:   "https://docs.aws.amazon.com/securityhub/latest/userguide/fsbp-standard.html",
			Risk:   "The account's safety net is switched off, and everything else still looks well",
			Fix: "make the setting; where the organisation or another stack of the account makes it, say who in this " +
				"control's owners in the configuration of the policies",
			Here: "set accountBaseline and auditTrail in the stack file", Own: true,
			Severity: control.High, Levels: prodOnly, Scope: control.PerStack, Types: vpcs, Present: present,
			Params: []control.Param{
				{
					Name: "settings", Kind: control.Texts, Default: settingNames(), Check: knownSetting,
					Doc: "Settings that this stack has to make; in prod all of them, but for those in owners.",
				},
				{
					Name: "owners", Kind: control.Texts, Default: []string{}, Check: knownOwner,
					Doc: "Who else makes a setting of this account, as setting=owner: another account (12 digits), the " +
						"organisation (o-...) or a stack (organisation/project/stack). It stays visible as an advisory.",
				},
			},
			Floor: settingsFloor,
			Judge: judgeAccountSettings,
		},
		{
			Name: "log-search-present", Subject: subject, IDs: control.ParseIDs("house"),
			Title:    "The logs of all services can be searched in one place",
			Severity: control.Low, Levels: prodOnly, Scope: control.PerStack, Types: vpcs, Present: present,
			Risk: "In an incident nobody can follow a request through the services",
			Fix: "add a search domain; where the logs are searched elsewhere, say where as this control's elsewhere in the " +
				"configuration of the policies",
			Here: "leave logSearch.enabled on", Own: true,
			Link: "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/what-is.html",
			Params: []control.Param{{
				Name: "elsewhere", Kind: control.Text, Default: "",
				Doc: "Where the logs are searched instead, such as the organisation's log platform; in prod an https address, an " +
					"ARN or an account (12 digits). It stays visible as an advisory. Default empty, for nowhere.",
			}},
			Floor: elsewhereFloor,
			Judge: judgeLogSearch,
		},
	}
}

func knownSetting(name string) error {
	if names := settingNames(); !slices.Contains(names, name) {
		return fmt.Errorf("there is no setting %q: give some of %s", name, strings.Join(names, ", "))
	}
	return nil
}

var ownerPattern = regexp.MustCompile(`^(\d{12}|o-[a-z0-9]{10,32}|[\w.-]+/[\w.-]+/[\w.-]+)$`)

func knownOwner(text string) error {
	setting, owner, _ := strings.Cut(text, "=")
	if err := knownSetting(setting); err != nil {
		return err
	}
	if !ownerPattern.MatchString(owner) {
		return fmt.Errorf("%q does not say who makes %s: give setting=owner with an account (12 digits), an organisation "+
			"(o-...) or a stack (organisation/project/stack)", text, setting)
	}
	return nil
}

// owners returns the owners of settings that are made elsewhere, by setting.
func owners(params control.Params) map[string]string {
	owners := map[string]string{}
	for _, text := range params.Texts("owners") {
		setting, owner, _ := strings.Cut(text, "=")
		owners[setting] = owner
	}
	return owners
}

// settingsFloor keeps configuration from dropping a setting in production: it is made here, or by a named owner.
func settingsFloor(params control.Params) error {
	elsewhere := owners(params)
	var forgotten []string
	for _, name := range settingNames() {
		if elsewhere[name] == "" && !slices.Contains(params.Texts("settings"), name) {
			forgotten = append(forgotten, name)
		}
	}
	if len(forgotten) == 0 {
		return nil
	}
	return fmt.Errorf("settings leaves out %s: list them, or say in owners who makes them", strings.Join(forgotten, ", "))
}

func judgeAccountSettings(c in) control.Result {
	wanted, elsewhere := c.Params.Texts("settings"), owners(c.Params)
	var missing []string
	owned := control.Result{Advisory: true}
	for _, s := range accountSettings {
		switch {
		case len(c.Graph.OfType(s.typeToken)) > 0:
		case elsewhere[s.name] != "":
			owned.Elsewhere = append(owned.Elsewhere,
				fmt.Sprintf("%s is for %s to make, which this stack cannot see", s.name, elsewhere[s.name]))
		case slices.Contains(wanted, s.name):
			missing = append(missing, s.name+" ("+s.typeToken+")")
		}
	}
	switch {
	case len(missing) > 0:
		return control.Failed("the stack leaves out %s: declare them; if the organisation or another stack makes them for "+
			"this account, say who in the parameter owners of account-settings-present", strings.Join(missing, ", "))
	case len(owned.Elsewhere) > 0:
		return owned
	default:
		return control.Passed()
	}
}

var placePattern = regexp.MustCompile(`^(\d{12}|arn:aws[a-z-]*:\S+|https://\S+)$`)

// elsewhereFloor requires, in production, a place where somebody can look.
func elsewhereFloor(params control.Params) error {
	if place := params.Text("elsewhere"); place != "" && !placePattern.MatchString(place) {
		return errors.New("elsewhere does not say where: give an https address, an ARN or an account (12 digits)")
	}
	return nil
}

func judgeLogSearch(c in) control.Result {
	if len(c.Graph.OfType(searchDomainType, elasticDomainType)) > 0 {
		return control.Passed()
	}
	if place := c.Params.Text("elsewhere"); place != "" {
		result := control.Elsewhere("the logs are searched at %s, which this stack cannot see", place)
		result.Advisory = true
		return result
	}
	return control.Failed("the stack has no search domain for its logs: declare one, or say in the parameter elsewhere " +
		"of log-search-present where the logs are searched instead")
}
