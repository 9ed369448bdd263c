package config

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/tests/fixtures"
)

// twoStacks writes a stack file, and once more as the stack "other" with some text replaced.
func twoStacks(t *testing.T, stack string, replace ...string) string {
	t.Helper()
	folder := t.TempDir()
	read := func(name string) string {
		content, err := os.ReadFile(fixtures.File(t, name))
		require.NoError(t, err)
		return string(content)
	}
	write := func(name, content string) {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600))
	}
	file := read("Pulumi." + stack + ".yaml")
	for i := 0; i < len(replace); i += 2 {
		require.Contains(t, file, replace[i])
	}
	write("Pulumi.yaml", read("Pulumi.yaml"))
	write("Pulumi."+stack+".yaml", file)
	write("Pulumi.other.yaml", strings.NewReplacer(replace...).Replace(file))
	return folder
}

// prodBeside returns the keys for which a second stack beside prod is refused.
func prodBeside(t *testing.T, replace ...string) []string {
	t.Helper()
	folder := twoStacks(t, "prod", replace...)
	prod, err := LoadFile(filepath.Join(folder, "Pulumi.yaml"), filepath.Join(folder, "Pulumi.prod.yaml"))
	require.NoError(t, err)
	return refusedKeys(t, CheckSiblings(folder, project, "prod", prod))
}

func refusedKeys(t *testing.T, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	var errs Errors
	require.ErrorAs(t, err, &errs)
	return keysOfErrors(errs)
}

const (
	baseline = "aws-webapp:accountBaseline"
	recorder = "aws-webapp:accountBaseline.configServiceLinkedRole"
	domain   = "aws-webapp:dns.domain"
	groups   = "aws-webapp:logging.servicePrefix"
	role     = "aws-webapp:logSearch.serviceLinkedRole"
)

func TestTwoStacksOfAnAccount(t *testing.T) {
	const apart = "  aws-webapp:logging:"
	noBaseline := []string{
		"ebsEncryption: true", "ebsEncryption: false", "s3PublicAccessBlock: true", "s3PublicAccessBlock: false",
		"passwordPolicy: true", "passwordPolicy: false", "accessAnalyzer: true", "accessAnalyzer: false",
		"guardDuty: true", "guardDuty: false", "configRecorder: true", "configRecorder: false",
		"securityHub: true", "securityHub: false",
	}
	otherDomain := []string{"domain: visitors.example.com", "domain: beta.example.com"}
	for name, test := range map[string]struct {
		replace []string
		want    []string
	}{
		"a copy":          {nil, []string{baseline, baseline, recorder, domain, role, groups}},
		"another account": {[]string{"222222222222", "333333333333"}, []string{domain}},
		"another region":  {[]string{"us-east-1", "eu-west-1"}, []string{baseline, recorder, domain, role}},
		"no baseline":     {noBaseline, []string{domain, role, groups}},
		"another domain":  {otherDomain, []string{baseline, baseline, recorder, role, groups}},
		"the same name among others": {
			append([]string{"hostedZoneId:", "alternativeNames: [visitors.example.com]\n    hostedZoneId:"}, otherDomain...),
			[]string{baseline, baseline, recorder, domain, role, groups},
		},
		"another zone": {
			[]string{"Z0123456789PROD00000", "Z0123456789BETA00000"}, []string{baseline, baseline, recorder, role, groups},
		},
		"a prefix of its own": {
			[]string{apart, apart + "\n    servicePrefix: /beta"}, []string{baseline, baseline, recorder, domain, role},
		},
		"another service": {
			[]string{"name: visitor-book", "name: shop"}, []string{baseline, baseline, recorder, domain, role},
		},
		"the role is made": {
			[]string{"serviceLinkedRole: true", "serviceLinkedRole: false"},
			[]string{baseline, baseline, recorder, domain, groups},
		},
		"an emulator": {
			[]string{
				"environment: prod", "environment: staging",
				`allowedAccountIds: [`, "endpoints: {ec2: http://localhost:1}\n    allowedAccountIds: [",
			},
			nil,
		},
		"a file in disrepair": {[]string{"environment: prod", "environment: [prod"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.want, prodBeside(t, test.replace...))
		})
	}
}

