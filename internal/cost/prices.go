package cost

import (
	"bytes"
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"
)

//go:embed prices.yaml
var priceFile []byte

// Table of prices.
type Table struct {
	// Date of the newest figure, and the Currency of all.
	Date     string `yaml:"date"`
	Currency string `yaml:"currency"`
	// BaseRegion is used if a region's own price was not found.
	BaseRegion string   `yaml:"baseRegion"`
	Regions    []string `yaml:"regions"`
	// Sources by key, and Prices by name such as nat.hour.
	Sources map[string]Source `yaml:"sources"`
	Prices  map[string]Price  `yaml:"prices"`
}

// Source of a figure.
type Source struct {
	Title string `yaml:"title"`
	URL   string `yaml:"url"`
	Date  string `yaml:"date"`
}

// Price of a unit.
type Price struct {
	Unit string `yaml:"unit"`
	Note string `yaml:"note"`
	// Everywhere is the figure of a price that is the same in all regions.
	Everywhere *Figure           `yaml:"everywhere"`
	Regions    map[string]Figure `yaml:",inline"`
}

// Figure is a price with its source's key.
type Figure struct {
	USD    float64
	Source string
}

// UnmarshalYAML reads [price, source].
func (f *Figure) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind != yaml.SequenceNode || len(node.Content) != 2 {
		return fmt.Errorf("line %d: expected [price, source]", node.Line)
	}
	if err := node.Content[0].Decode(&f.USD); err != nil {
		return err
	}
	return node.Content[1].Decode(&f.Source)
}

// Rate is a price in one region.
type Rate struct {
	Figure
	Unit string
	// Assumed says that the figure is the base region's.
	Assumed bool
}

// Prices returns the table embedded in the program.
var Prices = sync.OnceValue(func() *Table {
	table, err := readTable(priceFile)
	if err != nil {
		panic(fmt.Errorf("internal/cost/prices.yaml: %w", err)) // a test reads it
	}
	return table
})

func readTable(content []byte) (*Table, error) {
	table := &Table{}
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	return table, decoder.Decode(table)
}

// checkRegion refuses a region without prices.
func (t *Table) checkRegion(region string) error {
	if slices.Contains(t.Regions, region) {
		return nil
	}
	return fmt.Errorf("region: found %q, the price table has %s: add its prices to internal/cost/prices.yaml, or "+
		"estimate with --region %s",
		region, strings.Join(t.Regions, ", "), t.BaseRegion)
}

// rate looks up a price.
func (t *Table) rate(name, region string) (Rate, error) {
	price, ok := t.Prices[name]
	if !ok {
		family, _, _ := strings.Cut(name, ".")
		return Rate{}, fmt.Errorf("price %s: not in the price table, which has %s: add it to internal/cost/prices.yaml "+
			"with its source",
			name, strings.Join(t.family(family), ", "))
	}
	if price.Everywhere != nil {
		return Rate{Figure: *price.Everywhere, Unit: price.Unit}, nil
	}
	if figure, ok := price.Regions[region]; ok {
		return Rate{Figure: figure, Unit: price.Unit}, nil
	}
	return Rate{Figure: price.Regions[t.BaseRegion], Unit: price.Unit, Assumed: true}, nil
}

// family lists the prices whose names have a prefix.
func (t *Table) family(prefix string) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(t.Prices)) {
		if strings.HasPrefix(name, prefix+".") {
			names = append(names, name)
		}
	}
	return names
}
