package difference

import (
	"cmp"

	"aws-webapp/internal/awsdata/images"
	"aws-webapp/policies/prop"
)

// ParseImage takes a reference to a container image apart. It is not ok for what is none, or secret.
func ParseImage(v prop.Value) (image images.Reference, ok bool) {
	text, ok := v.Text()
	if !ok || v.Secret() {
		return images.Reference{}, false
	}
	image, err := images.Parse(text)
	return image, err == nil
}

// betweenImages shows the part of a reference that differs. The part that stays the same is in
// the name of the entry.
func betweenImages(old, now prop.Value) []Entry {
	before, ok := ParseImage(old)
	after, okToo := ParseImage(now)
	if !ok || !okToo {
		return between("image", old, now)
	}
	if before == after {
		return nil
	}
	if before.Registry == after.Registry && before.Repository == after.Repository {
		name := "image " + before.Name()
		return differing(
			Entry{
				Name: name + " tag",
				Old:  before.Tag,
				New:  after.Tag,
			},
			Entry{Name: name + " digest", Old: before.Digest, New: after.Digest},
		)
	}
	return differing(
		Entry{Name: "image registry", Old: before.Registry, New: after.Registry},
		Entry{Name: "image repository", Old: before.Repository, New: after.Repository},
		Entry{Name: "image tag", Old: before.Tag, New: after.Tag},
		Entry{Name: "image digest", Old: before.Digest, New: after.Digest},
	)
}

func differing(entries ...Entry) []Entry {
	var found []Entry
	for _, e := range entries {
		if e.Old != e.New {
			e.Old, e.New = cmp.Or(e.Old, "nothing"), cmp.Or(e.New, "nothing")
			found = append(found, e)
		}
	}
	return found
}
