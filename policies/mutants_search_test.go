package main

import (
	"strconv"

	"aws-webapp/policies/prop"
	"aws-webapp/policies/testgraph"
)

const searchDomain = "aws:opensearch/domain:Domain"

func searchMutants() []mutant {
	domain := testgraph.First(searchDomain)
	return []mutant{
		{control: "opensearch-encrypted", fault: "in the clear", mutate: set(domain, false, "encryptAtRest", "enabled")},
		{control: "opensearch-encrypted", fault: "AWS's key", mutate: set(domain, nil, "encryptAtRest", "kmsKeyId")},
		{control: "opensearch-in-vpc", fault: "public", mutate: set(domain, nil, "vpcOptions")},
		{control: "opensearch-node-to-node", fault: "in the clear", mutate: set(domain, nil, "nodeToNodeEncryption")},
		{control: "opensearch-logs", fault: "no audit log", mutate: func(s *testgraph.Stack) {
			options, _ := s.Get(domain).Get("logPublishingOptions").List()
			for i, option := range options {
				if option.Get("logType").Is("AUDIT_LOGS") == prop.Yes {
					s.Set(domain, "SEARCH_SLOW_LOGS", "logPublishingOptions", strconv.Itoa(i), "logType")
				}
			}
		}},
		{control: "opensearch-logs", fault: "no slow searches", mutate: func(s *testgraph.Stack) {
			options, _ := s.Get(domain).Get("logPublishingOptions").List()
			for i, option := range options {
				if option.Get("logType").Is("SEARCH_SLOW_LOGS") == prop.Yes {
					s.Set(domain, false, "logPublishingOptions", strconv.Itoa(i), "enabled")
				}
			}
		}},
		{
			control: "opensearch-resilient", fault: "one zone",
			mutate: set(domain, false, "clusterConfig", "zoneAwarenessEnabled"),
		},
		{control: "opensearch-resilient", fault: "one node", mutate: set(domain, 1, "clusterConfig", "instanceCount")},
		{
			control: "opensearch-resilient", fault: "no dedicated masters",
			config: param("opensearch-resilient", "dedicatedMasters", true),
			mutate: func(*testgraph.Stack) {},
		},
		{control: "opensearch-access-control", fault: "off", mutate: set(domain, false, "advancedSecurityOptions",
			"enabled")},
		{control: "opensearch-https", fault: "HTTP", mutate: set(domain, false, "domainEndpointOptions", "enforceHttps")},
		{
			control: "opensearch-https", fault: "old TLS",
			mutate: set(domain, "Policy-Min-TLS-1-0-2019-07", "domainEndpointOptions", "tlsSecurityPolicy"),
		},
		{
			control: "opensearch-https", fault: "no forward secrecy",
			mutate: set(domain, "Policy-Min-TLS-1-2-2019-07", "domainEndpointOptions", "tlsSecurityPolicy"),
		},
		{control: "opensearch-not-anonymous", fault: "everybody", mutate: set(domain, document(
			`{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"es:*","Resource":"*"}`), "accessPolicies")},
		{control: "opensearch-not-anonymous", fault: "anonymous", mutate: set(domain, true, "advancedSecurityOptions",
			"anonymousAuthEnabled")},
		{control: "opensearch-https", fault: "the service's former name", mutate: func(s *testgraph.Stack) {
			s.Set(domain, false, "domainEndpointOptions", "enforceHttps")
			s.Set(domain, "7.10", "elasticsearchVersion") // without one AWS takes 1.5, which has ended
			s.Rename(searchDomain, "aws:elasticsearch/domain:Domain")
		}},
		{control: "opensearch-no-master-password", fault: "plain text", mutate: set(domain, testgraph.Nested(testgraph.Props{
			"masterUserName": "admin", "masterUserPassword": "Password123!",
		}), "advancedSecurityOptions", "masterUserOptions")},
	}
}
