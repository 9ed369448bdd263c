package config

// DeliveryLogging governs the log groups of builds.
type DeliveryLogging struct {
	// RetentionDays is one of the periods that CloudWatch Logs offers. Default 90.
	RetentionDays int `json:"retentionDays" allowed:"1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653"`
}

func (d *DeliveryLogging) defaults() { d.RetentionDays = 90 }

// State is the backend that keeps the state of all stacks: a bucket, and the key that
// encrypts both the bucket and the secrets in the state. Periods end at ten years.
type State struct {
	// NoncurrentVersionDays is the time for which a replaced state can be brought back, 1 to
	// 3650. Default 365.
	NoncurrentVersionDays int `json:"noncurrentVersionDays" allowed:"1 to 3650"`
	// AccessLogDays is the time for which the bucket's access log is kept, 1 to 3650. Default 365.
	AccessLogDays int `json:"accessLogDays" allowed:"1 to 3650"`
	// ForceDestroy makes destroy empty the buckets. Never allowed in prod. Default false.
	ForceDestroy bool `json:"forceDestroy"`
}

func (s *State) defaults() {
	*s = State{
		NoncurrentVersionDays: 365,
		AccessLogDays:         365,
	}
}

// Registry keeps the application's images. The accounts of staging and production may pull.
type Registry struct {
	// Name of the ECR repository. Required.
	Name string `json:"name" required:"true" allowed:"<repository name>"`
	// KeepImages is the number of builds to keep, 5 to 1000. Default 50.
	KeepImages int `json:"keepImages" allowed:"5 to 1000"`
	// KeepReleases is the number of images that went to production to keep besides the builds, 2
	// to 1000: a rollback goes back to one of them. Default 30.
	KeepReleases int `json:"keepReleases" allowed:"2 to 1000"`
	// UntaggedDays after which an image without a tag is deleted, 1 to 365. Default 7.
	UntaggedDays int `json:"untaggedDays" allowed:"1 to 365"`
	// PullAccountIDs lists further accounts that may pull. Default none.
	PullAccountIDs []string `json:"pullAccountIds" allowed:"<account id>"`
	// ForceDelete makes destroy delete the images. Never allowed in prod. Default false.
	ForceDelete bool `json:"forceDelete"`
}

func (r *Registry) defaults() {
	*r = Registry{
		KeepImages:   50,
		KeepReleases: 30,
		UntaggedDays: 7,
	}
}

// GitHub decides which workflows may act in the account, and with which role.
type GitHub struct {
	// Repository whose workflows these are. Required.
	Repository string `json:"repository" required:"true" allowed:"<GitHub repository>"`
	// SubjectPrefix is the beginning of the subject of the repository's tokens if it has ids, as for
	// repositories created, renamed or transferred since July 2026: repo:owner@1/name@2. GitHub's API returns
	// it: gh api repos/OWNER/NAME/actions/oidc/customization/sub --jq .sub_claim_prefix. Optional.
	SubjectPrefix string `json:"subjectPrefix" optional:"true" allowed:"<GitHub subject ids>"`
	// CreateProvider creates the OIDC provider for GitHub, of which an account has only one, if a
	// target lives in the stack's own account. Default true.
	CreateProvider bool `json:"createProvider"`
	// PreviewSubjects lists the events that may preview. Default pull_request,
	// ref:refs/heads/main.
	PreviewSubjects []string `json:"previewSubjects" count:"1 to 20" allowed:"<GitHub subject>"`
}

func (g *GitHub) defaults() {
	*g = GitHub{
		CreateProvider:  true,
		PreviewSubjects: []string{"pull_request", "ref:refs/heads/main"},
	}
}

// Pipeline builds, tests and deploys the application.
type Pipeline struct {
	// Service is the entry of services, in both stacks, that runs the image. Required.
	Service string `json:"service" required:"true" allowed:"<service name>"`
	// ConnectionARN of the connection to GitHub; without it the stack creates one, which somebody
	// has to authorise once in the console. Optional.
	ConnectionARN string `json:"connectionArn" optional:"true" allowed:"<connection ARN>"`
	// Branch whose pushes start the pipeline, and whose jobs on GitHub may deploy. Default main.
	Branch string `json:"branch" allowed:"<branch>"`
	// ComputeType of the builds. Default BUILD_GENERAL1_MEDIUM.
	ComputeType string `json:"computeType" allowed:"BUILD_GENERAL1_SMALL, BUILD_GENERAL1_MEDIUM, BUILD_GENERAL1_LARGE, BUILD_GENERAL1_XLARGE, BUILD_GENERAL1_2XLARGE"`
	// BuildImage that builds run in. Default aws/codebuild/amazonlinux-x86_64-standard:5.0.
	BuildImage string `json:"buildImage" allowed:"<build image>"`
	// ApprovalTimeoutMinutes after which an approval that nobody gave counts as refused, 5 to
	// 86400. Default 1440.
	ApprovalTimeoutMinutes int `json:"approvalTimeoutMinutes" allowed:"5 to 86400"`
	// ArtifactDays is the time for which the pipeline's artifacts are kept, 1 to 3650. Default 30.
	ArtifactDays int `json:"artifactDays" allowed:"1 to 3650"`
}

func (p *Pipeline) defaults() {
	*p = Pipeline{
		Branch:                 "main",
		ComputeType:            "BUILD_GENERAL1_MEDIUM",
		BuildImage:             "aws/codebuild/amazonlinux-x86_64-standard:5.0",
		ApprovalTimeoutMinutes: 1440,
		ArtifactDays:           30,
	}
}

// Target is a workload stack that the pipeline deploys to.
type Target struct {
	// AccountID that the stack lives in. Required.
	AccountID string `json:"accountId" required:"true" allowed:"<account id>"`
	// Stack by its name. The GitHub environment whose jobs deploy it has the same name. Required.
	Stack string `json:"stack" required:"true" allowed:"<stack name>"`
	// URL that answers when a deployment is done. Required.
	URL string `json:"url" required:"true" allowed:"<HTTPS URL>"`
	// DeployRoleARN is the role that deploys, if the stack is in another account. Optional.
	DeployRoleARN string `json:"deployRoleArn" optional:"true" allowed:"<role ARN>"`
	// PreviewRoleARN is the role that reads, if the stack is in another account. Optional.
	PreviewRoleARN string `json:"previewRoleArn" optional:"true" allowed:"<role ARN>"`
	// TaskPermissions are what the boundary lets the stack's tasks do beside what the program gives them: all that the
	// stack's services[].permissions ask for, word for word or by patterns. A boundary is one policy of 6,144 characters,
	// of which two stacks in one account leave about 600. At most 10. Default none.
	TaskPermissions []Permission `json:"taskPermissions" count:"0 to 10"`
}

// Notifications report approvals that wait and executions that end.
type Notifications struct {
	// Subscriptions of the topic. Prod demands one.
	Subscriptions []Subscription `json:"subscriptions"`
}

func (n *Notifications) validate(v *validation, at path) {
	v.distinct(at.key("subscriptions"), n.Subscriptions)
}
