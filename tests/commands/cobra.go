package commands

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"aws-webapp/internal/cli"
)

// OfTree checks a call of one of our own programs against its commands: the words after the program's name have to
// lead to a command that does something, with flags that it has, values that they take, and arguments that fit.
func OfTree(root *cobra.Command, args []string, whole bool) error {
	if len(args) == 0 || len(args) == 1 && (args[0] == "--help" || args[0] == "-h") {
		return nil
	}
	cmd, rest, err := root.Find(args)
	if err != nil {
		return err
	}
	if cmd == root || cmd.HasSubCommands() && !cmd.Flags().HasAvailableFlags() {
		if len(rest) > 0 || whole {
			return fmt.Errorf("%s only holds other commands", cmd.CommandPath())
		}
		return nil
	}
	if !whole {
		for _, word := range rest {
			name, found := strings.CutPrefix(word, "--")
			name, _, _ = strings.Cut(name, "=")
			if found && cmd.Flag(name) == nil {
				return fmt.Errorf("%s has no flag --%s", cmd.CommandPath(), name)
			}
		}
		return nil
	}
	// What the shell puts in is not known here: flags that are not strings get no such value in any document.
	if err := cmd.ParseFlags(rest); err != nil {
		return err
	}
	if cmd.Args != nil {
		if err := cmd.Args(cmd, cmd.Flags().Args()); err != nil {
			return err
		}
	}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if strings.HasSuffix(f.Usage, cli.Required) && f.Value.String() == "" && err == nil {
			err = fmt.Errorf("%s needs --%s", cmd.CommandPath(), f.Name)
		}
	})
	return err
}

// Own returns the arguments of a call of one of our own programs, by name or by `go run`. Folder is that of the
// program, such as ./cmd/webapp.
func Own(c Command, name, folder string) (args []string, found bool) {
	switch {
	case c.Words[0] == name, strings.HasSuffix(c.Words[0], "/"+name):
		return c.Words[1:], true
	case len(c.Words) > 2 && c.Words[0] == "go" && c.Words[1] == "run" && c.Words[2] == folder:
		return c.Words[3:], true
	}
	return nil, false
}

// CheckOwn checks every call of one of our own programs in the documents below root.
func CheckOwn(root, name, folder string, tree func() *cobra.Command) (problems []string, checked int, err error) {
	all, err := Read(root)
	if err != nil {
		return nil, 0, err
	}
	for _, c := range all {
		args, own := Own(c, name, folder)
		if !own {
			continue
		}
		checked++
		if err := OfTree(tree(), args, c.Whole); err != nil {
			problems = append(problems, fmt.Sprintf("%s\n\t%v", c, err))
		}
	}
	return problems, checked, nil
}
