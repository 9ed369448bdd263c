package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/sandbox/emulation"
	"aws-webapp/internal/sandbox/engine"
	"aws-webapp/internal/sandbox/simulation"
	"aws-webapp/internal/stack"
)

// flags that every operation takes.
type flags struct {
	root, home, stack, cloud string
	policyPack, policyConfig string
	compliance, eventLog     string
	config                   []string
	json, diff, fast         bool
	verbose                  bool
}

func newRoot() *cobra.Command {
	f := &flags{}
	root := cli.Group(&cobra.Command{
		Use:   "sandbox",
		Short: "Run the stack on the real Pulumi engine without an AWS account",
	})
	all := root.PersistentFlags()
	all.StringVar(&f.root, "root", ".", "folder of Pulumi.yaml")
	all.StringVar(&f.home, "home", "",
		"folder for everything that the sandbox keeps (default .sandbox beside Pulumi.yaml)")
	all.StringVarP(&f.stack, "stack", "s", "prod", "stack to work on; its file is Pulumi.<stack>.yaml")
	all.StringVar(&f.cloud, "cloud", cloudSim, "what stands in for AWS: "+strings.Join(cloudNames(), " or "))
	all.StringVar(&f.policyPack, "policy-pack", "policies", "folder or executable of the policy pack, or "+
		engine.NoPolicyPack)
	all.StringVar(&f.policyConfig, "policy-pack-config", "",
		"configuration file of the policy pack (default config/<stack>.json in the pack's folder, if it is there), or "+
			engine.NoPolicyPack)
	all.StringArrayVar(&f.config, "config", nil, "configuration over the stack file's, such as database.multiAz=false")
	all.BoolVar(&f.json, "json", false, "print the result as JSON")
	all.BoolVar(&f.diff, "diff", false, "show each changed property, as the engine prints it")
	all.BoolVarP(&f.verbose, "verbose", "v", false, "show what the engine prints, instead of keeping it in a log")
	all.StringVar(&f.eventLog, "event-log", "",
		"file for the engine's events, one JSON object to a line, as webapp report reads them")
	all.BoolVar(&f.fast, "fast", false, "write the state once, at the end: much faster, but a killed run loses track of "+
		"what it created")
	judged := []*cobra.Command{newPreview(f), newUp(f)}
	for _, command := range judged {
		command.Flags().StringVar(&f.compliance, "compliance", "",
			"folder for the compliance report (HTML, SARIF, JUnit, JSON) over every stack that was judged into it")
	}
	root.AddCommand(judged...)
	root.AddCommand(newRefresh(f), newDestroy(f), newOutputs(f), newStack(f))
	return root
}

const (
	cloudSim  = "sim"
	cloudMoto = "moto"
)

func cloudNames() []string { return []string{cloudSim, cloudMoto} }

func (f *flags) openCloud(progress io.Writer) (engine.Cloud, error) {
	switch f.cloud {
	case cloudSim:
		return simulation.Simulation{}, nil
	case cloudMoto:
		return emulation.Emulation{Root: f.root, Stack: f.stack, Progress: progress}, nil
	default:
		return nil, cli.Usage(fmt.Errorf("--cloud: found %q, allowed are %s", f.cloud, strings.Join(cloudNames(), " and ")))
	}
}

// open prepares the engine.
func (f *flags) open(cmd *cobra.Command, to output) (*engine.Engine, error) {
	cloud, err := f.openCloud(to.progress)
	if err != nil {
		return nil, err
	}
	overrides, err := parseConfig(f.config)
	if err != nil {
		return nil, cli.Usage(err)
	}
	policyConfig, err := f.policyConfigFile()
	if err != nil {
		return nil, cli.Usage(err)
	}
	verdicts, err := f.prepareCompliance()
	if err != nil {
		return nil, err
	}
	return engine.Open(cmd.Context(), engine.Options{
		Root: f.root, Home: f.home, Stack: f.stack, Program: stack.Deploy, Cloud: cloud,
		PolicyPack: f.policyPack, PolicyConfig: policyConfig, PolicyEnvironment: verdicts, Config: overrides,
		Progress: to.progress, Output: to.engine, Watch: to.watch, Color: cli.Color(to.engine), Diff: f.diff, Fast: f.fast,
		EventLog: f.eventLog,
	})
}

// parseConfig reads key=value pairs.
func parseConfig(pairs []string) (map[string]string, error) {
	values := make(map[string]string, len(pairs))
	for _, pair := range pairs {
		key, value, found := strings.Cut(pair, "=")
		if !found || key == "" {
			return nil, fmt.Errorf("--config: found %q, expected key=value such as database.multiAz=false", pair)
		}
		values[key] = value
	}
	return values, nil
}
