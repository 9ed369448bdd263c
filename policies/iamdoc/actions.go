package iamdoc

import (
	"slices"
	"strings"

	"aws-webapp/internal/awsdata/authorization"
)

// readVerbs begin the names of actions that tell about resources but not what is in them.
var readVerbs = []string{
	"describe", "list", "get", "batchget", "head", "lookup", "view", "search", "filter", "test", "simulate",
	"estimate", "preview", "validate", "check",
}

// dataReads are actions whose names look harmless but that read what is stored.
var dataReads = []string{
	"s3:getobject", "s3:getobjectversion", "s3:getobjecttorrent", "s3:getobjectattributes",
	"secretsmanager:getsecretvalue", "secretsmanager:batchgetsecretvalue",
	"ssm:getparameter", "ssm:getparameters", "ssm:getparametersbypath", "ssm:getparameterhistory",
	"dynamodb:getitem", "dynamodb:batchgetitem", "kinesis:getrecords", "dynamodb:getrecords",
	"ecr:getdownloadurlforlayer", "ecr:batchgetimage", "lambda:getfunction", "rds:downloaddblogfileportion",
	"logs:getlogevents", "logs:filterlogevents", "logs:getqueryresults", "logs:getlogrecord",
	"athena:getqueryresults", "codecommit:getblob", "codeartifact:getpackageversionasset",
	"cognito-identity:getcredentialsforidentity", "redshift:getclustercredentials", "sts:getfederationtoken",
	"sts:getsessiontoken", "es:eshttpget", "es:eshttphead", "glacier:getjoboutput", "cloudformation:gettemplate",
	"ec2:getpassworddata", "ec2:getconsoleoutput", "lakeformation:getdataaccess", "codeartifact:getauthorizationtoken",
	"appconfig:getconfiguration", "appconfigdata:getlatestconfiguration", "cognito-identity:getopenidtoken",
	"sso:getrolecredentials", "lightsail:getinstanceaccessdetails", "apigateway:get", "ssm:getcommandinvocation",
}

// launchers start something that runs with a role that is passed to it.
var launchers = []string{
	"lambda:createfunction", "ec2:runinstances", "ecs:runtask", "ecs:createservice", "ecs:updateservice",
	"ecs:registertaskdefinition", "codebuild:createproject", "codepipeline:createpipeline", "cloudformation:createstack",
	"glue:createjob", "glue:createdevendpoint", "sagemaker:createnotebookinstance", "datapipeline:createpipeline",
}

// harmless says whether an action may be allowed on every resource: one for which AWS has
// no resource level, or one that only tells about resources.
func harmless(action string, without []string) bool {
	if slices.ContainsFunc(without, func(w string) bool { return strings.EqualFold(w, action) }) ||
		authorization.WithoutResources(action) {
		return true
	}
	return TellsOnly(action)
}

// TellsOnly says whether an action, or all that a pattern names, only tells about resources: it changes
// nothing and reads nothing of what is in them.
func TellsOnly(action string) bool {
	action = strings.ToLower(action)
	_, name, ok := strings.Cut(action, ":")
	if !ok || wholeService(action) {
		return false
	}
	if slices.ContainsFunc(dataReads, func(read string) bool { return Match(action, read) }) {
		return false
	}
	return slices.ContainsFunc(readVerbs, func(verb string) bool { return strings.HasPrefix(name, verb) })
}

// narrowing are condition keys that stand in for the missing resource, by service. The
// empty service holds for all.
var narrowing = map[string][]string{
	"":                        {"aws:ResourceTag/"},
	"cloudwatch":              {"cloudwatch:namespace"},
	"ec2":                     {"ec2:Vpc", "ec2:Subnet", "ec2:VpcID", "ec2:AuthorizedService", "ec2:ResourceTag/"},
	"ecs":                     {"ecs:cluster", "ecs:service", "ecs:task-definition"},
	"elasticloadbalancing":    {"elasticloadbalancing:ResourceTag/"},
	"application-autoscaling": {"application-autoscaling:service-namespace"},
	"iam":                     {"iam:AWSServiceName"},
	"logs":                    {"logs:LogGeneratingResourceArns"},
}

// keyUses are what lets somebody use a key, or hand its use out. A tag alone is no limit for them:
// whoever may tag keys would have any.
var keyUses = []string{
	"kms:decrypt", "kms:reencryptfrom", "kms:reencryptto", "kms:encrypt", "kms:generatedatakey", "kms:generatedatakeypair", "kms:sign",
	"kms:creategrant", "kms:putkeypolicy", "kms:derivesharedsecret",
}

// narrowed says whether a condition stands in for the missing resource. Nothing does for
// reading secrets and for handing out permissions; keys can be named by their aliases, since
// a policy is often written before the key has an id.
func (s Statement) narrowed(action string) bool {
	service, _, _ := strings.Cut(action, ":")
	switch service {
	case "kms":
		uses := slices.ContainsFunc(keyUses, func(use string) bool { return Match(action, use) })
		return s.narrowedBy("kms:ResourceAliases") ||
			(!uses || s.throughServices()) && s.narrowedBy("aws:ResourceTag/", "aws:RequestTag/")
	case "secretsmanager", "sts":
		return false
	case "iam":
		return Match("iam:createservicelinkedrole", action) && s.narrowedBy(narrowing["iam"]...)
	default:
		return s.narrowedBy(narrowing[""]...) || s.narrowedBy(narrowing[service]...)
	}
}

// throughServices says whether keys are used by AWS's services alone, which give nothing out.
func (s Statement) throughServices() bool {
	return s.narrowedBy("kms:ViaService") || slices.ContainsFunc(s.Conditions, func(c Condition) bool {
		return c.Operator == "bool" && c.Key == "kms:grantisforawsresource" && slices.Equal(c.Values, []string{"true"})
	})
}

// withinAccount says whether a statement allows an action, other than one that opens secrets, keys,
// sessions or permissions, in named accounts alone: by condition, or by the account in each ARN.
func (s Statement) withinAccount(action string) bool {
	service, _, _ := strings.Cut(action, ":")
	if slices.Contains([]string{"iam", "kms", "secretsmanager", "sts"}, service) {
		return false
	}
	elsewhere := func(resource string) bool { return resource == "*" || AnyAccount(resource) }
	return s.narrowedBy("aws:ResourceAccount") || len(s.Resources) > 0 && !slices.ContainsFunc(s.Resources, elsewhere)
}
