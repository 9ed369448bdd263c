package engines

import "strings"

// baselines by size are the shares of the CPU in percent at which a burstable class neither earns nor spends credits.
// EC2 User Guide, "Key concepts for burstable performance instances", the table of T3 and T4g:
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-credits-baseline-concepts.html
var baselines = map[string]int{
	"micro": 10, "small": 20, "medium": 20, "large": 30, "xlarge": 40, "2xlarge": 40,
}

// BaselinePercent is the baseline of a burstable class such as db.t4g.small; 0 for a class that always has its whole
// CPU.
func BaselinePercent(class string) int {
	family, size, _ := strings.Cut(strings.TrimPrefix(class, "db."), ".")
	if !strings.HasPrefix(family, "t") {
		return 0
	}
	return baselines[size]
}
