package mutants_test

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/mutants"
)

// shop is a module whose tests hold only part of its behaviour.
var shop = map[string]string{
	"clock/clock.go": `package clock

import "time"

func At(hour int) time.Time { return time.Unix(int64(hour)*3600, 0).UTC() }
`,
	"shop/shop.go": `package shop

import "example.com/m/clock"

const limit, unread = 3, 4

var opens = clock.At(8)

var sizes = [...]int{7}

type list[T any] []T

func (l list[T]) first(_ int, rest ...T) (found T) {
	for _, v := range append(l, rest...) {
		return v
	}
	return found
}

func pick[T any](_ string, v T) T { return list[T]{v}.first(1) }

type cart struct{ items int }

func (*cart) never() int { return 5 }

func (c *cart) add(int) {
	c.items = 2
}

func Total(n int) (total int) {
	for i := 0; n > i; i++ {
		total++
	}
	return total
}

func Label() string { return "golden" }

func Sign() string { return "sign" }

func Elsewhere() bool { return true }

func unheld(n int) int {
	return n + 0
}
`,
	"shop/shop_test.go": `package shop

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "")

func golden(t *testing.T, got string) {
	if *update {
		os.WriteFile("label.txt", []byte(got), 0o644)
	}
	if want, _ := os.ReadFile("label.txt"); string(want) != got {
		t.Fatal(got)
	}
}

func TestALabel(t *testing.T) { golden(t, Label()) }

func TestASign(t *testing.T) { golden(t, "golden" + Sign()[4:]) }

func TestBrokenAlways(t *testing.T) { t.Error("this fails") }

func TestReadsTheSource(t *testing.T) {
	source, err := os.ReadFile("shop.go")
	if err != nil || !strings.Contains(string(source), "return n + 0") || strings.Contains(string(source), "mutant") {
		t.Fatal(err)
	}
}

func TestLimit(t *testing.T) {
	if limit != 3 || opens.Hour() != 8 || pick("", 7) != 7 {
		t.Fatal()
	}
}

func TestTotal(t *testing.T) {
	c := &cart{}
	if c.add(1); c.items != 2 || Total(3) != 3 {
		t.Fatal()
	}
	unheld(1)
}
`,
	"shop/label.txt": "golden",
	"more/more_test.go": `package more

import (
	"testing"

	"example.com/m/shop"
)

func TestElsewhere(t *testing.T) {
	if !shop.Elsewhere() {
		t.Fatal()
	}
}
`,
}

// outcomes lists the outcome of every mutant of the shop that compiles.
const outcomes = `
	const limit, unread = (3 + 1), 4: killed shop TestLimit
	const limit, unread = 3, (4 + 1): survived
	var opens = clock.At((8 + 1)): killed shop TestLimit
	var sizes = [...]int{(7 + 1)}: survived
	for _, v := range append(l) {: survived
	return *new(T): not covered
	func pick[T any](_ string, v T) T { return *new(T) }: killed shop TestLimit
	func pick[T any](_ string, v T) T { return list[T]{}.first(1) }: killed shop TestLimit
	func pick[T any](_ string, v T) T { return list[T]{v}.first((1 + 1)) }: survived
	func (*cart) never() int { return *new(int) }: not covered
	func (*cart) never() int { return (5 + 1) }: not covered
	statement dropped: killed shop TestTotal
	c.items = (2 + 1): killed shop TestTotal
	for i := (0 + 1); n > i; i++ {: killed shop TestTotal
	for i := 0; (n > i) && false; i++ {: killed shop TestTotal
	for i := 0; n >= i; i++ {: killed shop TestTotal
	for i := 0; n <= i; i++ {: killed shop TestTotal
	for i := 0; n > i; i-- {: timed out
	total--: killed shop TestTotal
	return *new(int): killed shop TestTotal
	func Label() string { return *new(string) }: killed by golden files alone shop TestALabel
	func Label() string { return "goldenx" }: killed by golden files alone shop TestALabel
	func Sign() string { return *new(string) }: killed shop TestASign
	func Sign() string { return "signx" }: killed by golden files alone shop TestASign
	func Elsewhere() bool { return false }: killed more TestElsewhere
	return *new(int): killed shop TestReadsTheSource
	return n - 0: killed shop TestReadsTheSource
	return n + (0 + 1): killed shop TestReadsTheSource`

