package rules

import (
	"aws-webapp/policies/control"
	"aws-webapp/policies/iamdoc"
	"aws-webapp/policies/prop"
)

func logSearch() []*control.Control {
	const subject = "OpenSearch"
	domains := []string{searchDomainType, elasticDomainType}
	return []*control.Control{
		{
			Name: "opensearch-encrypted", Subject: subject, IDs: control.ParseIDs("Opensearch.1+ ES.1+ N:OS8+ K5+ K247+"),
			Title:    "Search domains are encrypted at rest with a key of our own",
			Severity: control.Medium, Levels: mandatory, Types: domains,
			Risk: "Logs and snapshots can be read by whoever gets at the storage",
			Fix:  "set encryptAtRest with enabled, and kmsKeyId to a key of your own", Here: "pass the logs key",
			Judge: func(c in) control.Result {
				rest := c.Get("encryptAtRest")
				return control.All(
					control.Want(rest.Get("enabled").IsTrue(), "domain %s is not encrypted at rest", c.Name),
					control.Want(ownKey(c, rest.Get("kmsKeyId")), "domain %s is not encrypted with a key of our own", c.Name),
				)
			},
		},
		{
			Name: "opensearch-in-vpc", Subject: subject, IDs: control.ParseIDs("Opensearch.2+ ES.2+ N:OS1+ K137+ K248+"),
			Title:    "Search domains are inside the VPC",
			Severity: control.Critical, Levels: mandatory, Types: domains,
			Risk: "The domain's endpoint is on the internet",
			Fix:  "set vpcOptions with private subnets and the domain's security group; changing it replaces the domain",
			Judge: func(c in) control.Result {
				vpc := c.Get("vpcOptions")
				return control.Want(vpc.Get("subnetIds").IsSet().And(vpc.Get("securityGroupIds").IsSet()),
					"domain %s is not inside the VPC", c.Name)
			},
		},
		{
			Name: "opensearch-node-to-node", Subject: subject, IDs: control.ParseIDs("Opensearch.3 ES.3 N:OS2 K6+"),
			Title:    "Nodes of search domains talk to each other encrypted",
			Severity: control.Medium, Levels: mandatory, Types: domains,
			Risk: "Logs cross the network in the clear",
			Fix:  "set nodeToNodeEncryption.enabled",
			Judge: func(c in) control.Result {
				return control.Want(c.Get("nodeToNodeEncryption", "enabled").IsTrue(),
					"the nodes of domain %s do not encrypt what they send each other", c.Name)
			},
		},
		{
			Name: "opensearch-logs", Subject: subject,
			IDs:      control.ParseIDs("Opensearch.4+ Opensearch.5+ ES.4+ ES.5+ N:OS9+ K84+ K317+"),
			Title:    "Search domains have somewhere to publish their error, audit and slow logs",
			Severity: control.Medium, Levels: mandatory, Types: domains,
			Risk: "Failed logins and failing queries go unseen",
			Fix: "set logPublishingOptions for ES_APPLICATION_LOGS, AUDIT_LOGS, INDEX_SLOW_LOGS and SEARCH_SLOW_LOGS. This " +
				"control sees no more: auditing also " +
				"has to be switched on inside the domain (_plugins/_security/api/audit), and slow logs need thresholds of " +
				"their indices",
			Here:  "the log search's setup function does both",
			Judge: judgeSearchLogs,
		},
		{
			Name: "opensearch-resilient", Subject: subject,
			IDs:      control.ParseIDs("Opensearch.6~ Opensearch.11~ ES.6~ ES.7~ N:OS4~ N:OS7+ K318~ K2:59~"),
			Beyond:   "Three data nodes, and three dedicated master nodes, which are a parameter here",
			Title:    "Search domains survive the loss of a zone",
			Severity: control.Medium, Levels: advisory, Types: domains,
			Risk: "The loss of a zone stops log search, or loses logs",
			Fix:  "set clusterConfig with zoneAwarenessEnabled, two instances or more, and dedicated master nodes",
			Here: "logSearch.zoneAwareness, logSearch.instanceCount",
			Params: []control.Param{{
				Name: "dedicatedMasters", Kind: control.Flag, Default: false, Doc: "Whether dedicated master nodes are required.",
			}},
			Judge: func(c in) control.Result {
				const least = 2
				cluster := c.Get("clusterConfig")
				results := []control.Result{
					control.Want(cluster.Get("zoneAwarenessEnabled").IsTrue(), "domain %s is in one availability zone", c.Name),
					control.Want(cluster.Get("instanceCount").AtLeast(least), "domain %s has one data node", c.Name),
				}
				if c.Params.Flag("dedicatedMasters") {
					results = append(results, control.Want(cluster.Get("dedicatedMasterEnabled").IsTrue(),
						"domain %s has no dedicated master nodes", c.Name))
				}
				return control.All(results...)
			},
		},
		{
			Name: "opensearch-access-control", Subject: subject, IDs: control.ParseIDs("Opensearch.7 K2:52"),
			Title:    "Search domains control access by index and field",
			Severity: control.High, Levels: mandatory, Types: domains,
			Risk: "Everybody who reaches the domain reads all logs",
			Fix:  "set advancedSecurityOptions.enabled",
			Judge: func(c in) control.Result {
				return control.Want(c.Get("advancedSecurityOptions", "enabled").IsTrue(),
					"domain %s has no fine-grained access control", c.Name)
			},
		},
		{
			Name: "opensearch-https", Subject: subject, IDs: control.ParseIDs("Opensearch.8 ES.8 K83+ K228+"),
			Title:    "Search domains speak HTTPS with TLS 1.2 or newer and forward secrecy",
			Severity: control.Medium, Levels: mandatory, Types: domains,
			Risk: "Logs and credentials cross the network in the clear",
			Fix:  "set domainEndpointOptions with enforceHttps and tlsSecurityPolicy",
			Params: []control.Param{{
				Name: "policies", Kind: control.Texts,
				Default: []string{"Policy-Min-TLS-1-2-PFS-2023-10"},
				Doc:     "Allowed TLS policies; by default the one with forward secrecy.",
			}},
			Judge: func(c in) control.Result {
				endpoint := c.Get("domainEndpointOptions")
				return control.All(
					control.Want(endpoint.Get("enforceHttps").IsTrue(), "domain %s does not enforce HTTPS", c.Name),
					control.Want(endpoint.Get("tlsSecurityPolicy").Is(c.Params.Texts("policies")...),
						"domain %s has no allowed TLS policy", c.Name),
				)
			},
		},
		{
			Name: "opensearch-not-anonymous", Subject: subject, IDs: control.ParseIDs("N:OS5~"),
			Beyond:   "cdk-nag wants an access policy, and no * among its principals whatever the condition",
			Title:    "Search domains refuse anonymous requests",
			Severity: control.High, Levels: mandatory,
			Types:     []string{searchDomainType, searchDomainPolicyType, elasticDomainType, elasticPolicyType},
			Risk:      "Everybody who reaches the domain reads all logs",
			Fix:       "name the roles in accessPolicies, and leave anonymousAuthEnabled out",
			Link:      "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/ac.html",
			OnUnknown: control.Disabled,
			Judge: func(c in) control.Result {
				anonymous := prop.No
				if c.Type == searchDomainType {
					anonymous = c.Get("advancedSecurityOptions", "anonymousAuthEnabled").IsFalse().Not()
				}
				return control.All(
					control.Want(anonymous.Not(), "domain %s accepts anonymous requests", c.Name),
					judgeDocument(c, "the access policy of domain "+c.Name, c.Get("accessPolicies"), iamdoc.Document.Public),
				)
			},
		},
		{
			Name: "opensearch-no-master-password", Subject: subject, IDs: control.ParseIDs("house"),
			Title:    "No password of a search domain is in the program",
			Severity: control.Critical, Levels: mandatory, Types: domains,
			Risk:  "A password in code, configuration or state is readable by everybody who can read those",
			Fix:   "use an IAM role as master: masterUserOptions.masterUserArn",
			Link:  "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/fgac.html",
			Judge: judgeMasterUser,
		},
	}
}

func judgeSearchLogs(c in) control.Result {
	var results []control.Result
	for _, log := range []string{"ES_APPLICATION_LOGS", "AUDIT_LOGS", "INDEX_SLOW_LOGS", "SEARCH_SLOW_LOGS"} {
		published := some(c.Get("logPublishingOptions"), func(o prop.Value) prop.Truth {
			return o.Get("logType").Is(log).And(o.Get("enabled").TrueByDefault()).And(o.Get("cloudwatchLogGroupArn").IsSet())
		})
		results = append(results, control.Want(published, "domain %s does not publish %s", c.Name, log))
	}
	return control.All(results...)
}

// judgeMasterUser accepts an IAM master; a password is tolerated only if it is secret.
func judgeMasterUser(c in) control.Result {
	password := c.Get("advancedSecurityOptions", "masterUserOptions", "masterUserPassword")
	return control.Want(password.IsEmpty().Or(prop.Known(password.Secret())).Or(ifUnknown(password)),
		"the master password of domain %s is in plain text", c.Name)
}
