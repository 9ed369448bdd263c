package cost

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strconv"

	"gopkg.in/yaml.v3"
)

// FileName of the assumptions, in the project's root.
const FileName = "cost.yaml"

// Usage holds assumptions about the use of a stack, which the resource graph does not contain. All
// figures are per month and stack, unless their names say otherwise.
type Usage struct {
	HoursPerMonth             float64 `yaml:"hoursPerMonth" json:"hoursPerMonth" default:"730" meaning:"Hours that everything runs"`
	RequestsMillion           float64 `yaml:"requestsMillion" json:"requestsMillion" default:"10" meaning:"Requests at the load balancer, in millions"`
	RequestsPerConnection     float64 `yaml:"requestsPerConnection" json:"requestsPerConnection" default:"10" meaning:"Requests that a client sends over one connection"`
	ResponseKB                float64 `yaml:"responseKB" json:"responseKB" default:"20" meaning:"Average answer with its headers, which leaves for the internet"`
	ServiceLogGBPerDay        float64 `yaml:"serviceLogGBPerDay" json:"serviceLogGBPerDay" default:"1" meaning:"Output of each service"`
	FlowLogGBPerDay           float64 `yaml:"flowLogGBPerDay" json:"flowLogGBPerDay" default:"0.5" meaning:"VPC flow logs"`
	TrailLogGBPerDay          float64 `yaml:"trailLogGBPerDay" json:"trailLogGBPerDay" default:"0.1" meaning:"CloudTrail's log group"`
	OtherLogGBPerDay          float64 `yaml:"otherLogGBPerDay" json:"otherLogGBPerDay" default:"0.02" meaning:"Each other log group: database, search, functions, exec sessions"`
	WAFLogKB                  float64 `yaml:"wafLogKB" json:"wafLogKB" default:"1.5" meaning:"WAF's log of one request"`
	LogCompression            float64 `yaml:"logCompression" json:"logCompression" default:"0.15" meaning:"Share of its size that a stored log takes"`
	NATGB                     float64 `yaml:"natGB" json:"natGB" default:"50" meaning:"Traffic through all NAT gateways"`
	EndpointGB                float64 `yaml:"endpointGB" json:"endpointGB" default:"50" meaning:"Traffic through all interface endpoints"`
	CrossZoneGB               float64 `yaml:"crossZoneGB" json:"crossZoneGB" default:"50" meaning:"Traffic between zones, which is charged in both directions"`
	ApplicationBucketGB       float64 `yaml:"applicationBucketGB" json:"applicationBucketGB" default:"50" meaning:"Objects and their old versions in the application bucket"`
	LogBucketGB               float64 `yaml:"logBucketGB" json:"logBucketGB" default:"20" meaning:"Access logs, and the trail's files"`
	OtherBucketGB             float64 `yaml:"otherBucketGB" json:"otherBucketGB" default:"5" meaning:"Each other bucket"`
	BucketRequestsMillion     float64 `yaml:"bucketRequestsMillion" json:"bucketRequestsMillion" default:"0.5" meaning:"Requests to each bucket, half of them writing, in millions"`
	DatabaseBackupGB          float64 `yaml:"databaseBackupGB" json:"databaseBackupGB" default:"10" meaning:"Backups beyond the database's size, up to which they are free"`
	InsightsMetricsPerCluster float64 `yaml:"insightsMetricsPerCluster" json:"insightsMetricsPerCluster" default:"8" meaning:"Container Insights metrics of a cluster itself"`
	InsightsMetricsPerService float64 `yaml:"insightsMetricsPerService" json:"insightsMetricsPerService" default:"18" meaning:"Container Insights metrics of a service and its task family"`
	KMSRequestsMillion        float64 `yaml:"kmsRequestsMillion" json:"kmsRequestsMillion" default:"0.5" meaning:"Uses of each KMS key, in millions"`
	SecretReadsMillion        float64 `yaml:"secretReadsMillion" json:"secretReadsMillion" default:"0.001" meaning:"Reads of each secret, in millions"`
	ManagementEventsMillion   float64 `yaml:"managementEventsMillion" json:"managementEventsMillion" default:"1" meaning:"API calls that CloudTrail records, in millions"`
	ObjectEventsMillion       float64 `yaml:"objectEventsMillion" json:"objectEventsMillion" default:"0.5" meaning:"Object reads and writes that CloudTrail records, in millions"`
	ConfigItems               float64 `yaml:"configItems" json:"configItems" default:"2000" meaning:"Changes that AWS Config records"`
	SecurityChecks            float64 `yaml:"securityChecks" json:"securityChecks" default:"5000" meaning:"Checks of each Security Hub standard"`
	GuardDutyGB               float64 `yaml:"guardDutyGB" json:"guardDutyGB" default:"15" meaning:"Flow and DNS logs that GuardDuty analyses"`
	GuardDutyDatabaseVCPU     float64 `yaml:"guardDutyDatabaseVCPU" json:"guardDutyDatabaseVCPU" default:"2" meaning:"vCPUs of the databases whose logins GuardDuty reads"`
	FunctionCallsMillion      float64 `yaml:"functionCallsMillion" json:"functionCallsMillion" default:"0.3" meaning:"Calls of each function, in millions"`
	FunctionSeconds           float64 `yaml:"functionSeconds" json:"functionSeconds" default:"0.3" meaning:"Duration of a call"`
	QueueRequestsMillion      float64 `yaml:"queueRequestsMillion" json:"queueRequestsMillion" default:"0.3" meaning:"Requests to each queue, in millions"`
	JobHours                  float64 `yaml:"jobHours" json:"jobHours" default:"15" meaning:"Hours of each job"`
	AlertEmails               float64 `yaml:"alertEmails" json:"alertEmails" default:"200" meaning:"Emails of the alert topic to each subscriber"`
	BackupGB                  float64 `yaml:"backupGB" json:"backupGB" default:"40" meaning:"Recovery points in each AWS Backup vault"`
	PipelineMinutes           float64 `yaml:"pipelineMinutes" json:"pipelineMinutes" default:"300" meaning:"Action minutes of each pipeline"`
	BuildMinutes              float64 `yaml:"buildMinutes" json:"buildMinutes" default:"100" meaning:"Minutes of each build project"`
	ImageGB                   float64 `yaml:"imageGB" json:"imageGB" default:"5" meaning:"Images in each repository"`

	FileSystemGB  float64 `yaml:"fileSystemGB" json:"fileSystemGB" default:"20" meaning:"Files in each file system"`
	FileTrafficGB float64 `yaml:"fileTrafficGB" json:"fileTrafficGB" default:"100" meaning:"Traffic of each file system"`
}

