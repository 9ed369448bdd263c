package components

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// LogSearchArgs describe a [LogSearch].
type LogSearchArgs struct {
	// Scope of the stack.
	Scope Scope
	// VPCID of the network and its app subnets, one a zone. The functions take all, and the domain
	// as many as it spreads over: at most those of the first ZoneCount zones.
	VPCID     pulumi.StringInput
	SubnetIDs pulumi.StringArray
	ZoneCount int
	// After is what the functions need to reach AWS: the app tier's routes and endpoints.
	After []pulumi.Resource
	// LogKeyARN is the KMS key of the domain, the queue, the functions' settings and all
	// log groups. A change replaces the domain.
	LogKeyARN pulumi.StringInput
	// LogRetentionDays of the domain's and the functions' own log groups, one of
	// CloudWatch Logs' periods.
	LogRetentionDays int

	// EngineVersion of OpenSearch, such as 2.19. A domain can be raised, never lowered.
	EngineVersion string
	// InstanceType of the data nodes, such as r6g.large.search, and their number.
	InstanceType  string
	InstanceCount int
	// VolumeGiB is the gp3 volume of each node.
	VolumeGiB int
	// ZoneAwareness spreads nodes over three zones when their number is a multiple of
	// three and there are as many zones, else over two, which takes an even number.
	ZoneAwareness bool
	// OffPeakStartHour in UTC, 0 to 23, begins the ten hours in which AWS updates the
	// domain's software.
	OffPeakStartHour int
	// ServiceLinkedRole creates the role with which OpenSearch attaches domains to VPCs.
	// An account has one: set it in one stack, or in none if the account has it already.
	ServiceLinkedRole bool

	// PackagePath of the functions' zip, which make lambda builds.
	PackagePath string
	// MaxConcurrency of the function that ships, taken from what the account has left; 0
	// leaves it to the account's limit.
	MaxConcurrency int
	// RetentionDays that logs can be searched at least, 1 to 3650.
	RetentionDays int
	// IndexPeriod that an index of a log group spans: day, week or month.
	IndexPeriod string
	// Sources are the log groups to ship.
	Sources []LogSource
	// ReaderRoleARNs may search and use Dashboards; ReaderCIDRs are where they come from,
	// such as a VPN. Without any, nobody but the functions reaches the domain.
	ReaderRoleARNs, ReaderCIDRs []string

	// LastResort takes the events on which Lambda gives up, below the prefix aws/lambda/async.
	LastResort LastResort
	// TopicARN hears of the alarms.
	TopicARN pulumi.StringInput
}

// LastResort is a bucket for what is too large for a queue.
type LastResort struct {
	// Bucket by name, encrypted with the key of KeyARN.
	Bucket string
	KeyARN pulumi.StringInput
	// After is what the bucket needs before anybody writes to it.
	After []pulumi.Resource
}

// LogSource is a log group to ship.
type LogSource struct {
	// Name is part of logical names.
	Name string
	// LogGroupName of the group.
	LogGroupName string
	// After is the group itself, which the filter knows by name alone.
	After []pulumi.Resource
}

var (
	searchVersionPattern  = regexp.MustCompile(`^[1-9][0-9]?\.[0-9]{1,2}$`)
	searchInstancePattern = regexp.MustCompile(`^[a-z0-9]+\.[a-z0-9]+\.search$`)
)

// validate also reads the functions' package, without which nothing else makes sense.
func (s *LogSearch) validate() error {
	a := s.args
	errs := errorList{a.Scope.validate()}
	for _, input := range []struct {
		name    string
		missing bool
	}{
		{"VPCID", a.VPCID == nil},
		{"SubnetIDs", a.SubnetIDs == nil},
		{"LogKeyARN", a.LogKeyARN == nil},
		{"TopicARN", a.TopicARN == nil},
		{"LastResort.Bucket", a.LastResort.Bucket == ""},
		{"LastResort.KeyARN", a.LastResort.KeyARN == nil},
	} {
		errs.addf(input.missing, "%s is missing: give it", input.name)
	}
	errs.addf(!searchVersionPattern.MatchString(a.EngineVersion), "EngineVersion is %q: give a version of OpenSearch such as 2.19", a.EngineVersion)
	errs.addf(!searchInstancePattern.MatchString(a.InstanceType), "InstanceType is %q: give one such as r6g.large.search", a.InstanceType)
	errs.outside("InstanceCount", a.InstanceCount, 1, 80)
	errs.outside("VolumeGiB", a.VolumeGiB, 10, 24576)
	errs.outside("OffPeakStartHour", a.OffPeakStartHour, 0, 23)
	errs.outside("MaxConcurrency", a.MaxConcurrency, 0, 1000)
	errs.outside("RetentionDays", a.RetentionDays, 1, 3650)
	errs.addf(!slices.Contains([]string{"day", "week", "month"}, a.IndexPeriod),
		"IndexPeriod is %q: give day, week or month", a.IndexPeriod)
	errs = append(errs, a.validateZones(), s.validateSources(), a.validateReaders(), s.readPackage())
	return errors.Join(errs...)
}

