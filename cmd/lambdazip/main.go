// Lambdazip builds Lambda functions written in Go and packs each into a zip file for the runtime
// provided.al2023 on arm64:
//
//	go run ./cmd/lambdazip [-o DIRECTORY] [PACKAGE ...]
//
// Without packages it builds every function of this repository, into dist/lambda by default:
// ./lambda/logshipper becomes dist/lambda/logshipper.zip.
//
// The same source gives the same bytes, on any machine and in any directory: no paths, no times,
// no version control in them, and compiled by the Go release that go.mod names, whichever is
// installed. A deployment therefore sees a
// function change exactly when its code does. A zip that would not change is not written, nor named.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path"
	"path/filepath"
	"strings"
)

// functions are what the stack deploys.
var functions = []string{"./lambda/deploymenttest", "./lambda/logshipper", "./lambda/probe", "./lambda/rotationrelay"}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if errors.Is(err, flag.ErrHelp) {
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "lambdazip:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out, errOut io.Writer) error {
	flags := flag.NewFlagSet("lambdazip", flag.ContinueOnError)
	flags.SetOutput(errOut)
	directory := flags.String("o", filepath.Join("dist", "lambda"), "where the zip files go")
	if err := flags.Parse(args); err != nil {
		return err
	}
	packages := flags.Args()
	if len(packages) == 0 {
		packages = functions
	}
	if err := os.MkdirAll(*directory, 0o750); err != nil {
		return fmt.Errorf("make the output directory: %w", err)
	}
	goRelease, err := toolchain(ctx)
	if err != nil {
		return err
	}
	for _, pkg := range packages {
		target := filepath.Join(*directory, path.Base(filepath.ToSlash(pkg))+".zip")
		content, err := build(ctx, goRelease, pkg, *directory)
		if err != nil {
			return fmt.Errorf("build %s: %w", pkg, err)
		}
		state, err := update(target, content)
		if err != nil {
			return fmt.Errorf("write %s: %w", target, err)
		}
		if state != "" {
			fmt.Fprintf(out, "%s  %s (%.1f MB, %s)\n", fingerprint(content), target, float64(len(content))/1e6, state)
		}
	}
	return nil
}

// build compiles the package and packs the program.
func build(ctx context.Context, goRelease, pkg, scratch string) ([]byte, error) {
	program, err := os.CreateTemp(scratch, "bootstrap-*")
	if err != nil {
		return nil, err
	}
	if err := program.Close(); err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(program.Name()) }()

	args := append(compileArgs, "-o", program.Name(), pkg)
	compile := exec.CommandContext(ctx, "go", args...) //nolint:gosec // the caller's own package
	compile.Env = environment(os.Environ(), goRelease)
	var messages bytes.Buffer
	compile.Stdout, compile.Stderr = &messages, &messages
	if err := compile.Run(); err != nil {
		return nil, fmt.Errorf("go build: %w\n%s", err, &messages)
	}
	binary, err := os.ReadFile(program.Name())
	if err != nil {
		return nil, err
	}
	return pack(binary)
}

// compileArgs leave out of the program what differs between machines, and what a function does
// not need: symbols, debugging information, and the RPC of the retired go1.x runtime.
var compileArgs = []string{
	"build", "-trimpath", "-buildvcs=false", "-mod=readonly", "-tags=lambda.norpc", "-ldflags=-s -w -buildid=",
}

// toolchain is the Go release that the module is built with, such as go1.26.8: what go.mod says in its
// toolchain line, else in its go line. The go command downloads it where another one is installed.
// https://go.dev/doc/toolchain
func toolchain(ctx context.Context) (string, error) {
	read := exec.CommandContext(ctx, "go", "mod", "edit", "-json")
	read.Env = append(os.Environ(), "GOTOOLCHAIN=local")
	text, err := read.Output()
	if err != nil {
		return "", fmt.Errorf("read go.mod: %w", err)
	}
	var module struct{ Go, Toolchain string }
	if err := json.Unmarshal(text, &module); err != nil {
		return "", fmt.Errorf("read go.mod: %w", err)
	}
	if module.Toolchain == "" {
		return "go" + module.Go, nil
	}
	return module.Toolchain, nil
}

// environment is the caller's, with everything that decides about the code set to a known value.
func environment(caller []string, goRelease string) []string {
	fixed := []string{
		"GOTOOLCHAIN=" + goRelease,
		"GOOS=linux", "GOARCH=arm64", "GOARM64=v8.0", "CGO_ENABLED=0",
		"GOFLAGS=", "GOEXPERIMENT=", "GODEBUG=", "GOFIPS140=off", "GOWORK=off",
	}
	kept := []string{}
	for _, variable := range caller {
		name, _, _ := strings.Cut(variable, "=")
		if !setIn(fixed, name) {
			kept = append(kept, variable)
		}
	}
	return append(kept, fixed...)
}

func setIn(variables []string, name string) bool {
	for _, variable := range variables {
		if strings.HasPrefix(variable, name+"=") {
			return true
		}
	}
	return false
}

// update writes the file and says whether it is new or changed; "" if it has that content already.
func update(target string, content []byte) (state string, err error) {
	current, err := os.ReadFile(target) //nolint:gosec // the file that this command is to write
	switch {
	case err == nil && bytes.Equal(current, content):
		return "", nil
	case err != nil && !errors.Is(err, os.ErrNotExist):
		return "", err
	}
	state = "new"
	if err == nil {
		state = "changed"
	}
	part := target + ".part"
	if err := os.WriteFile(part, content, 0o600); err != nil {
		return "", err
	}
	return state, os.Rename(part, target)
}

func fingerprint(content []byte) string {
	return fmt.Sprintf("%x", sha256.Sum256(content))
}
