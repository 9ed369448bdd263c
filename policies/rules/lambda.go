package rules

import (
	"strings"

	"aws-webapp/policies/containers"
	"aws-webapp/policies/control"
	"aws-webapp/policies/iamdoc"
	"aws-webapp/policies/prop"
)

func functions() []*control.Control {
	const subject = "Lambda"
	functions := []string{functionType}
	present := []string{"aws:lambda/function:"}
	return []*control.Control{
		{
			Name: "lambda-permission-narrow", Subject: subject, IDs: control.ParseIDs("Lambda.1+ K258 K301~ K364+"),
			Beyond:   "Checkov takes everybody of an organisation for everybody",
			Title:    "Functions are invoked by named callers only",
			Severity: control.Critical, Levels: mandatory, Types: []string{permissionType, functionURLType}, Optional: true,
			Risk:  "Anybody, or somebody else's resource, can invoke the function",
			Fix:   "set principal to the service, and sourceArn to the resource that invokes the function; give a URL AWS_IAM",
			Judge: judgePermission,
		},
		{
			Name: "lambda-environment", Subject: subject, IDs: control.ParseIDs("K45~ K173"),
			Beyond:   "Checkov also finds secret access keys by their looks",
			Title:    "Functions keep no secrets in their environment, and encrypt it with a key of our own",
			Severity: control.High, Levels: mandatory, Types: functions, Present: present,
			Risk:  "Everybody who may describe the function can read the secret",
			Fix:   "read secrets from Secrets Manager at run time, and set kmsKeyArn",
			Link:  "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html",
			Judge: judgeFunctionEnvironment,
		},
		{
			Name: "lambda-in-vpc", Subject: subject, IDs: control.ParseIDs("Lambda.3+ Lambda.5~ K117+"),
			Beyond:   "Lambda.5 counts zones, and this control subnets",
			Title:    "Functions run in the VPC, over several availability zones",
			Severity: control.Low, Levels: advisory, Types: functions, Present: present,
			Risk: "The function reaches the internet past the VPC's controls, or stops with one zone",
			Fix:  "set vpcConfig with two private subnets or more",
			Judge: func(c in) control.Result {
				const least = 2
				subnets := c.Get("vpcConfig", "subnetIds")
				listed, complete := subnets.List()
				several := complete.And(prop.Known(len(listed) >= least))
				if subnets.IsUnknown() {
					several = computedFrom(c, subnets)
				}
				return control.Want(several, "function %s is not in the VPC, or in one availability zone", c.Name)
			},
		},
		{
			Name: "lambda-dead-letters", Subject: subject, IDs: control.ParseIDs("K116~"),
			Beyond: "Checkov wants a queue of every function, but one with a destination for failures, or whose caller waits, " +
				"needs none",
			Title:    "Functions keep the events that they could not process",
			Severity: control.Low, Levels: advisory, Scope: control.PerStack, Types: functions, Present: present,
			Risk: "Events that fail are dropped without a trace",
			Fix: "set deadLetterConfig.targetArn to a queue, or add a destination for failures " +
				"(lambda.FunctionEventInvokeConfig)",
			Link:  "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
			Judge: judgeDeadLetters,
		},
	}
}

func judgePermission(c in) control.Result {
	if c.Type == functionURLType {
		return control.Want(c.Get("authorizationType").Is("AWS_IAM"), "anybody can invoke the function by its URL %s", c.Name)
	}
	principal, ok := c.Get("principal").Text()
	if !ok {
		return control.Doubt("the principal of permission %s is not known yet", c.Name)
	}
	arn := c.Get("sourceArn")
	source := arn.IsSet()
	if text, known := arn.Text(); known && iamdoc.AnyAccount(text) {
		source = prop.No
	}
	if arn.IsUnknown() {
		source = computedFrom(c, arn)
	}
	switch {
	case principal == "*":
		return control.Want(c.Get("principalOrgId").IsSet(), "permission %s lets everybody invoke the function", c.Name)
	case strings.HasSuffix(strings.TrimSuffix(principal, ".cn"), ".amazonaws.com"):
		return control.Want(source,
			"permission %s does not say for which resource the service may invoke the function", c.Name)
	default:
		return control.Passed()
	}
}

func judgeFunctionEnvironment(c in) control.Result {
	variables := c.Get("environment", "variables")
	names, complete := variables.Fields()
	results := []control.Result{control.Want(complete, "the environment of function %s holds a secret", c.Name)}
	for _, name := range names {
		label := "environment variable \"" + name + "\""
		if variables.Secret() {
			label = "an environment variable"
		}
		if why := containers.Suspicious(name, variables.Get(name)); why != "" {
			results = append(results, control.Failed("%s of function %s looks like a secret: %s", label, c.Name, why))
		}
	}
	if len(names) > 0 {
		results = append(results, control.Want(ownKey(c, c.Get("kmsKeyArn")),
			"the environment of function %s is not encrypted with a key of our own", c.Name))
	}
	return control.All(results...)
}
