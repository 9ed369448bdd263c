package risk

import (
	"regexp"
	"strconv"
	"strings"

	"aws-webapp/policies/prop"
)

// shift is one of CodeDeploy's predefined configurations, such as CodeDeployDefault.ECSCanary10Percent5Minutes:
// https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
var shift = regexp.MustCompile(
	`^CodeDeployDefault\.(?:ECS|Lambda)(Canary|Linear)([0-9]+)Percent(?:Every)?([0-9]+)Minutes?$`,
)

// minutes until everybody has the new version; false for a configuration of somebody's own.
func minutes(configuration prop.Value) (int, bool) {
	name, _ := configuration.Text()
	if strings.HasPrefix(name, "CodeDeployDefault.") && strings.HasSuffix(name, "AllAtOnce") {
		return 0, true
	}
	parts := shift.FindStringSubmatch(name)
	if parts == nil {
		return 0, false
	}
	percent, _ := strconv.Atoi(parts[2])
	every, _ := strconv.Atoi(parts[3])
	if parts[1] == "Linear" && percent > 0 {
		return (100/percent - 1) * every, true
	}
	return every, true
}

// below says whether a number is less than it was; where there was none, than AWS's default.
func below(standard float64) func(old, now prop.Value) prop.Truth {
	return func(old, now prop.Value) prop.Truth {
		before, known := old.Number()
		if !known {
			before = standard
		}
		after, known := now.Number()
		return prop.Known(known && after < before)
	}
}

func allAtOnce(old, now prop.Value) prop.Truth {
	after, known := minutes(now)
	before, knownToo := minutes(old)
	return prop.Known(known && after == 0 && (before > 0 || !knownToo && !old.Absent()))
}

func sooner(old, now prop.Value) prop.Truth {
	after, known := minutes(now)
	before, knownToo := minutes(old)
	return prop.Known(known && knownToo && after > 0 && after < before)
}

func noTime(old, now prop.Value) prop.Truth {
	before, _ := old.Number()
	after, known := now.Number()
	return prop.Known(before > 0 && after == 0 && (known || now.Absent()))
}

func lessTime(old, now prop.Value) prop.Truth {
	before, _ := old.Number()
	after, known := now.Number()
	return prop.Known(known && after > 0 && after < before)
}

func downToOne(old, now prop.Value) prop.Truth {
	before, _ := old.Number()
	after, known := now.Number()
	return prop.Known(known && after <= 1 && after < before)
}

func lessCapacity(old, now prop.Value) prop.Truth {
	before, _ := old.Number()
	after, known := now.Number()
	return prop.Known(known && after > 1 && after < before)
}

// fewer says whether a list is shorter than it was, and lacks what it had. As many others may be new names.
func fewer(old, now prop.Value) prop.Truth {
	if now.IsUnknown() {
		return prop.Maybe
	}
	before, _ := old.List()
	after, _ := now.List()
	return prop.Known(len(after) < len(before) && len(added(now, old)) > 0)
}

// moreCodes says whether a matcher such as "200-299,301" takes codes that it did not.
func moreCodes(old, now prop.Value) prop.Truth {
	before, known := codes(old)
	after, knownToo := codes(now)
	if !known || !knownToo {
		return prop.No
	}
	for code := range after {
		if !before[code] {
			return prop.Yes
		}
	}
	return prop.No
}

func codes(matcher prop.Value) (map[int]bool, bool) {
	text, _ := matcher.Text()
	found := map[int]bool{}
	for part := range strings.SplitSeq(text, ",") {
		first, last, isRange := strings.Cut(strings.TrimSpace(part), "-")
		from, err := strconv.Atoi(first)
		to := from
		if err == nil && isRange {
			to, err = strconv.Atoi(last)
		}
		if err != nil || to-from > 1000 {
			return nil, false
		}
		for code := from; code <= to; code++ {
			found[code] = true
		}
	}
	return found, true
}
