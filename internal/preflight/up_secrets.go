package preflight

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	smtypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/config"
	"aws-webapp/internal/outcome"
)

// checkSecrets looks for secrets of the stack that are scheduled for deletion, which keeps their names in use. It also
// checks that the secrets of services exist and that the service may decrypt them.
func (p *Preflight) checkSecrets(ctx context.Context) ([]outcome.Finding, error) {
	prefix := p.Project + "-" + p.Stack
	var findings []outcome.Finding
	known := map[string]*smtypes.SecretListEntry{}
	input := &secretsmanager.ListSecretsInput{IncludePlannedDeletion: aws.Bool(true)}
	secrets, err := awsapi.All(ctx, secretsmanager.NewListSecretsPaginator(secretsmanager.NewFromConfig(p.AWS), input),
		func(page *secretsmanager.ListSecretsOutput) []smtypes.SecretListEntry { return page.SecretList })
	if err != nil {
		return nil, err
	}
	for i := range secrets {
		secret := &secrets[i]
		name := aws.ToString(secret.Name)
		if secret.DeletedDate == nil {
			known[aws.ToString(secret.ARN)] = secret
		} else if strings.HasPrefix(name, prefix) || p.own(secretTags(secret.Tags)) {
			findings = append(findings, outcome.Finding{
				Check: "secret", Status: outcome.Blocked, Found: name + " is scheduled for deletion", Needed: "a free name",
				Fix: "aws secretsmanager delete-secret --force-delete-without-recovery --secret-id " + name,
			})
		}
	}
	for _, service := range p.Config.Units() {
		for _, secrets := range service.SecretMaps() {
			for _, variable := range slices.Sorted(maps.Keys(secrets)) {
				finding, wrong := p.checkServiceSecret(ctx, service, variable, secrets[variable], known)
				if wrong {
					findings = append(findings, finding)
				}
			}
		}
		for _, arn := range service.SecretKeyARNs {
			if finding, wrong := p.checkSecretKey(ctx, service, arn); wrong {
				findings = append(findings, finding)
			}
		}
	}
	if finding, wrong := p.checkWatcherSecret(ctx, known); wrong {
		findings = append(findings, finding)
	}
	if len(findings) == 0 {
		findings = append(findings, outcome.Finding{
			Check: "secrets", Status: outcome.OK, Found: "all exist and can be decrypted, none is waiting for deletion",
		})
	}
	return findings, nil
}

// checkServiceSecret reports what keeps a service from reading one of its secrets or parameters. It skips those of
// other accounts and regions.
func (p *Preflight) checkServiceSecret(
	ctx context.Context, service config.Unit, variable, secret string, secrets map[string]*smtypes.SecretListEntry,
) (finding outcome.Finding, wrong bool) {
	stored := baseSecret(config.SecretARN(secret, p.Config.AWS.Region, p.account))
	finding = outcome.Finding{Check: "secret of " + service.Name, Status: outcome.Blocked, Needed: "one that exists"}
	var kind, key string
	var there bool
	var err error
	switch place := p.Config.AWS.Region + ":" + p.account + ":"; {
	case strings.Contains(stored, ":secretsmanager:"+place):
		kind = "secret"
		if secret := secrets[stored]; secret != nil {
			key, there = aws.ToString(secret.KmsKeyId), true
		}
	case strings.Contains(stored, ":ssm:"+place):
		kind = "parameter"
		key, there, err = p.parameterKey(ctx, stored)
	default:
		return finding, false
	}
	if err == nil && !there {
		finding.Found, finding.Fix = "no "+kind+" for "+variable, "create it, or correct "+service.Key+".secrets."+variable
		return finding, true
	}
	if err == nil {
		key, err = p.unusableKey(ctx, service, key)
	}
	if err != nil {
		return unchecked(finding.Check, err), true
	}
	finding.Found, finding.Needed = variable+" is encrypted with "+key, "a key that tasks may use"
	finding.Fix = "add the key to " + service.Key + ".secretKeyArns"
	return finding, key != ""
}

