//go:build e2e

package e2e

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	_ "embed"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"
)

// Version of OpenSearch that the node runs.
const Version = "2.19.1"

// User of the node. The backend roles stand for the IAM roles of a domain of OpenSearch Service.
type User struct {
	Name, Password string
	BackendRoles   []string
}

//go:embed TestNode.java
var program []byte

// Java finds a Java runtime that can run the node: version 17 to 21. The error lists what was
// found instead.
func Java() (string, error) {
	java := "java"
	if home := os.Getenv("JAVA_HOME"); home != "" {
		java = filepath.Join(home, "bin", "java")
	}
	path, err := exec.LookPath(java)
	if err != nil {
		return "", fmt.Errorf("no Java 17 to 21: %w", err)
	}
	output, err := exec.Command(path, "-version").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s -version: %w", path, err)
	}
	version := regexp.MustCompile(`version "(1[7-9]|2[01])[."]`)
	if !version.Match(output) {
		first, _, _ := strings.Cut(string(output), "\n")
		return "", fmt.Errorf("no Java 17 to 21: %s is %s", path, first)
	}
	return path, nil
}

// Node is a running node.
type Node struct {
	URL string
	log *output
}

// Log returns everything that the node has logged so far: warnings, slow requests and audit
// messages.
func (n *Node) Log() string { return n.log.String() }

// output gathers what a process writes while others read it.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// Start runs a node until the end of the test. Jars are kept in the cache directory.
func Start(tb testing.TB, java, cache string, users []User) *Node {
	tb.Helper()
	jars := filepath.Join(cache, Version)
	if err := fetchJars(tb.Context(), jars); err != nil {
		tb.Fatalf("OpenSearch %s: %v", Version, err)
	}
	home := tb.TempDir()
	if err := configure(home, users); err != nil {
		tb.Fatalf("configure OpenSearch: %v", err)
	}

	process := exec.Command(java, "-Xms512m", "-Xmx512m", "-cp",
		filepath.Join(jars, "*"),
		filepath.Join(home, "TestNode.java"), home)
	stdin, err := process.StdinPipe() // the node ends with it
	if err != nil {
		tb.Fatal(err)
	}
	stdout, err := process.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	log := &output{}
	process.Stderr = log
	if err := process.Start(); err != nil {
		tb.Fatalf("start OpenSearch: %v", err)
	}
	tb.Cleanup(func() {
		_ = stdin.Close()
		_ = process.Wait()
	})

	ready := bufio.NewScanner(stdout)
	for ready.Scan() {
		if port, ok := strings.CutPrefix(ready.Text(), "READY "); ok {
			return &Node{URL: "http://127.0.0.1:" + port, log: log}
		}
	}
	_ = process.Process.Kill()
	_ = process.Wait()
	tb.Fatalf("OpenSearch did not start:\n%s", log)
	return nil
}

func configure(home string, users []User) error {
	config := filepath.Join(home, "config")
	security := filepath.Join(config, "opensearch-security")
	if err := os.MkdirAll(security, 0o700); err != nil {
		return err
	}
	certificate, key, err := selfSigned()
	if err != nil {
		return err
	}
	accounts, err := internalUsers(users)
	if err != nil {
		return err
	}
	files := map[string][]byte{
		"TestNode.java":                                 program,
		"config/opensearch.yml":                         []byte(settings),
		"config/log4j2.properties":                      []byte(logging),
		"config/node.pem":                               certificate,
		"config/node-key.pem":                           key,
		"config/opensearch-security/internal_users.yml": accounts,
		"config/opensearch-security/config.yml":         []byte(authentication),
		"config/opensearch-security/roles_mapping.yml": []byte(meta("rolesmapping") +
			"all_access:\n  backend_roles: [admin]\n"),
	}
	for _, kind := range []string{"roles", "actiongroups", "tenants", "nodesdn", "allowlist", "audit"} {
		files["config/opensearch-security/"+fileOf[kind]] = []byte(meta(kind) + bodyOf[kind])
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(home, name), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

const settings = `cluster.name: e2e
node.name: e2e
discovery.type: single-node
network.host: 127.0.0.1
http.port: 0
transport.port: 0
plugins.security.ssl.transport.pemcert_filepath: node.pem
plugins.security.ssl.transport.pemkey_filepath: node-key.pem
plugins.security.ssl.transport.pemtrustedcas_filepath: node.pem
plugins.security.ssl.transport.enforce_hostname_verification: false
plugins.security.nodes_dn: ["CN=node"]
plugins.security.allow_default_init_securityindex: true
plugins.security.restapi.roles_enabled: ["all_access"]
plugins.security.audit.type: log4j
plugins.security.audit.config.log4j.logger_name: audit
plugins.security.audit.config.log4j.level: INFO
`

const logging = `appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %p %c{1.} %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
logger.audit.name = audit
logger.audit.level = info
`

const authentication = `_meta: {type: config, config_version: 2}
config:
  dynamic:
    authc:
      basic:
        http_enabled: true
        transport_enabled: true
        order: 0
        http_authenticator: {type: basic, challenge: false}
        authentication_backend: {type: internal}
`

// fileOf and bodyOf describe the other files that the security plugin insists on.
var (
	fileOf = map[string]string{
		"roles": "roles.yml", "actiongroups": "action_groups.yml", "tenants": "tenants.yml",
		"nodesdn": "nodes_dn.yml", "allowlist": "allowlist.yml", "audit": "audit.yml",
	}
	bodyOf = map[string]string{
		"allowlist": "config: {enabled: false}\n",
		"audit":     "config: {enabled: false}\n",
	}
)

func meta(kind string) string {
	return fmt.Sprintf("_meta: {type: %s, config_version: 2}\n", kind)
}

func internalUsers(users []User) ([]byte, error) {
	var text strings.Builder
	text.WriteString(meta("internalusers"))
	for _, user := range users {
		hash, err := bcrypt.GenerateFromPassword([]byte(user.Password), bcrypt.MinCost)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&text, "%s:\n  hash: %q\n  backend_roles: [%s]\n", user.Name, hash, strings.Join(user.BackendRoles, ", "))
	}
	return []byte(text.String()), nil
}

// selfSigned makes the certificate by which nodes of a cluster would recognize each other.
func selfSigned() (certificate, key []byte, err error) {
	const bits = 2048
	private, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		return nil, nil, err
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "node"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
	}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		return nil, nil, err
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded}), nil
}
