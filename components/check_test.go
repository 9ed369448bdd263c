package components

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCheck(t *testing.T) {
	type inner struct {
		Name string
		ARN  pulumi.StringInput
	}
	type args struct {
		Scope
		Key   pulumi.StringInput
		IDs   pulumi.StringArrayInput
		Else  pulumi.StringInput `optional:"true"`
		Inner inner
		One   *inner
		Many  []inner
		After []pulumi.Resource
		Ready pulumi.Resource
	}
	whole := inner{ARN: pulumi.String("")}
	given := args{Scope: testScope, Key: pulumi.String("key"), IDs: pulumi.StringArray{}, Inner: whole}
	assert.NoError(t, check(given), "what no stack file says may be empty: texts, lists, resources")

	given.One, given.Many = &inner{}, []inner{whole, {}}
	assert.EqualError(t, check(given), "One.ARN is missing: set it\nMany[1].ARN is missing: set it")
	err := check(args{})
	for _, missing := range []string{"Scope.Project is empty", "Key is missing", "IDs is missing", "Inner.ARN"} {
		assert.ErrorContains(t, err, missing)
	}
}

// argless is a program that gives a component no arguments.
func argless[Args, Component any](
	construct func(*pulumi.Context, string, *Args, ...pulumi.ResourceOption) (Component, error),
) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := construct(ctx, "name", nil)
		return err
	}
}

// Each constructor says what is missing, all of it, before it registers anything.
func TestConstructorsCheckTheirArguments(t *testing.T) {
	constructors := map[string]pulumi.RunFunc{
		"NewDeployRoles":     argless(NewDeployRoles),
		"NewAccessLogs":      argless(NewAccessLogs),
		"NewAccountBaseline": argless(NewAccountBaseline),
		"NewAlerts":          argless(NewAlerts),
		"NewOutage":          argless(NewOutage),
		"NewProbe":           argless(NewProbe),
		"NewFindings":        argless(NewFindings),
		"NewAuditTrail":      argless(NewAuditTrail),
		"NewBudget":          argless(NewBudget),
		"NewBackup":          argless(NewBackup),
		"NewCache":           argless(NewCache),
		"NewFileSystem":      argless(NewFileSystem),
		"NewCluster":         argless(NewCluster),
		"NewDashboard":       argless(NewDashboard),
		"NewDatabase":        argless(NewDatabase),
		"NewDeliveryKeys":    argless(NewDeliveryKeys),
		"NewDeploymentTest":  argless(NewDeploymentTest),
		"NewSecurityGroups":  argless(NewSecurityGroups),
		"NewJob":             argless(NewJob),
		"NewKeys":            argless(NewKeys),
		"NewLoadBalancer":    argless(NewLoadBalancer),
		"NewLogSearch":       argless(NewLogSearch),
		"NewOperator":        argless(NewOperator),
		"NewNetwork":         argless(NewNetwork),
		"NewPipeline":        argless(NewPipeline),
		"NewNamespace":       argless(NewNamespace),
		"NewQueue":           argless(NewQueue),
		"NewRegistry":        argless(NewRegistry),
		"NewRoutes":          argless(NewRoutes),
		"NewSavedQueries":    argless(NewSavedQueries),
		"NewRotationRelay":   argless(NewRotationRelay),
		"NewService":         argless(NewService),
		"NewStateBackend":    argless(NewStateBackend),
		"NewStorage":         argless(NewStorage),
	}
	// The first missing input of constructors without a scope.
	first := map[string]string{"NewSecurityGroups": "VPCID is missing", "NewRoutes": "Services is empty"}
	for _, name := range constructorsOf(t) {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, constructors, name, "add it to the table")
			want := "Scope.Project is empty"
			if first[name] != "" {
				want = first[name]
			}
			err := refused(t, constructors[name])
			assert.ErrorContains(t, err, want)
			assert.ErrorContains(t, err, ` "name": `, "the component by its kind and name")
		})
	}
}

// constructorsOf lists the constructors of the package's components.
func constructorsOf(t *testing.T) []string {
	t.Helper()
	sources := func(file fs.FileInfo) bool { return !strings.HasSuffix(file.Name(), "_test.go") }
	packages, err := parser.ParseDir(token.NewFileSet(), ".", sources, 0) //nolint:staticcheck // it has no build tags
	require.NoError(t, err)
	var names []string
	for _, file := range packages["components"].Files {
		for _, declared := range file.Decls {
			if f, ok := declared.(*ast.FuncDecl); ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "New") {
				names = append(names, f.Name.Name)
			}
		}
	}
	require.NotEmpty(t, names)
	return names
}
