// Command languagehost stands in for pulumi-language-go, which a stock Pulumi install has and
// Go modules do not. It can do the two things that a preview needs: run a program, and run a
// policy pack. Both are compiled with go build in their own folder and started in the folder
// that the engine names. A program finds the engine by environment variables, a pack by its
// arguments and the environment that the engine passes on.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

func main() {
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, "languagehost:", err)
		os.Exit(1)
	}
}

// serve answers the engine, whose address is the last argument, until it is interrupted.
func serve() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	cancel := make(chan bool)
	go func() {
		<-ctx.Done()
		close(cancel)
	}()
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: cancel,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(server, &host{engine: os.Args[len(os.Args)-1]})
			return nil
		},
	})
	if err != nil {
		return err
	}
	fmt.Println(handle.Port)
	return <-handle.Done
}

type host struct {
	pulumirpc.UnimplementedLanguageRuntimeServer
	engine string
}

// GetPluginInfo is called to check that the host is alive.
func (*host) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: "3.0.0"}, nil
}

// GetRequiredPackages names none: the providers are served in process.
func (*host) GetRequiredPackages(
	context.Context, *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	return &pulumirpc.GetRequiredPackagesResponse{}, nil
}

// Run compiles and runs a program.
func (h *host) Run(ctx context.Context, in *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	binary, remove, err := compiled(ctx, in.GetInfo().GetProgramDirectory())
	if err != nil {
		return nil, err
	}
	defer remove()
	config, err := json.Marshal(in.GetConfig())
	if err != nil {
		return nil, err
	}
	secret, err := json.Marshal(in.GetConfigSecretKeys())
	if err != nil {
		return nil, err
	}
	program := exec.CommandContext(ctx, binary) //nolint:gosec // what was compiled above
	program.Dir, program.Stdout, program.Stderr = in.GetPwd(), os.Stdout, os.Stderr
	program.Env = os.Environ()
	for name, value := range map[string]string{
		pulumi.EnvOrganization: in.GetOrganization(), pulumi.EnvProject: in.GetProject(), pulumi.EnvStack: in.GetStack(),
		pulumi.EnvPulumiRootDirectory: in.GetInfo().GetRootDirectory(), pulumi.EnvMonitor: in.GetMonitorAddress(),
		pulumi.EnvEngine: h.engine,
		pulumi.EnvConfig: string(config), pulumi.EnvConfigSecretKeys: string(secret),
		pulumi.EnvDryRun: strconv.FormatBool(in.GetDryRun()), pulumi.EnvParallel: strconv.Itoa(int(in.GetParallel())),
	} {
		if value != "" {
			program.Env = append(program.Env, name+"="+value)
		}
	}
	if err := program.Run(); err != nil {
		return &pulumirpc.RunResponse{Error: err.Error()}, nil
	}
	return &pulumirpc.RunResponse{}, nil
}

// RunPlugin compiles and runs a policy pack until the engine has done with it.
func (*host) RunPlugin(in *pulumirpc.RunPluginRequest, out pulumirpc.LanguageRuntime_RunPluginServer) error {
	binary, remove, err := compiled(out.Context(), in.GetInfo().GetProgramDirectory())
	if err != nil {
		return err
	}
	defer remove()
	closer, stdout, stderr, err := rpcutil.MakeRunPluginStreams(out, false)
	if err != nil {
		return err
	}
	plugin := exec.CommandContext(out.Context(), binary, in.GetArgs()...) //nolint:gosec // what was compiled above
	plugin.Dir, plugin.Env, plugin.Stdout, plugin.Stderr = in.GetPwd(), in.GetEnv(), stdout, stderr
	return errors.Join(plugin.Run(), closer.Close())
}

// compiled compiles the main package in a folder. The caller removes the result.
func compiled(ctx context.Context, folder string) (binary string, remove func(), err error) {
	if found, err := filepath.Glob(filepath.Join(folder, "*.go")); err != nil || len(found) == 0 {
		return "", nil, fmt.Errorf("there are no Go files in %s", folder)
	}
	file, err := os.CreateTemp("", "pulumi-go.*")
	if err != nil {
		return "", nil, err
	}
	remove = func() { _ = os.Remove(file.Name()) }
	build := exec.CommandContext(ctx, "go", "build", "-o", file.Name()) //nolint:gosec // the name of a temporary file
	build.Dir = folder
	build.Stdout, build.Stderr = io.Discard, os.Stderr
	if err := errors.Join(file.Close(), build.Run()); err != nil {
		remove()
		return "", nil, fmt.Errorf("compile %s: %w", folder, err)
	}
	return file.Name(), remove, nil
}