// A key alone takes nothing, if another one switches off what it is about.
func TestSwitchedOffClaims(t *testing.T) {
	of := func(key string, change func(*Config)) []string {
		c := Defaults()
		change(&c)
		var claims []string
		for _, rule := range uniques {
			if rule.key == key {
				claims = append(claims, rule.of(&sibling{workload: &c})...)
				assert.Empty(t, rule.of(&sibling{delivery: &Delivery{}}), "a delivery stack has none of it")
			}
		}
		return claims
	}
	for _, on := range []bool{false, true} {
		for _, role := range []bool{false, true} {
			search := of("logSearch.serviceLinkedRole", func(c *Config) {
				c.LogSearch.Enabled, c.LogSearch.ServiceLinkedRole = on, role
			})
			recorder := of("accountBaseline.configServiceLinkedRole", func(c *Config) {
				c.AccountBaseline.ConfigRecorder, c.AccountBaseline.ConfigServiceLinkedRole = on, role
			})
			assert.Equal(t, on && role, len(search) == 1, "search %t, role %t", on, role)
			assert.Equal(t, on && role, len(recorder) == 1, "recorder %t, role %t", on, role)
		}
	}
	for name, set := range map[string]func(*AccountBaseline){
		"ebsEncryption":       func(b *AccountBaseline) { b.EBSEncryption = true },
		"s3PublicAccessBlock": func(b *AccountBaseline) { b.S3PublicAccessBlock = true },
		"passwordPolicy":      func(b *AccountBaseline) { b.PasswordPolicy = true },
		"accessAnalyzer":      func(b *AccountBaseline) { b.AccessAnalyzer = true },
		"guardDuty":           func(b *AccountBaseline) { b.GuardDuty = true },
		"configRecorder":      func(b *AccountBaseline) { b.ConfigRecorder = true },
		"securityHub":         func(b *AccountBaseline) { b.SecurityHub = true },
	} {
		assert.Equal(t, []string{name}, of("accountBaseline", func(c *Config) { set(&c.AccountBaseline) }))
		var baseline AccountBaseline
		assert.False(t, baseline.Claimed())
		set(&baseline)
		assert.True(t, baseline.Claimed(), name)
	}
}

func TestTwoStacksAreToldWhatToDo(t *testing.T) {
	folder := twoStacks(t, "prod")
	prod, err := LoadFile(filepath.Join(folder, "Pulumi.yaml"), filepath.Join(folder, "Pulumi.prod.yaml"))
	require.NoError(t, err)
	err = CheckSiblings(folder, project, "prod", prod)
	for _, text := range []string{
		"aws-webapp:accountBaseline: found s3PublicAccessBlock, passwordPolicy of account 222222222222, which",
		"remove it from accountBaseline in one of the two files",
		"found log group /ecs/visitor-book of account 222222222222 in us-east-1, which Pulumi.other.yaml has, too",
		"set logging.servicePrefix in one of the two files",
		"found record visitors.example.com of zone Z0123456789PROD00000, which Pulumi.other.yaml has, too",
	} {
		assert.ErrorContains(t, err, text)
	}
}

func TestTwoDeliveryStacksOfAnAccount(t *testing.T) {
	for name, test := range map[string]struct {
		replace []string
		want    []string
	}{
		"a copy":          {nil, []string{"aws-webapp:github.createProvider", "aws-webapp:registry.name"}},
		"another account": {[]string{`["333333333333"]`, `["444444444444"]`}, nil},
		"another region":  {[]string{"region: us-east-1", "region: eu-west-1"}, []string{"aws-webapp:github.createProvider"}},
	} {
		t.Run(name, func(t *testing.T) {
			folder := twoStacks(t, "delivery", test.replace...)
			withOwnStaging(t, folder)
			own, err := LoadDeliveryFile(filepath.Join(folder, "Pulumi.yaml"), filepath.Join(folder, "Pulumi.delivery.yaml"))
			require.NoError(t, err)
			assert.Equal(t, test.want, refusedKeys(t, CheckDeliverySiblings(folder, project, "delivery", own)))
		})
	}
}

// withOwnStaging puts staging into the account of both delivery stacks, whose provider its roles need.
func withOwnStaging(t *testing.T, folder string) {
	t.Helper()
	roles := regexp.MustCompile(`(?m)^    (deploy|preview)RoleArn: arn:aws:iam::111111111111:.*\n`)
	for _, name := range []string{"Pulumi.delivery.yaml", "Pulumi.other.yaml"} {
		file := filepath.Join(folder, name)
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		text := strings.ReplaceAll(roles.ReplaceAllString(string(content), ""), "111111111111", "333333333333")
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	}
}

// Delivery stacks whose targets are elsewhere create no provider.
func TestTwoDeliveryStacksToOtherAccounts(t *testing.T) {
	folder := twoStacks(t, "delivery", "name: visitor-book", "name: shop")
	own, err := LoadDeliveryFile(filepath.Join(folder, "Pulumi.yaml"), filepath.Join(folder, "Pulumi.delivery.yaml"))
	require.NoError(t, err)
	assert.NoError(t, CheckDeliverySiblings(folder, project, "delivery", own))
}
