package components

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// LogSearchArgs describe a [LogSearch].
type LogSearchArgs struct {
	// Scope of the stack.
	Scope Scope
	// VPCID of the network and its app subnets, one per zone. The functions use all of them; the
	// domain uses as many as it has zones: at most those of the first ZoneCount zones.
	VPCID     pulumi.StringInput
	SubnetIDs pulumi.StringArray
	ZoneCount int
	// After lists what the functions need to reach AWS: the app tier's routes and endpoints.
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
	// VolumeGiB is the size of each node's gp3 volume.
	VolumeGiB int
	// ZoneAwareness spreads nodes over three zones if their number is a multiple of three and
	// there are three zones; otherwise over two, which needs an even number of nodes.
	ZoneAwareness bool
	// OffPeakStartHour is the hour in UTC at which the ten hours begin in which AWS updates the
	// domain's software.
	OffPeakStartHour int
	// ServiceLinkedRole creates the role with which OpenSearch attaches domains to VPCs. An
	// account has only one: set it in one stack, or in none if the account already has the role.
	ServiceLinkedRole bool

	// PackagePath of the functions' zip, built by make lambda.
	PackagePath string
	// MaxConcurrency of the shipping function, reserved from the account's concurrency; 0 leaves
	// it to the account's limit.
	MaxConcurrency int
	// RetentionDays is the least number of days that logs can be searched.
	RetentionDays int
	// IndexPeriod is the time that an index of a log group spans: day, week or month.
	IndexPeriod string
	// Sources lists the log groups to ship.
	Sources []LogSource
	// ReaderRoleARNs may search and use Dashboards. ReaderCIDRs lists the networks from which they
	// may, such as a VPN. If it is empty, only the functions reach the domain.
	ReaderRoleARNs, ReaderCIDRs []string
	// AdministratorRoleARNs may change everything in the domain, from the same networks.
	AdministratorRoleARNs []string

	// LastResort receives the events on which Lambda gives up, below the prefix aws/lambda/async.
	LastResort LastResort
	// TopicARN is notified of the alarms.
	TopicARN pulumi.StringInput
}

// LastResort is a bucket for events that are too large for a queue.
type LastResort struct {
	// Bucket by name, encrypted with the key of KeyARN.
	Bucket string
	KeyARN pulumi.StringInput
	// After lists the resources that must exist before anything writes to the bucket.
	After []pulumi.Resource
}

// LogSource is a log group to ship.
type LogSource struct {
	// Name is part of logical names.
	Name string
	// LogGroupName of the group.
	LogGroupName string
	// After is the group itself, which the filter knows only by name.
	After []pulumi.Resource
}

// validate also reads the functions' package. It refuses the component's own log groups: a function that ships its own
// log feeds itself without end, and logging the domain's failed requests would cause more of them.
func (s *LogSearch) validate() error {
	errs := []error{check(s.args), s.readPackage()}
	if zones, subnets := s.args.ZoneCount, len(s.args.SubnetIDs); zones > subnets {
		errs = append(errs, fmt.Errorf("ZoneCount is %d with %d SubnetIDs: give one in each zone", zones, subnets))
	}
	own := map[string]bool{functionLogGroup(s.FunctionName): true, functionLogGroup(s.SetupFunctionName): true}
	for _, log := range domainLogTypes {
		own[s.domainLogGroup(log)] = true
	}
	for _, source := range s.args.Sources {
		if own[source.LogGroupName] {
			errs = append(errs, fmt.Errorf("source %q is %s, log search's own log group: shipping it would never end; remove it",
				source.Name, source.LogGroupName))
		}
	}
	return errors.Join(errs...)
}

// zones returns the number of zones that the domain spreads over.
func (a LogSearchArgs) zones() int {
	const two, three = 2, 3
	switch {
	case !a.ZoneAwareness:
		return 1
	case a.ZoneCount >= three && a.InstanceCount%three == 0:
		return three
	default:
		return two
	}
}

func (s *LogSearch) readPackage() error {
	code, err := os.ReadFile(s.args.PackagePath)
	if err != nil {
		return fmt.Errorf("PackagePath: %w", err)
	}
	sum := sha256.Sum256(code)
	s.codeHash = hex.EncodeToString(sum[:])
	return nil
}
