package preflight

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer"
	aatypes "github.com/aws/aws-sdk-go-v2/service/accessanalyzer/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/securityhub"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/awsdata/quotas"
	"aws-webapp/internal/outcome"
)

func (p *Preflight) checkTrails(ctx context.Context) ([]outcome.Finding, error) {
	if !p.Config.AuditTrail.Enabled {
		return nil, nil
	}
	described, err := cloudtrail.NewFromConfig(p.AWS).DescribeTrails(ctx, &cloudtrail.DescribeTrailsInput{
		IncludeShadowTrails: aws.Bool(true),
	})
	if err != nil {
		return nil, err
	}
	room := p.limited(quotas.Trails, len(described.TrailList), quotas.Trails.Limit, 1)
	if room.Status == outcome.Blocked {
		room.Fix = "set auditTrail.enabled to false if one of them covers the account, or delete one"
	}
	findings := []outcome.Finding{room}
	for _, trail := range described.TrailList {
		for _, name := range p.named(TrailName) {
			if aws.ToString(trail.Name) == name.Value && !p.deployed() {
				findings = append(findings, outcome.Finding{
					Check: "trail name", Status: outcome.Blocked, Found: name.Value + " already exists outside the stack",
					Needed: "a free name",
					Fix:    "delete the trail, or take it over with pulumi import",
				})
			}
		}
	}
	return findings, nil
}

// linkedRole is a service-linked role that AWS does not create by itself.
type linkedRole struct {
	// service that uses it, and the key that decides whether the stack creates it.
	service, key string
	needed, made bool
	// names of the role: its own, and those of predecessors that serve as well.
	names []string
}

// checkServiceRoles looks for the roles with which services act. AWS creates most of them with the
// first resource that needs them, if the caller has the permission. It does not create those of
// OpenSearch and AWS Config.
func (p *Preflight) checkServiceRoles(ctx context.Context) ([]outcome.Finding, error) {
	var findings []outcome.Finding
	for _, linked := range []linkedRole{
		{
			"OpenSearch", "logSearch.serviceLinkedRole", p.Config.LogSearch.Enabled, p.Config.LogSearch.ServiceLinkedRole,
			[]string{"AWSServiceRoleForAmazonOpenSearchService", "AWSServiceRoleForAmazonElasticsearchService"},
		},
		{
			"AWS Config", "accountBaseline.configServiceLinkedRole", p.Config.AccountBaseline.ConfigRecorder,
			p.Config.AccountBaseline.ConfigServiceLinkedRole,
			[]string{"AWSServiceRoleForConfig"},
		},
	} {
		if !linked.needed {
			continue
		}
		finding, err := p.checkLinkedRole(ctx, linked)
		if err != nil {
			return nil, err
		}
		findings = append(findings, finding)
	}
	finding := outcome.Finding{Check: "service-linked roles", Status: outcome.OK, Found: "all exist"}
	var missing []string
	for _, role := range []string{
		"AWSServiceRoleForECS", "AWSServiceRoleForRDS", "AWSServiceRoleForElasticLoadBalancing",
		"AWSServiceRoleForApplicationAutoScaling_ECSService",
	} {
		_, exists, err := p.role(ctx, role)
		if err != nil {
			return findings, err
		}
		if !exists {
			missing = append(missing, role)
		}
	}
	if len(missing) > 0 {
		finding.Status, finding.Found = outcome.Warning, "do not exist yet: "+strings.Join(missing, ", ")
		finding.Fix = "nothing if the caller has iam:CreateServiceLinkedRole: AWS makes them on first use"
	}
	return append(findings, finding), nil
}

func (p *Preflight) checkLinkedRole(ctx context.Context, linked linkedRole) (outcome.Finding, error) {
	var tags map[string]string
	exists := false
	for i, name := range linked.names {
		found, there, err := p.role(ctx, name)
		if err != nil {
			return outcome.Finding{}, err
		}
		if there && i == 0 {
			tags = found
		}
		exists = exists || there
	}
	_, key, _ := strings.Cut(linked.key, ".")
	finding := outcome.Finding{
		Check: "role of " + linked.service, Status: outcome.OK, Found: "exists", Needed: fmt.Sprintf("%s %t", key,
			linked.made),
	}
	switch {
	case exists && linked.made && p.own(tags):
		finding.Found = "exists, made by the stack"
	case exists && linked.made:
		finding.Status, finding.Found = outcome.Blocked, "already exists, made by somebody else"
		finding.Fix = "set " + linked.key + " to false"
	case !exists && linked.made:
		finding.Found = "does not exist; the stack creates it"
	case !exists:
		finding.Status, finding.Found = outcome.Blocked, "does not exist, and no stack creates it"
		finding.Fix = "set " + linked.key + " to true in one stack of the account"
	}
	return finding, nil
}

