package mutants

import "math/rand/v2"

// Draw takes a sample of the packages' mutants that compile. The same seed draws the same sample of
// the same code.
func Draw(packages []*Package, seed uint64, size int) (drawn []*Mutant, of int) {
	var all []*Mutant
	for _, p := range packages {
		all = append(all, p.Mutants()...)
	}
	random := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // G404: a sample that can be drawn again
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for _, m := range all {
		if len(drawn) == size {
			break
		}
		if m.pkg.compiles(m.pkg.switched([]*Mutant{m})) == nil {
			drawn = append(drawn, m)
		}
	}
	number(drawn)
	return drawn, len(all)
}
