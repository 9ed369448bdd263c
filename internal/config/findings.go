package config

// findings collects the mistakes in a configuration.
type findings struct {
	errs     Errors
	reported map[path]bool
}

func newFindings() *findings { return &findings{reported: map[path]bool{}} }

// add records an error, unless there is already one at its key or above it: then the value
// there is not what somebody wrote.
func (f *findings) add(at path, found, allowed, fix string) {
	if f.sound(at) {
		f.errs = append(f.errs, &Error{Key: string(at), Found: found, Allowed: allowed, Fix: fix})
		f.reported[at] = true
	}
}

// sound reports whether there are no errors at the paths, so that comparing their values makes
// sense.
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