func TestRun(t *testing.T) {
	target := mutants.Target{Name: "shop", Packages: []string{"./shop"}, Tests: []string{"./more"}}
	var progress, report strings.Builder
	measured, err := mutants.Run(t.Context(), target, mutants.Options{
		Root: module(t, shop), Sample: 100, Workers: 2, Grace: 2 * time.Second, Progress: &progress,
	})
	require.NoError(t, err)
	got := []string{}
	for _, result := range measured.Results {
		_, after, _ := strings.Cut(result.Diff(), "    + ")
		if result.Operator == "statement dropped" {
			after = result.Operator
		}
		got = append(got, strings.TrimSpace(fmt.Sprintf("%s: %s %s", strings.TrimSpace(after), result.Outcome, result.By)))
	}
	assert.ElementsMatch(t, lines(outcomes), got)
	assert.Equal(t, []string{"shop TestBrokenAlways"}, measured.LeftOut)
	assert.Contains(t, progress.String(), "shop: 28 of 28, ends about ")

	measured.Took = 0
	measured.Write(&report)
	text := report.String()
	assert.Contains(t, text, "== shop: 75 % of 28 killed (1 of them timed out, 3 by golden files alone), 7 survive "+
		"(3 not covered)")
	assert.Contains(t, text, "shop/shop.go:24: number changed: not covered\n"+
		"    - func (*cart) never() int { return 5 }\n    + func (*cart) never() int { return (5 + 1) }\n")
	assert.NotContains(t, text, "TestTotal", "what is killed needs no eye")
	report.Reset()
	mutants.Summarize(&report, 7, []*mutants.Measured{measured})
	assert.Contains(t, report.String(), "(seed 7)")
	assert.Regexp(t, `(?m)^shop +28 +75 % +10\.7 % +4 +3$`, report.String())
}

func TestASeedDrawsTheSameAgain(t *testing.T) {
	root := module(t, shop)
	draw := func(seed uint64) (texts []string) {
		packages, err := mutants.Load(t.Context(), root, "./shop")
		require.NoError(t, err)
		drawn, of := mutants.Draw(packages, seed, 5)
		assert.Equal(t, 30, of, "with those that do not compile")
		for _, m := range drawn {
			texts = append(texts, fmt.Sprint(m.Line, m.Operator, m.Diff()))
		}
		return texts
	}
	first := draw(1)
	assert.Len(t, first, 5)
	assert.Equal(t, first, draw(1))
	assert.NotEqual(t, first, draw(2))
}

func TestNothingIsBegunAfterTheEnd(t *testing.T) {
	target := mutants.Target{Name: "clock", Packages: []string{"./clock"}, Tests: []string{"./more"}}
	measured, err := mutants.Run(t.Context(), target, mutants.Options{
		Root: module(t, shop), Sample: 2, Until: time.Unix(0, 0), Progress: &strings.Builder{},
	})
	require.NoError(t, err)
	assert.Equal(t, 2, measured.Count(mutants.Untried))
	assert.Zero(t, measured.Tried())
	assert.Zero(t, measured.Score())
	var report strings.Builder
	measured.Write(&report)
	assert.Contains(t, report.String(), "2 more were not tried: the time was over")
}

func TestTestsThatCannotRun(t *testing.T) {
	root := module(t, map[string]string{
		"a/a.go":      "package a\n\nvar table = []int{7}\n",
		"a/a_test.go": "package a\n\nfunc init() { panic(table) }\n",
	})
	_, err := mutants.Run(t.Context(), mutants.Target{Packages: []string{"./a"}},
		mutants.Options{Root: root, Sample: 1, Progress: &strings.Builder{}})
	assert.ErrorContains(t, err, "the tests of a fail without a mutant")
}

func TestChoose(t *testing.T) {
	all, err := mutants.Choose(nil)
	require.NoError(t, err)
	assert.Equal(t, mutants.Targets, all)
	some, err := mutants.Choose([]string{"cidr", "./internal/table"})
	require.NoError(t, err)
	assert.Equal(t, []mutants.Target{
		mutants.Targets[0], {Name: "./internal/table", Packages: []string{"./internal/table"}},
	}, some)
	_, err = mutants.Choose([]string{"cidr", "sidr"})
	assert.ErrorContains(t, err, `there is no target "sidr": use any of cidr, rotation`)
}

// A package that is renamed or moved must not drop out of the measurement.
func TestTargetsExist(t *testing.T) {
	list := exec.CommandContext(t.Context(), "go", "list", "-find")
	list.Dir = filepath.Join("..", "..")
	for _, target := range mutants.Targets {
		list.Args = append(list.Args, slices.Concat(target.Packages, target.Tests)...)
	}
	out, err := list.CombinedOutput()
	assert.NoError(t, err, string(out))
}
