package rules

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/policies/containers"
	"aws-webapp/policies/control"
	"aws-webapp/policies/prop"
)

// builds returns the controls about the build and delivery of the application.
func builds() []*control.Control {
	const subject = "CodeBuild and CodePipeline"
	const guide = "https://docs.aws.amazon.com/codebuild/latest/userguide/"
	projects := []string{buildProjectType}
	present := []string{"aws:codebuild/project:"}
	return []*control.Control{
		{
			Name: "codebuild-no-secrets", Subject: subject, IDs: control.ParseIDs("CodeBuild.1~ CodeBuild.2+"),
			Beyond:   "Security Hub knows every token of Bitbucket; here it has to look like one, or like a password",
			Title:    "Builds have no secrets in plain variables, source addresses and build specifications",
			Severity: control.Critical, Levels: mandatory, Types: projects, Present: present, OnUnknown: control.Disabled,
			Risk: "Everybody who may describe the project can read the secret, and so can every build log that prints it",
			Fix: "give the variable the type SECRETS_MANAGER or PARAMETER_STORE and the secret's name as its value; let " +
				"the project's role stand in for access keys, and a connection for a password of the source",
			Judge: judgeBuildSecrets,
		},
		{
			Name: "codebuild-privileged", Subject: subject, IDs: control.ParseIDs("K316"),
			Title:    "Builds run without privileged mode, but for those that are named",
			Severity: control.High, Levels: mandatory, Types: projects, Present: present,
			Risk: "A build that may do everything on its host takes over what else runs there",
			Fix: "leave privilegedMode out; where a build makes container images, add the project's logical name to the " +
				"parameter projects of this policy, in the pack's configuration for the stack",
			Link: guide + "create-project.html#create-project-console-environment",
			Params: []control.Param{{
				Name: "projects", Kind: control.Texts, Default: []string{},
				Doc: "Logical names of the projects that may run privileged, since they build images; * stands for any text.",
			}},
			Judge: func(c in) control.Result {
				if named(c, "projects", c.Name) {
					return control.Passed()
				}
				return control.Want(c.Get("environment", "privilegedMode").IsFalse(), "project %s runs builds privileged", c.Name)
			},
		},
		{
			Name: "codebuild-encrypted", Subject: subject, IDs: control.ParseIDs("CodeBuild.3+ N:CB4~ K78+ K147+ K311+"),
			Beyond:   "cdk-nag wants a key of projects that put nothing out, too",
			Title:    "Build output is encrypted with a key of our own",
			Severity: control.Medium, Levels: mandatory, Types: projects, Present: present,
			Risk:  "Whoever may read the bucket may read what was built, and what the build printed",
			Fix:   "set encryptionKey, and leave encryptionDisabled out of artifacts and S3 logs",
			Judge: judgeBuildEncryption,
		},
		{
			Name: "codebuild-logs", Subject: subject, IDs: control.ParseIDs("CodeBuild.4 K314~"),
			Beyond:   "Checkov wants logs to be declared, though CodeBuild writes them by default",
			Title:    "Builds write a log",
			Severity: control.Medium, Levels: mandatory, Types: projects, Present: present,
			Risk: "Nobody can tell afterwards what a build did, or what was built into the application",
			Fix:  "leave logsConfig.cloudwatchLogs.status ENABLED, which is the default, or enable logsConfig.s3Logs",
			Judge: func(c in) control.Result {
				logs := c.Get("logsConfig")
				cloudWatch := logs.Dig("cloudwatchLogs", "status").IsOrAbsent("ENABLED")
				return control.Want(cloudWatch.Or(logs.Dig("s3Logs", "status").Is("ENABLED")),
					"project %s writes no log", c.Name)
			},
		},
		{
			Name: "codepipeline-customer-key", Subject: subject, IDs: control.ParseIDs("K219+"),
			Title:    "Pipelines encrypt their artifacts with a key of our own",
			Severity: control.Medium, Levels: mandatory, Types: []string{pipelineType},
			Risk: "Whoever may read the bucket may read the sources and what is deployed",
			Fix:  "set encryptionKey of each of artifactStores to the id of a key of our own, with type KMS",
			Link: "https://docs.aws.amazon.com/codepipeline/latest/userguide/S3-artifact-encryption.html",
			Judge: func(c in) control.Result {
				own := every(c.Get("artifactStores"), func(store prop.Value) prop.Truth {
					return ownKey(c, store.Dig("encryptionKey", "id"))
				})
				return control.Want(own, "pipeline %s has an artifact store without a key of our own", c.Name)
			},
		},
	}
}

