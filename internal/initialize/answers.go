package initialize

import (
	"cmp"
	"strings"
)

// Answers of a team about its application.
type Answers struct {
	// Project is the new name of the Pulumi project: the first part of every name in AWS.
	Project string
	// Region that everything is in.
	Region string
	// Owner and CostCenter are tags, by which bills and questions find the team.
	Owner, CostCenter string
	// Repository on GitHub, such as example/shop.
	Repository string
	// Accounts of the stacks, of 12 digits; they may be the same.
	ProdAccount, StagingAccount, DeliveryAccount string
	// Service is the name of the application's service; Image and StagingImage are what it runs, Port is where it
	// listens, and HealthPath answers its health check.
	Service, Image, StagingImage, Port, HealthPath string
	// Domains of the application, and the hosted zones in Route 53 that hold them.
	Domain, HostedZone, StagingDomain, StagingHostedZone string
	// Certificates in ACM, if there is no hosted zone: the names are then yours to point at the load balancer.
	Certificate, StagingCertificate string
	// Alerts gets an e-mail for every alarm.
	Alerts string
}

// Question about one of the answers.
type Question struct {
	// Name of the flag, and Text to ask with.
	Name, Text string
	// Answer is the field that takes the answer.
	Answer *string
	// Default returns what holds without an answer, out of the answers before; nil if there has to be one, and an
	// empty text if there may be none.
	Default func() string
}

// Questions in the order in which to ask them.
func (a *Answers) Questions() []Question {
	same := func(other *string) func() string { return func() string { return *other } }
	always := func(text string) func() string { return func() string { return text } }
	return []Question{
		{"project", "name of the project, the first part of every name in AWS, such as shop", &a.Project, nil},
		{"region", "AWS region, such as eu-west-1", &a.Region, nil},
		{"prod-account", "AWS account of prod, 12 digits", &a.ProdAccount, nil},
		{"staging-account", "AWS account of staging", &a.StagingAccount, same(&a.ProdAccount)},
		{"delivery-account", "AWS account of pipeline, registry and state", &a.DeliveryAccount, same(&a.ProdAccount)},
		{"owner", "team that answers for it, a tag", &a.Owner, nil},
		{"cost-center", "cost center, a tag", &a.CostCenter, same(&a.Owner)},
		{"repository", "repository on GitHub, such as example/shop", &a.Repository, nil},
		{"service", "name of the application's service", &a.Service, same(&a.Project)},
		{"image", "image for prod, by digest, such as registry/shop@sha256:<64 hex digits>", &a.Image, nil},
		{"staging-image", "image for staging", &a.StagingImage, same(&a.Image)},
		{"port", "port that the application listens on", &a.Port, always("8000")},
		{"health-path", "path that answers the health check", &a.HealthPath, always("/health")},
		{"domain", "domain of prod, such as shop.example.com", &a.Domain, nil},
		{"hosted-zone", "id of the Route 53 zone that holds it; empty if you bring a certificate", &a.HostedZone, always("")},
		{"certificate", "ARN of prod's certificate in ACM, if there is no zone", &a.Certificate, always("")},
		{"staging-domain", "domain of staging", &a.StagingDomain, func() string { return "staging." + a.Domain }},
		{
			"staging-hosted-zone", "id of staging's zone; empty if you bring a certificate",
			&a.StagingHostedZone, same(&a.HostedZone),
		},
		{"staging-certificate", "ARN of staging's certificate, if there is no zone", &a.StagingCertificate, func() string {
			if a.StagingHostedZone != "" {
				return ""
			}
			return a.Certificate
		}},
		{"alerts", "e-mail address that gets the alarms", &a.Alerts, nil},
	}
}

// Complete fills in the defaults, and returns the names of the questions that still need an answer.
func (a *Answers) Complete() (missing []string) {
	for _, q := range a.Questions() {
		switch {
		case *q.Answer != "":
		case q.Default == nil:
			missing = append(missing, q.Name)
		default:
			*q.Answer = q.Default()
		}
	}
	return missing
}

// environment holds the values in which the two workload stacks differ.
type environment struct {
	stack, account, image, domain, zone, certificate string
}

func (a *Answers) environments() []environment {
	return []environment{
		{"staging", a.StagingAccount, a.StagingImage, a.StagingDomain, a.StagingHostedZone, a.StagingCertificate},
		{"prod", a.ProdAccount, a.Image, a.Domain, a.HostedZone, a.Certificate},
	}
}

// oneAccount says that staging and prod share an account, and with it what an account has only once.
func (a *Answers) oneAccount() bool { return a.StagingAccount == a.ProdAccount }

// database is the name of the application's database: letters and digits, beginning with a letter.
// Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html, DBName
func (a *Answers) database() string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(a.Service))
	return cmp.Or(strings.TrimLeft(name, "0123456789"), "application")
}
