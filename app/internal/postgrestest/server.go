package postgrestest

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	// Host that the certificate is for.
	Host = "localhost"
	// administrator of the server; it can only connect through a socket.
	administrator = "postgres"

	startTimeout = 30 * time.Second
)

// Server is a PostgreSQL server.
type Server struct {
	// Port on Host.
	Port int
	// CAFile signed the server's certificate.
	CAFile string

	binaries, folder string
	account          *syscall.Credential
	process          *exec.Cmd
	exited           chan struct{}
	output           bytes.Buffer
}

// Start runs a server with an empty cluster. What has to be fetched goes below cache.
func Start(ctx context.Context, cache string) (*Server, error) {
	binaries, err := findBinaries(ctx, cache)
	if err != nil {
		return nil, err
	}
	// The path of a socket has to be short.
	folder, err := os.MkdirTemp("", "pg-")
	if err != nil {
		return nil, err
	}
	s := &Server{binaries: binaries, folder: folder, CAFile: filepath.Join(folder, "ca.pem")}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	if err := s.Restart(ctx); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	return s, nil
}

func (s *Server) data() string { return filepath.Join(s.folder, "data") }

func (s *Server) prepare(ctx context.Context) error {
	if err := s.chooseAccount(); err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.Port = listener.Addr().(*net.TCPAddr).Port
	if err := listener.Close(); err != nil {
		return err
	}
	initialize := s.command(ctx, "initdb", "--pgdata", s.data(), "--username", administrator, "--auth", "trust",
		"--encoding", "UTF8", "--no-locale", "--no-sync")
	if output, err := initialize.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, output)
	}
	if err := s.writeCertificates(); err != nil {
		return fmt.Errorf("make certificates: %w", err)
	}
	for name, content := range map[string]string{
		"pg_hba.conf": "local all " + administrator + " trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n",
		"postgresql.auto.conf": fmt.Sprintf("listen_addresses = '127.0.0.1'\nport = %d\nunix_socket_directories = '%s'\n"+
			"ssl = on\nssl_min_protocol_version = 'TLSv1.2'\nfsync = off\nmax_connections = 60\n", s.Port, s.folder),
	} {
		if err := s.write(filepath.Join(s.data(), name), []byte(content)); err != nil {
			return err
		}
	}
	return nil
}

// chooseAccount finds somebody to run the server as: it refuses to run as root.
func (s *Server) chooseAccount() error {
	if os.Geteuid() != 0 {
		return nil
	}
	account, err := user.Lookup("nobody")
	if err != nil {
		return err
	}
	uid, err := strconv.Atoi(account.Uid)
	if err != nil {
		return err
	}
	s.account = &syscall.Credential{Uid: uint32(uid), Gid: uint32(uid)}
	return os.Chown(s.folder, uid, uid)
}

func (s *Server) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, filepath.Join(s.binaries, name), args...)
	command.Dir = s.folder
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "TZ=UTC"}
	// Its own process group: what interrupts the test must not stop the server first.
	command.SysProcAttr = &syscall.SysProcAttr{Credential: s.account, Setpgid: true}
	return command
}

func (s *Server) write(path string, content []byte) error {
	if err := os.WriteFile(path, content, 0o600); err != nil {
		return err
	}
	if s.account == nil {
		return nil
	}
	return os.Chown(path, int(s.account.Uid), int(s.account.Gid))
}

// Restart stops the server if it runs, and starts it with the same data on the same port.
func (s *Server) Restart(ctx context.Context) error {
	if err := s.Stop(); err != nil {
		return err
	}
	s.output.Reset()
	s.process = s.command(context.WithoutCancel(ctx), "postgres", "-D", s.data())
	s.process.Stdout, s.process.Stderr = &s.output, &s.output
	if err := s.process.Start(); err != nil {
		return fmt.Errorf("start postgres: %w", err)
	}
	exited := make(chan struct{})
	s.exited = exited
	go func() {
		defer close(exited)
		_ = s.process.Wait() // how it ended is in its output
	}()
	for deadline := time.Now().Add(startTimeout); ; {
		err := s.Exec(ctx, "SELECT 1")
		if err == nil {
			return nil
		}
		select {
		case <-exited:
			return fmt.Errorf("postgres ended: %s", s.output.String())
		case <-time.After(50 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			return errors.Join(fmt.Errorf("postgres does not answer: %w", err), s.Stop())
		}
	}
}

// Stop ends the server at once, as a failover does: connections break.
func (s *Server) Stop() error {
	if s.process == nil {
		return nil
	}
	// SIGQUIT is an immediate shutdown.
	if err := s.process.Process.Signal(syscall.SIGQUIT); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-s.exited
	s.process = nil
	return nil
}

// Close stops the server and removes its data.
func (s *Server) Close() error {
	return errors.Join(s.Stop(), os.RemoveAll(s.folder))
}

// Exec runs SQL as the administrator, in the database postgres.
func (s *Server) Exec(ctx context.Context, sql string, args ...any) error {
	return s.ExecIn(ctx, administrator, sql, args...)
}

// ExecIn runs SQL as the administrator.
func (s *Server) ExecIn(ctx context.Context, database, sql string, args ...any) error {
	conn, err := s.connect(ctx, database)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, sql, args...)
	return errors.Join(err, conn.Close(ctx))
}

// Query reads one value as the administrator.
func (s *Server) Query(ctx context.Context, database, sql string, into any) error {
	conn, err := s.connect(ctx, database)
	if err != nil {
		return err
	}
	err = conn.QueryRow(ctx, sql).Scan(into)
	return errors.Join(err, conn.Close(ctx))
}

func (s *Server) connect(ctx context.Context, database string) (*pgx.Conn, error) {
	return pgx.Connect(ctx, fmt.Sprintf("host=%s port=%d user=%s dbname=%s sslmode=disable", s.folder, s.Port,
		administrator, database))
}

// URL of a database in the form that the stack gives it to a service: without a password.
func (s *Server) URL(role, database, sslMode string) string {
	address := url.URL{
		Scheme: "postgresql", User: url.User(role), Host: net.JoinHostPort(Host, strconv.Itoa(s.Port)), Path: "/" + database,
		RawQuery: url.Values{"sslmode": {sslMode}}.Encode(),
	}
	return address.String()
}

// writeCertificates makes a certificate authority and lets it sign one for the server.
func (s *Server) writeCertificates() error {
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	authorityKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	authorityDER, err := x509.CreateCertificate(rand.Reader, authority, authority, &authorityKey.PublicKey, authorityKey)
	if err != nil {
		return err
	}
	server := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: Host}, DNSNames: []string{Host},
		NotBefore: authority.NotBefore, NotAfter: authority.NotAfter,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	serverKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	serverDER, err := x509.CreateCertificate(rand.Reader, server, authority, &serverKey.PublicKey, authorityKey)
	if err != nil {
		return err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(serverKey)
	if err != nil {
		return err
	}
	return errors.Join(
		s.write(s.CAFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authorityDER})),
		s.write(filepath.Join(s.data(), "server.crt"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: serverDER})),
		s.write(filepath.Join(s.data(), "server.key"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})),
	)
}