// Stack is the file's entry for one stack.
type Stack struct {
	// BudgetUSD limits the monthly cost with the fewest tasks; 0 for no limit.
	BudgetUSD float64
	// MaxBudgetUSD limits the monthly cost with the most tasks and storage; 0 for no limit.
	MaxBudgetUSD float64
	// Usage of the stack.
	Usage Usage
}

// field is one assumption, for reading and for the documentation.
type field struct {
	name, meaning string
	fallback      float64
}

func fields() []field {
	t := reflect.TypeFor[Usage]()
	all := make([]field, t.NumField())
	for i := range all {
		f := t.Field(i)
		fallback, err := strconv.ParseFloat(f.Tag.Get("default"), 64)
		if err != nil {
			panic(fmt.Errorf("default of %s: %w", f.Name, err)) // a test reads all
		}
		all[i] = field{f.Tag.Get("yaml"), f.Tag.Get("meaning"), fallback}
	}
	return all
}

// DefaultUsage returns the assumptions that apply unless the file changes them.
func DefaultUsage() Usage {
	var usage Usage
	value := reflect.ValueOf(&usage).Elem()
	for i, f := range fields() {
		value.Field(i).SetFloat(f.fallback)
	}
	return usage
}

// values of the assumptions, in the order of the struct.
func (u Usage) values() []float64 {
	value := reflect.ValueOf(u)
	all := make([]float64, value.NumField())
	for i := range all {
		all[i] = value.Field(i).Float()
	}
	return all
}

// LoadStack reads a stack's entry in the file below root. Without the file or the entry, the
// defaults apply and there is no budget.
func LoadStack(root, name string) (Stack, error) {
	path := filepath.Join(root, FileName)
	content, err := os.ReadFile(path) //nolint:gosec // a file of the project
	if errors.Is(err, fs.ErrNotExist) {
		return Stack{Usage: DefaultUsage()}, nil
	}
	if err != nil {
		return Stack{}, err
	}
	stack, err := parseStack(content, name)
	if err != nil {
		return Stack{}, fmt.Errorf("%s: %w", path, err)
	}
	return stack, nil
}

// entry is a stack's part of the file. Its usage is decoded over the defaults.
type entry struct {
	BudgetUSD    float64 `yaml:"budgetUSD"`
	MaxBudgetUSD float64 `yaml:"maxBudgetUSD"`
	Usage        Usage   `yaml:"usage"`
}

// UnmarshalYAML fills in the defaults.
func (e *entry) UnmarshalYAML(node *yaml.Node) error {
	type plain entry
	p := plain{Usage: DefaultUsage()}
	if err := node.Decode(&p); err != nil {
		return err
	}
	*e = entry(p)
	return nil
}

func parseStack(content []byte, name string) (Stack, error) {
	// Decoded twice: once to find unknown keys, which a type that decodes itself does not see, and
	// once over the defaults.
	type strict struct {
		Stacks map[string]struct {
			BudgetUSD    float64 `yaml:"budgetUSD"`
			MaxBudgetUSD float64 `yaml:"maxBudgetUSD"`
			Usage        Usage   `yaml:"usage"`
		} `yaml:"stacks"`
	}
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	if err := decoder.Decode(&strict{}); err != nil {
		return Stack{}, fmt.Errorf("%w: docs/cost.md lists the keys", err)
	}
	var file struct {
		Stacks map[string]entry `yaml:"stacks"`
	}
	if err := yaml.Unmarshal(content, &file); err != nil {
		return Stack{}, err
	}
	found, ok := file.Stacks[name]
	if !ok {
		found.Usage = DefaultUsage()
	}
	var errs []error
	check := func(key string, value float64) {
		if value < 0 {
			errs = append(errs, fmt.Errorf("stacks.%s.%s: found %g, allowed is 0 or more: correct it", name, key, value))
		}
	}
	check("budgetUSD", found.BudgetUSD)
	check("maxBudgetUSD", found.MaxBudgetUSD)
	for i, value := range found.Usage.values() {
		check("usage."+fields()[i].name, value)
	}
	if found.Usage.RequestsPerConnection == 0 {
		errs = append(errs, fmt.Errorf("stacks.%s.usage.requestsPerConnection: found 0, allowed is more: leave it out for 10",
			name))
	}
	return Stack(found), errors.Join(errs...)
}
