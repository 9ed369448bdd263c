package components

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// NameKind is a kind of physical name with AWS's limits.
type NameKind struct {
	// max is the longest name that AWS accepts.
	max int
	// lower is set if AWS accepts no upper-case letters.
	lower bool
}

// The limits, from each service's API reference. A longer name is cut and ends in a hash of the
// whole name: it stays unique and the same in every run.
var (
	NameAlarm          = NameKind{max: 255}
	NameBuildProject   = NameKind{max: 150}
	NameAnalyzer       = NameKind{max: 255}
	NameBudget         = NameKind{max: 100}
	NameBackup         = NameKind{max: 50}
	NameBucket         = NameKind{max: 63, lower: true}
	NameCluster        = NameKind{max: 255}
	NameCodeDeploy     = NameKind{max: 100}
	NameDBIdentifier   = NameKind{max: 63, lower: true}
	NameDashboard      = NameKind{max: 255}
	NameEventRule      = NameKind{max: 64}
	NameConnection     = NameKind{max: 32}
	NameIAMPolicy      = NameKind{max: 128}
	NameIAMRole        = NameKind{max: 64}
	NameKMSAlias       = NameKind{max: 249}
	NameLambda         = NameKind{max: 64}
	NameLoadBalancer   = NameKind{max: 32}
	NameLogGroup       = NameKind{max: 505}
	NameOpenSearch     = NameKind{max: 28, lower: true}
	NameLogPolicy      = NameKind{max: 255}
	NameNamespace      = NameKind{max: 1024}
	NamePipeline       = NameKind{max: 100}
	NameParameterGroup = NameKind{max: 255, lower: true}
	NameQueue          = NameKind{max: 80}
	NameSchedule       = NameKind{max: 64}
	NameSecurityGroup  = NameKind{max: 255}
	NameSubnetGroup    = NameKind{max: 255, lower: true}
	NameTaskFamily     = NameKind{max: 255}
	NameTargetGroup    = NameKind{max: 32}
	NameTopic          = NameKind{max: 256}
	NameTrail          = NameKind{max: 128}
	NameWebACL         = NameKind{max: 128}
)

const (
	nameSeparator  = "-"
	nameHashLength = 6
	// autoNameSuffixRoom is the length of the suffix that Pulumi appends to a logical name.
	autoNameSuffixRoom = len("-1234567")
	// longestBeginning is the length of the part of a role's name that is never cut: deploy roles
	// recognize roles by the beginning of their names.
	longestBeginning = 64 - len("-1234567") - nameHashLength
)

// Max returns the length of the longest name that AWS accepts.
func (k NameKind) Max() int { return k.max }

// Name returns the physical name <project>-<stack>-<role>..., shortened to the length that AWS
// accepts.
func (s Scope) Name(kind NameKind, roles ...string) string {
	return shorten(strings.Join(append([]string{s.Project, s.Stack}, roles...), nameSeparator), kind, kind.max)
}

// BucketName returns the physical name of a bucket. Bucket names are global, so it contains the
// account and the region.
func (s Scope) BucketName(role string) string {
	return s.Name(NameBucket, role, s.AccountID, s.Region)
}

// autoNamed returns a logical name that is short enough for AWS even with Pulumi's random
// suffix.
func autoNamed(kind NameKind, logical string) string {
	return shorten(logical, kind, kind.max-autoNameSuffixRoom)
}

// roleNamed returns the logical name of a workload's IAM role. It begins with project and stack,
// and so does the physical name, to which Pulumi adds a random suffix: that is how a deploy role
// recognizes the roles that it may manage and pass.
func (s Scope) roleNamed(logical string) string {
	return autoNamed(NameIAMRole, s.NamesBegin()+logical)
}

// NamesBegin returns the prefix of the physical names of the stack's resources.
func (s Scope) NamesBegin() string {
	return s.Project + nameSeparator + s.Stack + nameSeparator
}

func shorten(name string, kind NameKind, limit int) string {
	if kind.lower {
		name = strings.ToLower(name)
	}
	if len(name) <= limit {
		return name
	}
	head := strings.TrimRight(name[:limit-nameHashLength-len(nameSeparator)], nameSeparator)
	return head + nameSeparator + shortHash(name)
}

// shortHash returns a short hash of a string, for use in names.
func shortHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])[:nameHashLength]
}
