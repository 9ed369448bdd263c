package iamdoc

import (
	"slices"
	"strings"
)

// family is a kind of reading that is as bad as writing if it is allowed on everything. AWS's access
// levels do not distinguish it: reading a bucket's settings is Read, and so is reading its objects.
type family struct {
	// does says what an action of the family does, as in "s3:GetObject reads data".
	does string
	// names lists patterns of action names of any service.
	names []string
	// actions lists further actions, whose names do not show it, or only in one service.
	actions []string
	// but lists actions that have such a name but only describe something.
	but []string
}

// credentials holds actions that return a password, a token, a key, or a link that needs no other
// permission.
//
// Sources: the actions that return credentials of cloudsplaining (Checkov's CKV_AWS_287) and policy_sentry,
// https://gist.github.com/kmcquade/33860a617e651104d243c324ddf7992a, CredentialExposure in
// https://github.com/primeharbor/sensitive_iam_actions, and AWS's descriptions in the Service Authorization Reference.
var credentials = family{
	does: "returns credentials",
	names: []string{
		"get*password*", "get*credentials*", "request*credentials", "describe*credentials", "*getsecretvalue",
		"revealsecrets", "list*clientsecrets", "get*token", "get*tokenfor*", "create*token", "list*bearertokens",
		"get*apikey", "listapikeys", "get*accesskeys", "listsecuritykeys", "*getstreamkey",
		"getkeypair*", "*presignedurl*", "*embedurl", "*authcode", "*defaultkeypair", "retrieve*credentials",
		"*accessdetails", "getinstanceaccess", "*connectionstring", "*unlockcode", "*oauthparameters", "*oauth2access",
		"exportcertificate", "callwithbearertoken", "assumerole*",
	},
	actions: []string{
		"glue:getconnection", "glue:getconnections", "cognito-idp:describeuserpoolclient", "apigateway:get",
	},
	but: []string{
		"iam:getaccountpasswordpolicy", "secretsmanager:getrandompassword", "waf:getchangetoken",
		"waf-regional:getchangetoken",
		"wafv2:listapikeys", "wafv2:getdecryptedapikey", // web pages show these keys to everybody
		// These give no more than the caller's other permissions, and IAM has no resource types for them.
		"ecr:getauthorizationtoken", "ecr-public:getauthorizationtoken", "sts:getservicebearertoken",
	},
}

// data holds actions that read stored or sent content: objects, rows, messages, logs, code,
// images.
//
// Sources: cloudsplaining's list of data exfiltration (Checkov's CKV_AWS_288), DataAccess in
// https://github.com/primeharbor/sensitive_iam_actions, and AWS's descriptions in the Service Authorization Reference.
var data = family{
	does: "reads data",
	names: []string{
		"getobject", "getobjectversion", "get*torrent", "getobject*attributes", "getobjectversionforreplication",
		"harvestobject", "getitem", "batchgetitem", "conditioncheckitem", "getrecord", "getrecords",
		"getstreamrecords", "batchgetrecord", "get*entityrecords", "scan", "query", "query*rows", "select",
		"selectmulti*", "partiql*", "queryvectors", "getvectors", "readdata*", "gettabledata", "executequery",
		"get*queryresult", "get*queryresults", "getqueryresultsstream", "getstatementresult*", "get*blob", "getfile",
		"getfolder", "getcommit", "getdifferences", "getcomment*", "gitpull", "get*asset", "get*readme",
		"readfromrepository", "getlayerversion", "get*downloadur*", "download*", "getartifact*", "get*artifact",
		"get*content", "getdocument*", "get*attachment", "get*attachedfile", "getexportedfile",
		"getmessage", "get*chatmessages", "getchannelmessage", "receivemessage", "getretainedmessage",
		"getarchivemessage*", "getmedia", "getmediafor*", "getclip", "getimages", "get*streamingsessionurl",
		"getimageframe", "getimageset", "getreadset", "getlogevents", "filterlogevents", "getlogrecord", "unmask",
		"startlivetail", "getsnapshotblock", "getblock", "retrieve*", "getjoboutput", "getexecutionoutput",
		"getdataaccess", "subscribetoshard", "eshttp*", "readresource", "versionreadresource", "searchwith*",
		"searcheverything", "searchprofiles", "searchcontacts", "sample*data", "get*propertyvalue*",
		"get*propertyaggregates", "getmemoryrecord",
	},
	actions: []string{
		"ssm:getparameter", "ssm:getparameters", "ssm:getparametersbypath", "ssm:getparameterhistory",
		"ssm:getcommandinvocation", "ecr:batchgetimage", "lambda:getfunction", "cloudformation:gettemplate",
		"ec2:getconsoleoutput", "ec2:getconsolescreenshot", "appconfig:getconfiguration",
		"appconfig:getlatestconfiguration", "codecommit:gettree", "codecommit:batchgetcommits",
		"support:describeattachment", "support:describecommunications", "cognito-sync:listrecords",
		"cognito-sync:queryrecords", "datapipeline:queryobjects", "cognito-idp:listusers", "cognito-idp:admingetuser",
		"elasticfilesystem:clientmount", "elasticfilesystem:replicationread", "es:escrossclusterget",
		"connect:batchdescribedatatablevalue", "sqlworkbench:exportnotebook", "cloudtrail:generatequeryresultssummary",
	},
	but: []string{
		"internetmonitor:*", // measurements of the network
		"networkmanager:*", "ec2:getnetworkinsightsaccessscopecontent",
		"elasticloadbalancing:gettruststorerevocationcontent",
		"elemental-*", "iot-device-tester:*", "trustedadvisor:download*", // what AWS gives to everybody
		"ssm:getdocument",       // what is to be run, and most are AWS's
		"textract:getdocument*", // of a job whose id the caller knows, and AWS has no resources for it
	},
}

// acts holds actions that AWS counts as reads although they run, forward or send something.
var acts = family{
	does: "acts, although AWS counts it among the reads",
	names: []string{
		"invoke*", "pass*", "useconnection", "chat*", "send*", "set*", "complete*", "approve*", "accesskubernetesapi",
	},
}

// families lists all kinds of reading that need a resource.
var families = []*family{&credentials, &data, &acts}

// has reports whether an action, in lower case, belongs to the family.
func (f *family) has(action string) bool {
	_, name, _ := strings.Cut(action, ":")
	covers := func(text string) func(string) bool { return func(pattern string) bool { return Match(pattern, text) } }
	if slices.ContainsFunc(f.but, covers(action)) {
		return false
	}
	return slices.ContainsFunc(f.actions, covers(action)) || slices.ContainsFunc(f.names, covers(name))
}