// judgeBuildSecrets judges plain variables, whose values everybody who may describe the project can see, and the
// other texts shown with them. A value that is not known yet is judged again.
func judgeBuildSecrets(c in) control.Result {
	variables, complete := c.Get("environment", "environmentVariables").List()
	results := []control.Result{control.Want(complete, "a variable of project %s holds a secret", c.Name)}
	for i, variable := range variables {
		plain := variable.Get("type").IsOrAbsent("PLAINTEXT", "")
		if plain == prop.No {
			continue
		}
		name, value := variable.Get("name"), variable.Get("value")
		text, known := name.Text()
		label := fmt.Sprintf("variable %d", i+1)
		if known && !name.Secret() {
			label = fmt.Sprintf("variable %q", text)
		}
		why := containers.Suspicious(text, value)
		if strings.EqualFold(text, "AWS_ACCESS_KEY_ID") && value.IsSet() != prop.No {
			why = "its name says so"
		}
		switch {
		case why != "" && plain == prop.Yes:
			results = append(results, control.Failed("%s of project %s looks like a secret in plain text: %s", label,
				c.Name, why))
		case why != "", name.IsUnknown(), value.IsUnknown():
			results = append(results, control.Doubt("cannot tell yet whether %s of project %s is a secret", label, c.Name))
		}
	}
	sources, complete := c.Get("secondarySources").List()
	results = append(results, control.Want(complete, "a source of project %s holds a secret", c.Name))
	for _, source := range append(sources, c.Get("source")) {
		for _, property := range []string{"location", "buildspec"} {
			value := withoutReferences(source.Get(property))
			where := value.Path() + " of project " + c.Name
			if why := containers.Suspicious("", value); why != "" {
				results = append(results, control.Failed("%s has a secret in it: %s", where, why))
			} else if value.IsUnknown() {
				results = append(results, control.Doubt("cannot tell yet whether %s has a secret in it", where))
			}
		}
	}
	return control.All(results...)
}

// passwordByReference matches the reference in a command to a password that the shell fills in.
var passwordByReference = regexp.MustCompile(`:("?\$(\{[^}]*\}|\([^)]*\)|[A-Za-z_]\w*)"?)+@`)

// withoutReferences returns a text without references to passwords in shell variables, which are not
// passwords themselves.
func withoutReferences(v prop.Value) prop.Value {
	text, ok := v.Text()
	if !ok || v.Secret() || !passwordByReference.MatchString(text) {
		return v
	}
	return prop.New(v.Path(), resource.NewStringProperty(passwordByReference.ReplaceAllString(text, "@")))
}

// judgeBuildEncryption judges artifacts and logs. The key encrypts the artifacts: a project without any needs no key.
//
// Source: encryptionKey of Project and encryptionDisabled of ProjectArtifacts and S3LogsConfig,
// https://docs.aws.amazon.com/codebuild/latest/APIReference/API_Project.html
func judgeBuildEncryption(c in) control.Result {
	inTheOpen := func(artifacts prop.Value) prop.Truth { return artifacts.Get("encryptionDisabled").IsFalse().Not() }
	second, complete := c.Get("secondaryArtifacts").List()
	results := []control.Result{
		control.Want(inTheOpen(c.Get("artifacts")).Not().And(some(c.Get("secondaryArtifacts"), inTheOpen).Not()),
			"project %s puts out artifacts that are not encrypted", c.Name),
		control.Want(c.Get("logsConfig", "s3Logs", "encryptionDisabled").IsFalse(),
			"the S3 logs of project %s are not encrypted", c.Name),
	}
	none := c.Get("artifacts", "type").Is("NO_ARTIFACTS").And(complete).And(prop.Known(len(second) == 0))
	if none != prop.Yes {
		results = append(results, control.Want(none.Or(ownKey(c, c.Get("encryptionKey"))),
			"project %s has no encryptionKey of our own", c.Name))
	}
	return control.All(results...)
}
