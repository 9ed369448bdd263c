package simaws

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"aws-webapp/internal/sandbox/simaws/cloud"
	"aws-webapp/internal/sandbox/simaws/prop"
)

// DefaultAccount is the account of a cloud if the stack allows any account.
const DefaultAccount = "123456789012"

// defaultRetries is the AWS provider's default number of retries.
const defaultRetries = 25

var (
	accountPattern = regexp.MustCompile(`^\d{12}$`)
	regionPattern  = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d$`)
)

// session is one configured instance of the provider.
type session struct {
	mu        sync.Mutex
	region    string
	partition string
	account   string
	retries   int
	// defaultTags go on every taggable resource; tagsUnknown says that some of them are
	// not known yet.
	defaultTags resource.PropertyMap
	tagsUnknown bool
}

// place is the location of a session's resources.
type place struct {
	account, region, partition string
	retries                    int
}

func (s *session) place() place {
	s.mu.Lock()
	defer s.mu.Unlock()
	return place{account: s.account, region: s.region, partition: s.partition, retries: s.retries}
}

func (s *session) tags() (resource.PropertyMap, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.defaultTags, s.tagsUnknown
}

// CheckConfig validates the configuration of a provider instance.
func (p *Provider) CheckConfig(_ context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	news, err := unmarshal(req.GetNews())
	if err != nil {
		return nil, err
	}
	config := plain(news)
	var failures []*pulumirpc.CheckFailure
	fail := func(property, reason string) {
		failures = append(failures, &pulumirpc.CheckFailure{Property: property, Reason: reason})
	}
	switch region := prop.Text(config, "region"); {
	case region == "" && prop.Known(config, "region"):
		fail("region", "missing region: the explicit provider needs one, for example us-east-1")
	case region != "" && !regionPattern.MatchString(region):
		fail("region", fmt.Sprintf("%q is no AWS region, expected something like us-east-1", region))
	}
	for _, list := range []string{"allowedAccountIds", "forbiddenAccountIds"} {
		for _, account := range prop.Texts(config, list+"[]") {
			if !accountPattern.MatchString(account) {
				fail(list, fmt.Sprintf("%q is no AWS account id: it must have 12 digits", account))
			}
		}
	}
	return &pulumirpc.CheckResponse{Inputs: req.GetNews(), Failures: failures}, nil
}

// DiffConfig reports that a change of region replaces the provider, and with it everything that
// it created; other changes update it.
func (p *Provider) DiffConfig(_ context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	olds, err := unmarshal(req.GetOldInputs())
	if err != nil {
		return nil, err
	}
	news, err := unmarshal(req.GetNews())
	if err != nil {
		return nil, err
	}
	return diffResponse(detailedDiff(bare(olds), bare(news), []string{"region"}), false), nil
}

// Configure makes the connection an instance of the provider for one region, and refuses
// accounts that the program does not allow.
func (p *Provider) Configure(
	ctx context.Context, req *pulumirpc.ConfigureRequest,
) (*pulumirpc.ConfigureResponse, error) {
	args, err := unmarshal(req.GetArgs())
	if err != nil {
		return nil, err
	}
	config := plain(args)
	account, err := p.settleAccount(prop.Texts(config, "allowedAccountIds[]"))
	if err != nil {
		return nil, err
	}
	if err := accountAllowed(account, config); err != nil {
		return nil, status.Error(codes.PermissionDenied, err.Error())
	}
	s := sessionOf(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.account, s.region = account, prop.Text(config, "region")
	s.partition = partitionOf(s.region)
	s.retries = defaultRetries
	if n, ok := prop.Number(config, "maxRetries"); ok {
		s.retries = int(n)
	}
	s.tagsUnknown = !prop.Known(config, "defaultTags.tags")
	if tags := prop.Objects(config, "defaultTags.tags"); len(tags) > 0 {
		s.defaultTags = tags[0]
	}
	p.arm()
	return &pulumirpc.ConfigureResponse{AcceptSecrets: true, SupportsPreview: true, AcceptResources: true}, nil
}

// settleAccount returns the account that the credentials belong to, and remembers it.
func (p *Provider) settleAccount(allowed []string) (string, error) {
	account := p.opts.Account
	err := p.opts.Cloud.Update(func(tx *cloud.Tx) error {
		switch settled := tx.Account(); {
		case account == "" && settled != "":
			account = settled
			return nil
		case account == "" && len(allowed) > 0:
			account = allowed[0]
		case account == "":
			account = DefaultAccount
		}
		if tx.Account() != account {
			tx.SetAccount(account)
		}
		return nil
	})
	return account, err
}

// accountAllowed is the provider's guard against the wrong credentials.
func accountAllowed(account string, config resource.PropertyMap) error {
	allowed := prop.Texts(config, "allowedAccountIds[]")
	if len(allowed) > 0 && !slices.Contains(allowed, account) {
		return fmt.Errorf("AWS account ID not allowed: %s (the stack allows %s)", account, strings.Join(allowed, ", "))
	}
	if slices.Contains(prop.Texts(config, "forbiddenAccountIds[]"), account) {
		return fmt.Errorf("AWS account ID not allowed: %s (the stack forbids it)", account)
	}
	return nil
}

func partitionOf(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	default:
		return "aws"
	}
}

// plain decodes a provider's configuration: SDKs send structured values as JSON strings.
func plain(config resource.PropertyMap) resource.PropertyMap {
	decoded := resource.PropertyMap{}
	for name, v := range bare(config) {
		decoded[name] = v
		var structured any
		if v.IsString() && json.Unmarshal([]byte(v.StringValue()), &structured) == nil {
			switch structured.(type) {
			case map[string]any, []any, float64, bool:
				decoded[name] = resource.NewPropertyValue(structured)
			}
		}
	}
	return decoded
}
