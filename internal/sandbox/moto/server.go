package moto

import (
	"bufio"
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Account is the id of the account of every caller of moto.
const Account = "123456789012"

const (
	// startTimeout bounds the time until the server listens. Importing moto takes about two
	// seconds, and many times that on a busy machine.
	startTimeout = 90 * time.Second
	// stopTimeout is the time limit for a server to end. It needs far less.
	stopTimeout = 5 * time.Second
	// logTail is the number of bytes of the server's log that an error quotes.
	logTail = 2000
)

// scripts are the server script and the packages that it imports.
//
//go:embed server.py calls/*.py gaps/*.py
var scripts embed.FS

// Server is a running moto server. It holds everything in memory: a new one is an empty cloud.
type Server struct {
	endpoint string
	logFile  string
	kept     bool // outlives the processes that use it
	fresh    bool

	// Of a server that this process has started:
	process   *exec.Cmd
	stdin     io.Closer
	grace     time.Duration // how long it may take to end by itself before it is killed
	announced chan string   // the first line of its standard output
	done      chan struct{} // closed once the process has ended
}

// Option changes how Start works.
type Option func(*options)

type options struct {
	progress  io.Writer
	venv      string
	arguments []string // of the server script
}

// WithProgress makes Start report steps that take longer than a few seconds to w: installing
// moto.
func WithProgress(w io.Writer) Option {
	return func(o *options) { o.progress = w }
}

// WithEnvironment names the virtual environment into which moto is installed where the machine
// has none, to share it between several servers. The default is venv below their directory.
func WithEnvironment(venv string) Option {
	return func(o *options) { o.venv = venv }
}

// Plain leaves moto's gaps open, for the test that checks whether each still exists.
func Plain() Option {
	return func(o *options) { o.arguments = []string{"--plain"} }
}

// Start starts a moto server on a free port of the loopback interface and returns once it
// answers. Files (the virtual environment, where one is needed, and the log) go below dir,
// usually .sandbox. The server ends with Close, when ctx is done, and when this process ends,
// even by SIGKILL.
func Start(ctx context.Context, dir string, opts ...Option) (*Server, error) {
	server, err := start(ctx, ctx, dir, opts)
	if err != nil {
		return nil, fmt.Errorf("moto: %w", err)
	}
	return server, nil
}

// start starts the server script in a process that ends with lifetime.
func start(ctx, lifetime context.Context, dir string, opts []Option) (*Server, error) {
	settings := options{progress: io.Discard, venv: filepath.Join(dir, "venv")}
	for _, opt := range opts {
		opt(&settings)
	}
	python, err := findPython(ctx, settings.venv, settings.progress)
	if err != nil {
		return nil, err
	}
	script, logFile, err := prepare(dir)
	if err != nil {
		return nil, err
	}
	process := exec.CommandContext(lifetime, python, append([]string{"-u", script}, settings.arguments...)...)
	server, err := launch(process, logFile)
	if err != nil {
		return nil, err
	}
	if err := server.await(ctx); err != nil {
		return nil, errors.Join(err, server.end())
	}
	return server, nil
}

// prepare writes the server script and returns it and the path of the log.
func prepare(dir string) (script, logFile string, err error) {
	logFile = logFileOf(dir)
	home := filepath.Dir(logFile)
	err = fs.WalkDir(scripts, ".", func(name string, entry fs.DirEntry, err error) error {
		target := filepath.Join(home, filepath.FromSlash(name))
		if err != nil || entry.IsDir() {
			return errors.Join(err, os.MkdirAll(target, 0o750))
		}
		content, err := scripts.ReadFile(name)
		if err != nil {
			return err
		}
		return writeAtomically(target, content)
	})
	return filepath.Join(home, "server.py"), logFile, err
}

func logFileOf(dir string) string { return filepath.Join(dir, "moto", "server.log") }

// launch starts the process, its standard error going to the log.
func launch(process *exec.Cmd, logFile string) (*Server, error) {
	log, err := os.Create(logFile)
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }() // the child has its own descriptor

	process.Env = environment(os.Environ())
	process.Stderr = log
	process.WaitDelay = stopTimeout
	process.SysProcAttr = ownGroup()
	stdin, err := process.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := process.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", process.Path, err)
	}
	server := &Server{
		logFile: logFile, process: process, stdin: stdin, grace: stopTimeout,
		announced: make(chan string, 1), done: make(chan struct{}),
	}
	go server.watch(stdout)
	return server, nil
}

