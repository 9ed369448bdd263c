package config

import (
	"strconv"
	"strings"

	"aws-webapp/internal/plural"
)

// ProtocolVersion is what the load balancer speaks with the tasks.
type ProtocolVersion string

// The versions that target groups have.
const (
	HTTP1 ProtocolVersion = "HTTP1"
	HTTP2 ProtocolVersion = "HTTP2"
	GRPC  ProtocolVersion = "GRPC"
)

// validateTargets refuses what the load balancer cannot do with the tasks of its protocol version.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html
func (s *Service) validateTargets(v *validation, at path) {
	matcher, version := at.key("healthCheck").key("matcher"), s.ProtocolVersion
	if v.sound(at.key("protocolVersion")) {
		first, _, _ := strings.Cut(strings.ReplaceAll(s.HealthCheck.Matcher, "-", ","), ",")
		// Codes of gRPC go to 99, statuses of HTTP have three digits.
		code, err := strconv.Atoi(first)
		switch grpc := err == nil && code <= mostGRPCCode; {
		case version == GRPC && !grpc:
			v.add(matcher, quote(s.HealthCheck.Matcher), "codes of gRPC, 0 to 99, with protocolVersion GRPC",
				`set it to "0", and path to a method such as /grpc.health.v1.Health/Check`)
		case version != GRPC && grpc:
			v.add(matcher, quote(s.HealthCheck.Matcher), "statuses from 200 to 499 without protocolVersion GRPC",
				`set it to "200", or protocolVersion to GRPC`)
		}
	}
	if check := at.key("healthCheck").key("path"); version == GRPC &&
		strings.Count(s.HealthCheck.Path, "/") != len("//") {
		v.add(check, quote(s.HealthCheck.Path), "the path of a method, /package.Service/Method, with protocolVersion GRPC",
			"set it to /grpc.health.v1.Health/Check if the service has it, or to another method")
	}
	deployment := at.key("deployment")
	if paths := deployment.key("testPaths"); (version == HTTP2 || version == GRPC) && len(s.Deployment.TestPaths) > 0 {
		v.add(paths, plural.Of(len(s.Deployment.TestPaths), "path"), "none with protocolVersion "+string(version),
			"remove them: the function that asks them speaks HTTP/1.1, which the load balancer does not translate")
	}
	if rules := at.key("routing").key("rules"); s.Deployment.Controller == BlueGreen && len(s.Routing.Rules) > 0 {
		v.add(rules, plural.Of(len(s.Routing.Rules), "rule"), "none with deployment.controller blue-green",
			"join them in routing.paths and routing.hosts, or take the rolling controller: CodeDeploy moves one rule")
	}
}

const mostGRPCCode = 99

// isGRPCMatcher accepts codes as target groups with gRPC do: 0, 0,1 or 0-5.
func isGRPCMatcher(text string) bool { return areCodes(text, 0, mostGRPCCode) }
