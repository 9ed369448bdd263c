package config

import "fmt"

// DeployedDatabase is an existing instance, as described by the state or by AWS; unknown
// strings are empty.
type DeployedDatabase struct {
	// Version that runs, such as 17.9.
	Version string
	// Name and Username with which the instance was created.
	Name, Username string
	// Protected says that AWS refuses to delete it.
	Protected bool
}

// VersionStep is the effect of an update on the version of an existing instance.
type VersionStep int

// The steps. RDS can upgrade, never downgrade.
const (
	// VersionStays leaves the version to AWS.
	VersionStays VersionStep = iota
	// VersionIgnored leaves it although engineVersion is lower.
	VersionIgnored
	// VersionRaised upgrades the instance to engineVersion.
	VersionRaised
)

// Judge compares the configuration with an existing instance. It returns errors, with keys
// relative to database, for changes that would fail half way in AWS or replace the instance.
func (d *Database) Judge(was DeployedDatabase) (VersionStep, Errors) {
	step, refusal := d.stepFrom(was.Version)
	var errs Errors
	if refusal != nil {
		errs = append(errs, refusal)
	}
	for _, fixed := range []struct{ key, wanted, was string }{
		{"database.name", d.Name, was.Name},
		{"database.username", d.Username, was.Username},
	} {
		if fixed.was == "" || fixed.wanted == fixed.was || d.AllowReplacement && !was.Protected {
			continue
		}
		refusal := &Error{
			Key:     fixed.key,
			Found:   fmt.Sprintf("%s, and an instance that was made with %s", quote(fixed.wanted), quote(fixed.was)),
			Allowed: quote(fixed.was) + ": AWS would replace the instance, and its data would be gone",
			Fix: fmt.Sprintf("set %s; make further databases and users with SQL; to give the data up, set "+
				"database.allowReplacement to true", quote(fixed.was)),
		}
		if d.AllowReplacement {
			refusal.Allowed = quote(fixed.was) + " while the instance is protected from deletion"
			refusal.Fix = "set database.deletionProtection to false, and run an update with that alone before this one"
		}
		errs = append(errs, refusal)
	}
	return step, errs
}

// stepFrom returns the effect of engineVersion on an instance that runs a version. A parameter
// group belongs to a major version: the two move together or not at all.
func (d *Database) stepFrom(running string) (VersionStep, *Error) {
	if running == "" {
		return VersionStays, nil
	}
	now, wanted := majorVersion(running), majorVersion(d.EngineVersion)
	refusal := &Error{
		Key:   "database.engineVersion",
		Found: fmt.Sprintf("%s, and an instance that runs %s", quote(d.EngineVersion), running),
	}
	step := compareVersions(d.EngineVersion, running)
	switch {
	case compareVersions(wanted, now) < 0:
		refusal.Allowed = quote(now) + " or higher: RDS cannot go back"
		refusal.Fix = "set " + quote(now)
		return VersionStays, refusal
	case compareVersions(wanted, now) > 0 && !d.AllowMajorVersionUpgrade:
		refusal.Allowed = quote(now) + " while allowMajorVersionUpgrade is false"
		refusal.Fix = fmt.Sprintf("set %s to stay, or follow \"Upgrading PostgreSQL\" in docs/operations.md", quote(now))
		return VersionStays, refusal
	case step > 0:
		return VersionRaised, nil
	case step < 0:
		return VersionIgnored, nil
	}
	return VersionStays, nil
}
