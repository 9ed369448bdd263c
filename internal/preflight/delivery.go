package preflight

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	ecrtypes "github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"gopkg.in/yaml.v3"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/config"
	"aws-webapp/internal/outcome"
)

// Delivery holds the settings of a delivery stack's file that can be checked with AWS.
type Delivery struct {
	AWS struct {
		Region            string   `json:"region"`
		AllowedAccountIDs []string `json:"allowedAccountIds"`
	} `json:"aws"`
	Registry struct {
		Name        string `json:"name"`
		ForceDelete bool   `json:"forceDelete"`
	} `json:"registry"`
	GitHub struct {
		Repository     string `json:"repository"`
		SubjectPrefix  string `json:"subjectPrefix"`
		CreateProvider *bool  `json:"createProvider"`
	} `json:"github"`
	Staging     deliveryTarget     `json:"staging"`
	Production  deliveryTarget     `json:"production"`
	Environment config.Environment `json:"environment"`
}

type deliveryTarget struct {
	AccountID string `json:"accountId"`
}

// makesProvider reports whether the stack creates its account's identity provider. It needs one for its roles,
// which it creates if a workload lives in the account.
func (d *Delivery) makesProvider() bool {
	own := slices.Contains(d.AWS.AllowedAccountIDs, d.Staging.AccountID) ||
		slices.Contains(d.AWS.AllowedAccountIDs, d.Production.AccountID)
	return own && (d.GitHub.CreateProvider == nil || *d.GitHub.CreateProvider)
}

// ReadDelivery reads a stack file with aws-webapp:kind: delivery. It returns nil for any other
// stack's file.
func ReadDelivery(project, stackFile string) (*Delivery, error) {
	text, err := os.ReadFile(filepath.Clean(stackFile))
	if err != nil {
		return nil, fmt.Errorf("read the stack file: %w", err)
	}
	var file struct {
		Config map[string]any `yaml:"config"`
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("read %s: %w", stackFile, err)
	}
	if file.Config[project+":kind"] != "delivery" {
		return nil, nil
	}
	own := map[string]any{}
	for key, value := range file.Config {
		own[strings.TrimPrefix(key, project+":")] = value
	}
	encoded, err := json.Marshal(own)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", stackFile, err)
	}
	delivery := &Delivery{}
	if err := json.Unmarshal(encoded, delivery); err != nil {
		return nil, fmt.Errorf("read %s: %w", stackFile, err)
	}
	if delivery.AWS.Region == "" || len(delivery.AWS.AllowedAccountIDs) == 0 || delivery.Registry.Name == "" {
		return nil, fmt.Errorf("%s: found no aws.region, aws.allowedAccountIds or registry.name: set them", stackFile)
	}
	return delivery, nil
}

// Workload returns the configuration of the delivery stack's account and region, for the checks
// that both kinds of stacks share.
func (d *Delivery) Workload() *config.Config {
	defaults := config.Defaults()
	defaults.Environment = d.Environment
	defaults.AWS.Region, defaults.AWS.AllowedAccountIDs = d.AWS.Region, d.AWS.AllowedAccountIDs
	return &defaults
}

// UpDelivery looks for obstacles to deploying a delivery stack, and for jobs that its roles would refuse.
func (p *Preflight) UpDelivery(ctx context.Context, d *Delivery) (*Report, error) {
	return p.run(ctx, "up", plan{checks: []check{
		{"region", p.checkRegion},
		{"registry", func(ctx context.Context) ([]outcome.Finding, error) { return p.checkRegistryFree(ctx, d) }},
		{"GitHub", func(ctx context.Context) ([]outcome.Finding, error) { return p.checkGitHubProvider(ctx, d) }},
		{"subject of tokens", func(ctx context.Context) ([]outcome.Finding, error) { return p.checkSubjects(ctx, d) }},
	}})
}

// DestroyDelivery looks for obstacles to destroying a delivery stack.
func (p *Preflight) DestroyDelivery(ctx context.Context, d *Delivery) (*Report, error) {
	return p.run(ctx, "destroy", plan{checks: []check{
		{
			"protection in Pulumi's state",
			func(context.Context) ([]outcome.Finding, error) { return p.judgeState(deliveryKeys) },
		},
		{"registry", func(ctx context.Context) ([]outcome.Finding, error) { return p.checkRegistryEmpty(ctx, d) }},
	}})
}