// checkWatcherSecret reports what keeps the probe from reading the URL of the watcher outside: no secret, or one with a
// key that the probe has no right to use.
func (p *Preflight) checkWatcherSecret(
	ctx context.Context, secrets map[string]*smtypes.SecretListEntry,
) (finding outcome.Finding, wrong bool) {
	arn := p.Config.Monitoring.HeartbeatSecretARN
	finding = outcome.Finding{Check: "secret of the watcher", Status: outcome.Blocked}
	if arn == "" {
		return finding, false
	}
	secret := secrets[arn]
	if secret == nil {
		finding.Found, finding.Needed = "no secret "+arn, "one that exists"
		finding.Fix = "create it with the watcher's URL as its value, or correct monitoring.heartbeatSecretArn"
		return finding, true
	}
	key := aws.ToString(secret.KmsKeyId)
	if key == "" {
		return finding, false
	}
	found, err := kms.NewFromConfig(p.AWS).DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: aws.String(key)})
	if err != nil {
		return unchecked(finding.Check, err), true
	}
	finding.Found, finding.Needed = "it is encrypted with "+key, "aws/secretsmanager, which needs no permission"
	finding.Fix = "aws secretsmanager update-secret --kms-key-id alias/aws/secretsmanager --secret-id " + arn
	return finding, found.KeyMetadata.KeyManager != kmstypes.KeyManagerTypeAws
}

// checkSecretKey reports a key of secrets that does not exist or cannot decrypt: tasks could not start. Keys of other
// accounts are left out, since their policies need not let this account describe them.
// https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
func (p *Preflight) checkSecretKey(ctx context.Context, service config.Unit, arn string) (outcome.Finding, bool) {
	finding := outcome.Finding{
		Check: "key of " + service.Name, Status: outcome.Blocked, Needed: "a KMS key that is enabled",
		Fix: "correct " + service.Key + ".secretKeyArns, or enable the key",
	}
	if !strings.Contains(arn, ":"+p.account+":") {
		return finding, false
	}
	found, err := kms.NewFromConfig(p.AWS).DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: aws.String(arn)})
	switch {
	case awsapi.Code(err) == "NotFoundException":
		finding.Found = "no key " + arn
	case err != nil:
		return unchecked(finding.Check, err), true
	case found.KeyMetadata.KeyState != kmstypes.KeyStateEnabled:
		finding.Found = fmt.Sprintf("%s is %s", arn, found.KeyMetadata.KeyState)
	default:
		return finding, false
	}
	return finding, true
}

// parameterKey returns the key of a parameter, or "" if it is not a SecureString. Parameters /a and a have
// the same ARN, and only a name that contains a slash has to begin with one.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
func (p *Preflight) parameterKey(ctx context.Context, arn string) (key string, there bool, err error) {
	_, name, _ := strings.Cut(arn, ":parameter/")
	names := []string{"/" + name}
	if !strings.Contains(name, "/") {
		names = append(names, name)
	}
	input := &ssm.DescribeParametersInput{ParameterFilters: []ssmtypes.ParameterStringFilter{{
		Key: aws.String("Name"), Option: aws.String("Equals"), Values: names,
	}}}
	found, err := awsapi.All(ctx, ssm.NewDescribeParametersPaginator(ssm.NewFromConfig(p.AWS), input),
		func(page *ssm.DescribeParametersOutput) []ssmtypes.ParameterMetadata { return page.Parameters })
	if err != nil || len(found) == 0 {
		return "", false, err
	}
	return aws.ToString(found[0].KeyId), true, nil
}

// unusableKey returns the ARN of a secret's key if the service's tasks may not use it, else "".
func (p *Preflight) unusableKey(ctx context.Context, service config.Unit, id string) (string, error) {
	// A secret without a customer managed key is encrypted with AWS's key, which needs no permission (API reference
	// of Secrets Manager, SecretListEntry).
	if id == "" || slices.Contains(service.SecretKeyARNs, id) {
		return "", nil
	}
	found, err := kms.NewFromConfig(p.AWS).DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: aws.String(id)})
	if err != nil {
		return "", err
	}
	key := aws.ToString(found.KeyMetadata.Arn)
	if found.KeyMetadata.KeyManager == kmstypes.KeyManagerTypeAws || slices.Contains(service.SecretKeyARNs, key) {
		return "", nil
	}
	data, err := kms.NewFromConfig(p.AWS).DescribeKey(ctx, &kms.DescribeKeyInput{
		KeyId: aws.String(fmt.Sprintf("alias/%s-%s-data", p.Project, p.Stack)),
	})
	switch {
	case awsapi.Code(err) == "NotFoundException": // no stack yet
	case err != nil:
		return "", err
	case aws.ToString(data.KeyMetadata.Arn) == key:
		return "", nil
	}
	return key, nil
}

// baseSecret returns a secret's ARN without the JSON key that a task definition may append.
func baseSecret(arn string) string {
	const parts = 7
	fields := strings.Split(arn, ":")
	return strings.Join(fields[:min(len(fields), parts)], ":")
}

func secretTags(tags []smtypes.Tag) map[string]string {
	found := map[string]string{}
	for _, tag := range tags {
		found[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return found
}
