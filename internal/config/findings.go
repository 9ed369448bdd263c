package config

// findings collects what is wrong with a configuration.
type findings struct {
	errs     Errors
	reported map[path]bool
}

func newFindings() *findings { return &findings{reported: map[path]bool{}} }

// add reports an error, unless there is one at its key or above it already: what was read
// there is not what somebody wrote.
func (f *findings) add(at path, found, allowed, fix string) {
	if f.sound(at) {
		f.errs = append(f.errs, &Error{Key: string(at), Found: found, Allowed: allowed, Fix: fix})
		f.reported[at] = true
	}
}

// sound says whether nothing is known to be wrong with the values at the paths, so that a
// comparison of them makes sense.
func (f *findings) sound(paths ...path) bool {
	for _, at := range paths {
		for _, outer := range at.outward() {
			if f.reported[outer] {
				return false
			}
		}
	}
	return true
}