// watch passes the first line of standard output on, drains the rest, and collects the process.
func (s *Server) watch(stdout io.Reader) {
	reader := bufio.NewReader(stdout)
	line, _ := reader.ReadString('\n')
	s.announced <- strings.TrimSpace(line)
	_, _ = io.Copy(io.Discard, reader)
	// How it ended does not matter: a failed start is reported with the log.
	_ = s.process.Wait()
	close(s.done)
}

// await waits until the server has announced its port and answers there.
func (s *Server) await(caller context.Context) error {
	ctx, cancel := context.WithTimeout(caller, startTimeout)
	defer cancel()
	var line string
	select {
	case line = <-s.announced:
	case <-ctx.Done():
	}
	port, ok := strings.CutPrefix(line, "listening ")
	switch {
	case ok:
		s.endpoint = "http://127.0.0.1:" + port
	// When the caller ends, the process is killed, so both cases above may be true. The caller's
	// context ends before this function's.
	case caller.Err() != nil || ctx.Err() != nil:
		return fmt.Errorf("the server did not start in time: %w; %s", cmp.Or(caller.Err(), ctx.Err()), s.tail())
	default:
		return fmt.Errorf("the server did not start; %s", s.tail())
	}
	if err := s.call(ctx, http.MethodGet, "/moto-api/data.json"); err != nil {
		return fmt.Errorf("the server does not answer: %w; %s", err, s.tail())
	}
	return nil
}

// Endpoint is the URL at which every AWS service answers, without a trailing slash.
func (s *Server) Endpoint() string { return s.endpoint }

// Client returns the variables that make the AWS CLI, an SDK or a provider call this server,
// with credentials that are good for nothing else.
func (s *Server) Client() map[string]string {
	return map[string]string{
		"AWS_ENDPOINT_URL": s.endpoint,
		// S3 Control puts the account in front of the host name, which an IP address does not allow.
		// Requests without HTTPS go through the server as a proxy, so nothing has to resolve the
		// name.
		"AWS_ENDPOINT_URL_S3_CONTROL": "http://s3-control.amazonaws.com",
		"HTTP_PROXY":                  s.endpoint,
		"AWS_ACCESS_KEY_ID":           "testing",
		"AWS_SECRET_ACCESS_KEY":       "testing",
		"AWS_SESSION_TOKEN":           "",
		"AWS_PROFILE":                 "",
		"AWS_EC2_METADATA_DISABLED":   "true",
	}
}

// LogFile returns the path of the server's log: its requests and the traces of its failures.
func (s *Server) LogFile() string { return s.logFile }

// Fresh reports whether the server was started for the caller, so that its cloud is empty.
func (s *Server) Fresh() bool { return s.fresh }

// Close ends the server and waits for it, unless Keep returned it: such a server keeps running.
// Closing twice, or after the server has ended, is fine.
func (s *Server) Close() error {
	if s.kept {
		return nil
	}
	if err := s.end(); err != nil {
		return fmt.Errorf("moto: %w", err)
	}
	return nil
}

func (s *Server) end() error {
	_ = s.stdin.Close() // tells the server to end; it may have done so
	select {
	case <-s.done:
		return nil
	case <-time.After(s.grace):
	}
	if err := s.process.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop process %d: %w", s.process.Process.Pid, err)
	}
	<-s.done
	return nil
}

// tail quotes the end of the log, which says why a start failed.
func (s *Server) tail() string {
	content, err := os.ReadFile(s.logFile)
	if err != nil {
		return err.Error()
	}
	text := strings.TrimSpace(string(content))
	if text == "" {
		return "it wrote nothing to " + s.logFile
	}
	if len(text) > logTail {
		text = "..." + text[len(text)-logTail:]
	}
	return fmt.Sprintf("%s ends with:\n%s", s.logFile, text)
}

// environment removes every AWS setting, so that moto can neither be pointed at a real account
// nor see credentials of one, and replaces everything that would change moto itself.
func environment(inherited []string) []string {
	kept := make([]string, 0, len(inherited)+3)
	for _, variable := range inherited {
		if !strings.HasPrefix(variable, "AWS_") && !strings.HasPrefix(variable, "MOTO_") {
			kept = append(kept, variable)
		}
	}
	return append(kept, "AWS_ACCESS_KEY_ID=testing", "AWS_SECRET_ACCESS_KEY=testing", "AWS_DEFAULT_REGION=us-east-1")
}

// writeAtomically replaces a file in one step: another process may be about to read it.
func writeAtomically(file string, content []byte) error {
	temporary, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*")
	if err != nil {
		return err
	}
	_, writeErr := temporary.Write(content)
	if err := errors.Join(writeErr, temporary.Close()); err != nil {
		return errors.Join(err, os.Remove(temporary.Name()))
	}
	return os.Rename(temporary.Name(), file)
}
