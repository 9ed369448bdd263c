package waf

import (
	"maps"
	"slices"
)

// Groups lists the rule groups of vendor AWS that need no settings of their own, with their rules, as of their
// latest static versions in September 2026. WAF silently ignores the override of a rule that does not exist (API
// reference, RuleActionOverride), so names have to be checked beforehand.
//
// Sources: WAF developer guide, "Baseline rule groups"
// (https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html), "Use-case specific
// rule groups" and "IP reputation rule groups" beside it. In an account, DescribeManagedRuleGroup lists them.
var Groups = map[string][]string{
	"AWSManagedRulesAdminProtectionRuleSet": {"AdminProtection_URIPATH"},
	"AWSManagedRulesAmazonIpReputationList": {
		"AWSManagedIPDDoSList", "AWSManagedIPReputationList", "AWSManagedReconnaissanceList",
	},
	"AWSManagedRulesAnonymousIpList": {"AnonymousIPList", "HostingProviderIPList"},
	CommonRuleSet: {
		"CrossSiteScripting_BODY", "CrossSiteScripting_COOKIE", "CrossSiteScripting_QUERYARGUMENTS",
		"CrossSiteScripting_URIPATH",
		"EC2MetaDataSSRF_BODY", "EC2MetaDataSSRF_COOKIE", "EC2MetaDataSSRF_QUERYARGUMENTS", "EC2MetaDataSSRF_URIPATH",
		"GenericLFI_BODY", "GenericLFI_QUERYARGUMENTS", "GenericLFI_URIPATH",
		"GenericRFI_BODY", "GenericRFI_QUERYARGUMENTS", "GenericRFI_URIPATH",
		"NoUserAgent_HEADER", "RestrictedExtensions_QUERYARGUMENTS", "RestrictedExtensions_URIPATH",
		BodySize, "SizeRestrictions_Cookie_HEADER", "SizeRestrictions_QUERYSTRING", "SizeRestrictions_URIPATH",
		"UserAgent_BadBots_HEADER",
	},
	"AWSManagedRulesKnownBadInputsRuleSet": {
		"ExploitablePaths_URIPATH", "Host_localhost_HEADER",
		"JavaDeserializationRCE_BODY", "JavaDeserializationRCE_HEADER", "JavaDeserializationRCE_QUERYSTRING",
		"JavaDeserializationRCE_URIPATH",
		"Log4JRCE_BODY", "Log4JRCE_HEADER", "Log4JRCE_QUERYSTRING", "Log4JRCE_URIPATH",
		"PROPFIND_METHOD", "ReactJSRCE_BODY",
	},
	"AWSManagedRulesLinuxRuleSet": {"LFI_HEADER", "LFI_QUERYSTRING", "LFI_URIPATH"},
	"AWSManagedRulesPHPRuleSet": {
		"PHPHighRiskMethodsVariables_BODY", "PHPHighRiskMethodsVariables_HEADER", "PHPHighRiskMethodsVariables_QUERYSTRING",
		"PHPHighRiskMethodsVariables_URIPATH",
	},
	"AWSManagedRulesSQLiRuleSet": {
		"SQLiExtendedPatterns_BODY", "SQLiExtendedPatterns_HEADER", "SQLiExtendedPatterns_QUERYARGUMENTS",
		"SQLiExtendedPatterns_URIPATH", "SQLi_BODY", "SQLi_COOKIE", "SQLi_QUERYARGUMENTS", "SQLi_URIPATH",
	},
	"AWSManagedRulesUnixRuleSet": {
		"UNIXShellCommandsVariables_BODY", "UNIXShellCommandsVariables_HEADER", "UNIXShellCommandsVariables_QUERYSTRING",
	},
	"AWSManagedRulesWindowsRuleSet": {
		"PowerShellCommands_BODY", "PowerShellCommands_COOKIE", "PowerShellCommands_QUERYARGUMENTS",
		"WindowsShellCommands_BODY", "WindowsShellCommands_HEADER", "WindowsShellCommands_QUERYARGUMENTS",
		"WindowsShellCommands_QUERYSTRING", "WindowsShellCommands_URIPATH",
	},
	"AWSManagedRulesWordPressRuleSet": {"WordPressExploitableCommands_QUERYSTRING", "WordPressExploitablePaths_URIPATH"},
}

// The rule of the core rule set that blocks every request with a body above 8 KB, harmless uploads included. For a
// load balancer, WAF inspects at most the first 8 KB of a body.
const (
	CommonRuleSet = "AWSManagedRulesCommonRuleSet"
	BodySize      = "SizeRestrictions_BODY"
)

// FineTuned lists the groups that need settings, such as the path of the login page, and for which AWS charges
// extra.
var FineTuned = []string{
	"AWSManagedRulesACFPRuleSet", "AWSManagedRulesATPRuleSet", "AWSManagedRulesAntiDDoSRuleSet",
	"AWSManagedRulesBotControlRuleSet",
}

// GroupNames returns the names of [Groups], sorted.
func GroupNames() []string { return slices.Sorted(maps.Keys(Groups)) }