func (p *Preflight) role(ctx context.Context, name string) (tags map[string]string, exists bool, err error) {
	found, err := iam.NewFromConfig(p.AWS).GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String(name)})
	if code := awsapi.Code(err); code == "NoSuchEntity" || code == "NoSuchEntityException" {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	tags = map[string]string{}
	for _, tag := range found.Role.Tags {
		tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return tags, true, nil
}

// freeBaseline and takenBaseline are the findings on a part of the account's baseline that exists once per account and
// region.
func freeBaseline(key string) []outcome.Finding {
	return []outcome.Finding{{Check: "baseline: " + key, Status: outcome.OK, Found: "free"}}
}

func takenBaseline(key, found string, own bool) []outcome.Finding {
	if own {
		return []outcome.Finding{{Check: "baseline: " + key, Status: outcome.OK, Found: found + ", made by the stack"}}
	}
	return []outcome.Finding{{
		Check: "baseline: " + key, Status: outcome.Blocked, Found: found + ", made by somebody else",
		Fix: "set accountBaseline." + key + " to false, or take it over with pulumi import",
	}}
}

func (p *Preflight) checkGuardDuty(ctx context.Context) ([]outcome.Finding, error) {
	if !p.Config.AccountBaseline.GuardDuty {
		return nil, nil
	}
	ids, err := awsapi.All(ctx,
		guardduty.NewListDetectorsPaginator(guardduty.NewFromConfig(p.AWS), &guardduty.ListDetectorsInput{}),
		func(page *guardduty.ListDetectorsOutput) []string { return page.DetectorIds })
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return freeBaseline("guardDuty"), nil
	}
	detector, err := guardduty.NewFromConfig(p.AWS).GetDetector(ctx, &guardduty.GetDetectorInput{
		DetectorId: aws.String(ids[0]),
	})
	if err != nil {
		return nil, err
	}
	return takenBaseline("guardDuty", "detector "+ids[0], p.own(detector.Tags)), nil
}

// checkConfigRecorder assumes that the recorder belongs to the stack if the stack exists: AWS
// returns no tags of it.
func (p *Preflight) checkConfigRecorder(ctx context.Context) ([]outcome.Finding, error) {
	if !p.Config.AccountBaseline.ConfigRecorder {
		return nil, nil
	}
	described, err := configservice.NewFromConfig(p.AWS).DescribeConfigurationRecorders(ctx,
		&configservice.DescribeConfigurationRecordersInput{})
	if err != nil {
		return nil, err
	}
	if len(described.ConfigurationRecorders) == 0 {
		return freeBaseline("configRecorder"), nil
	}
	return takenBaseline("configRecorder", "recorder "+aws.ToString(described.ConfigurationRecorders[0].Name),
		p.deployed()), nil
}

func (p *Preflight) checkSecurityHub(ctx context.Context) ([]outcome.Finding, error) {
	if !p.Config.AccountBaseline.SecurityHub {
		return nil, nil
	}
	_, err := securityhub.NewFromConfig(p.AWS).DescribeHub(ctx, &securityhub.DescribeHubInput{})
	switch code := awsapi.Code(err); {
	case code == "InvalidAccessException" || code == "ResourceNotFoundException":
		return freeBaseline("securityHub"), nil
	case err != nil:
		return nil, err
	}
	return takenBaseline("securityHub", "Security Hub is on", p.deployed()), nil
}

// checkAccessAnalyzer: AWS allows one analyzer of an account's external access.
func (p *Preflight) checkAccessAnalyzer(ctx context.Context) ([]outcome.Finding, error) {
	if !p.Config.AccountBaseline.AccessAnalyzer {
		return nil, nil
	}
	input := &accessanalyzer.ListAnalyzersInput{Type: aatypes.TypeAccount}
	found, err := awsapi.All(ctx, accessanalyzer.NewListAnalyzersPaginator(accessanalyzer.NewFromConfig(p.AWS), input),
		func(page *accessanalyzer.ListAnalyzersOutput) []aatypes.AnalyzerSummary { return page.Analyzers })
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return freeBaseline("accessAnalyzer"), nil
	}
	return takenBaseline("accessAnalyzer", "analyzer "+aws.ToString(found[0].Name), p.own(found[0].Tags)), nil
}
