package config

// DeliveryLogging governs the log groups of builds.
type DeliveryLogging struct {
	// RetentionDays is one of the periods that CloudWatch Logs offers. Default 90.
	RetentionDays int `json:"retentionDays" allowed:"1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653"`
}

// State is the backend that keeps the state of all stacks: a bucket, and the key that
// encrypts both the bucket and the secrets in the state. Periods end at ten years.
type State struct {
	// NoncurrentVersionDays is how long a state that was replaced can be brought back, 1 to
	// 3650. Default 365.
	NoncurrentVersionDays int `json:"noncurrentVersionDays" allowed:"1 to 3650"`
	// AccessLogDays is how long the bucket's access log is kept, 1 to 3650. Default 365.
	AccessLogDays int `json:"accessLogDays" allowed:"1 to 3650"`
	// ForceDestroy lets destroy empty the buckets. Never allowed in prod. Default false.
	ForceDestroy bool `json:"forceDestroy"`
}

// Registry keeps the application's images. The accounts of staging and production may pull.
type Registry struct {
	// Name of the ECR repository. Required.
	Name string `json:"name" required:"true" allowed:"<repository name>"`
	// KeepImages is how many builds are kept, 5 to 1000. Default 50.
	KeepImages int `json:"keepImages" allowed:"5 to 1000"`
	// KeepReleases is how many images are kept that went to production, 2 to 1000, beside
	// the builds: to them a rollback goes. Default 30.
	KeepReleases int `json:"keepReleases" allowed:"2 to 1000"`
	// UntaggedDays after which an image without a tag is deleted, 1 to 365. Default 7.
	UntaggedDays int `json:"untaggedDays" allowed:"1 to 365"`
	// PullAccountIDs are further accounts that may pull. Default none.
	PullAccountIDs []string `json:"pullAccountIds" allowed:"<account id>"`
	// ForceDelete lets destroy delete the images. Never allowed in prod. Default false.
	ForceDelete bool `json:"forceDelete"`
}

// GitHub says which workflows may act in the account, as what.
type GitHub struct {
	// Repository whose workflows these are. Required.
	Repository string `json:"repository" required:"true" allowed:"<GitHub repository>"`
	// SubjectPrefix is what the subject of the repository's tokens begins with where it has ids, as it has for
	// repositories made, renamed or transferred since July 2026: repo:owner@1/name@2. GitHub's API says it:
	// gh api repos/OWNER/NAME/actions/oidc/customization/sub --jq .sub_claim_prefix. Optional.
	SubjectPrefix string `json:"subjectPrefix" optional:"true" allowed:"<GitHub subject ids>"`
	// CreateProvider makes the account's OIDC provider for GitHub, of which there is one an
	// account, where a target lives in the stack's own account. Default true.
	CreateProvider bool `json:"createProvider"`
	// PreviewSubjects are the events that may preview. Default pull_request, ref:refs/heads/main.
	PreviewSubjects []string `json:"previewSubjects" count:"1 to 20" allowed:"<GitHub subject>"`
}

// Pipeline builds, tests and deploys the application.
type Pipeline struct {
	// Service is the entry of services, in both stacks, that runs the image. Required.
	Service string `json:"service" required:"true" allowed:"<service name>"`
	// ConnectionARN of the connection to GitHub; without it the stack makes one, which
	// somebody has to authorise once in the console. Optional.
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
	// ArtifactDays is how long the pipeline's artifacts are kept, 1 to 3650. Default 30.
	ArtifactDays int `json:"artifactDays" allowed:"1 to 3650"`
}

// Target is a workload stack that the pipeline deploys to.
type Target struct {
	// AccountID that the stack lives in. Required.
	AccountID string `json:"accountId" required:"true" allowed:"<account id>"`
	// Stack by its name, which the environment on GitHub has, too, whose jobs deploy it. Required.
	Stack string `json:"stack" required:"true" allowed:"<stack name>"`
	// URL that answers when a deployment is done. Required.
	URL string `json:"url" required:"true" allowed:"<HTTPS URL>"`
	// DeployRoleARN is the role that deploys, where the stack's account is another one. Optional.
	DeployRoleARN string `json:"deployRoleArn" optional:"true" allowed:"<role ARN>"`
	// PreviewRoleARN is the role that reads, where the stack's account is another one. Optional.
	PreviewRoleARN string `json:"previewRoleArn" optional:"true" allowed:"<role ARN>"`
}

// Notifications tell of approvals that wait and of executions that end.
type Notifications struct {
	// Subscriptions of the topic. Prod demands one.
	Subscriptions []Subscription `json:"subscriptions"`
}

func (n *Notifications) validate(v *validation, at path) {
	v.distinct(at.key("subscriptions"), n.Subscriptions)
}