func (p *Preflight) checkRegistryFree(ctx context.Context, d *Delivery) ([]outcome.Finding, error) {
	finding := outcome.Finding{Check: "registry", Status: outcome.OK, Found: d.Registry.Name + " is free"}
	input := &ecr.DescribeRepositoriesInput{RepositoryNames: []string{d.Registry.Name}}
	found, err := awsapi.All(ctx, ecr.NewDescribeRepositoriesPaginator(p.ecr(d.AWS.Region), input),
		func(page *ecr.DescribeRepositoriesOutput) []ecrtypes.Repository { return page.Repositories })
	switch {
	case awsapi.Code(err) == "RepositoryNotFoundException":
	case err != nil:
		return nil, err
	case len(found) > 0:
		finding.Status, finding.Found = outcome.Warning, d.Registry.Name+" already exists"
		finding.Fix = "nothing if this stack made it; otherwise take it over with pulumi import, " +
			"or choose another registry.name"
	}
	return []outcome.Finding{finding}, nil
}

// githubIssuer is the identity provider of GitHub's workflows. An account has at most one for
// it.
const githubIssuer = "token.actions.githubusercontent.com"

func (p *Preflight) checkGitHubProvider(ctx context.Context, d *Delivery) ([]outcome.Finding, error) {
	if !d.makesProvider() {
		return []outcome.Finding{{Check: "GitHub", Status: outcome.OK, Found: "the stack makes no identity provider"}}, nil
	}
	listed, err := iam.NewFromConfig(p.AWS).ListOpenIDConnectProviders(ctx, &iam.ListOpenIDConnectProvidersInput{})
	if err != nil {
		return nil, err
	}
	finding := outcome.Finding{Check: "GitHub", Status: outcome.OK, Found: "no identity provider yet"}
	if slices.ContainsFunc(listed.OpenIDConnectProviderList, func(one iamtypes.OpenIDConnectProviderListEntry) bool {
		return strings.HasSuffix(aws.ToString(one.Arn), "/"+githubIssuer)
	}) {
		finding.Status, finding.Found = outcome.Warning, "the account has the identity provider "+githubIssuer
		finding.Fix = "nothing if this stack made it; otherwise take it over with pulumi import: an account can have only one"
	}
	return []outcome.Finding{finding}, nil
}

func (p *Preflight) checkRegistryEmpty(ctx context.Context, d *Delivery) ([]outcome.Finding, error) {
	finding := outcome.Finding{Check: "registry", Status: outcome.OK, Found: d.Registry.Name + " is empty"}
	pages := ecr.NewDescribeImagesPaginator(p.ecr(d.AWS.Region), &ecr.DescribeImagesInput{
		RepositoryName: aws.String(d.Registry.Name), Filter: &ecrtypes.DescribeImagesFilter{TagStatus: ecrtypes.TagStatusAny},
	})
	images, err := 0, error(nil)
	for images == 0 && err == nil && pages.HasMorePages() { // the first one is enough
		var page *ecr.DescribeImagesOutput
		if page, err = pages.NextPage(ctx); err == nil {
			images = len(page.ImageDetails)
		}
	}
	switch {
	case awsapi.Code(err) == "RepositoryNotFoundException":
		finding.Found = d.Registry.Name + " does not exist"
	case err != nil:
		return nil, err
	case images == 0:
	case d.Registry.ForceDelete:
		finding.Status, finding.Found = outcome.Warning, d.Registry.Name+" has images, which destroy deletes"
		finding.Fix = "copy what is needed; registry.forceDelete has to be deployed"
	default:
		finding.Status, finding.Found = outcome.Blocked, d.Registry.Name+" has images"
		finding.Needed = "empty, or registry.forceDelete"
		finding.Fix = "set environment to staging (prod refuses it) and registry.forceDelete to true" + thenDeploy
		if d.Environment != config.Prod {
			finding.Fix = "set registry.forceDelete to true" + thenDeploy
		}
	}
	return []outcome.Finding{finding}, nil
}