func (a LogSearchArgs) validateZones() error {
	var errs errorList
	errs.addf(a.ZoneCount < 1 || a.ZoneCount > len(a.SubnetIDs),
		"ZoneCount is %d with %d SubnetIDs: give one in each zone", a.ZoneCount, len(a.SubnetIDs))
	errs.addf(a.ZoneAwareness && a.ZoneCount == 1, "ZoneAwareness is set with one zone: give two or more SubnetIDs")
	errs.addf(a.ZoneAwareness && a.zones() == 2 && a.InstanceCount%2 != 0,
		"InstanceCount is %d with ZoneAwareness over two zones: give an even number, or a multiple of three with three zones", a.InstanceCount)
	return errors.Join(errs...)
}

// zones that the domain spreads over.
func (a LogSearchArgs) zones() int {
	const two, three = 2, 3
	switch {
	case !a.ZoneAwareness:
		return 1
	case a.ZoneCount >= three && a.InstanceCount > 0 && a.InstanceCount%three == 0:
		return three
	default:
		return two
	}
}

// validateSources refuses the component's own groups: a function that ships its own log
// feeds itself without end, and the domain's log of a failed request would make the next.
func (s *LogSearch) validateSources() error {
	own := map[string]bool{functionLogGroup(s.FunctionName): true, functionLogGroup(s.setupName): true}
	for _, log := range domainLogTypes {
		own[s.domainLogGroup(log)] = true
	}
	var errs errorList
	errs.addf(len(s.args.Sources) == 0, "Sources is empty: give the log groups to ship")
	names, groups := map[string]bool{}, map[string]bool{}
	for _, source := range s.args.Sources {
		errs.addf(source.Name == "" || names[source.Name], "source %q is without a name or named twice: give each its own", source.Name)
		errs.addf(source.LogGroupName == "" || groups[source.LogGroupName],
			"source %q has log group %q, which is empty or there twice: give each its own", source.Name, source.LogGroupName)
		errs.addf(path.Dir(source.LogGroupName) == ".",
			"source %q has log group %q, which is in no folder: give it one such as /ecs/%s",
			source.Name, source.LogGroupName, source.Name)
		errs.addf(own[source.LogGroupName], "source %q is %s, log search's own log group: shipping it would never end; remove it",
			source.Name, source.LogGroupName)
		names[source.Name], groups[source.LogGroupName] = true, true
	}
	return errors.Join(errs...)
}

func (a LogSearchArgs) validateReaders() error {
	var errs errorList
	for _, arn := range a.ReaderRoleARNs {
		errs.addf(!strings.HasPrefix(arn, "arn:") || !strings.Contains(arn, ":role/"), "ReaderRoleARNs has %q: give the ARN of an IAM role", arn)
	}
	for _, block := range a.ReaderCIDRs {
		prefix, err := netip.ParsePrefix(block)
		errs.addf(err != nil || !prefix.Addr().Is4() || prefix.Bits() == 0,
			"ReaderCIDRs has %q: give an IPv4 block smaller than the internet, such as 10.8.0.0/16", block)
	}
	return errors.Join(errs...)
}

func (s *LogSearch) readPackage() error {
	code, err := os.ReadFile(s.args.PackagePath)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("PackagePath %q: found no file: run make lambda, which builds it", s.args.PackagePath)
	case err != nil:
		return fmt.Errorf("PackagePath: %w: run make lambda, which builds it", err)
	}
	sum := sha256.Sum256(code)
	s.codeHash = hex.EncodeToString(sum[:])
	return nil
}
