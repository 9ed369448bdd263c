package config

// Environment decides which rules a stack obeys. It is independent of the stack's name.
type Environment string

// The environments. [Prod] refuses every setting that would lose data, availability or
// confidentiality; the others only refuse settings that cannot work.
const (
	Dev     Environment = "dev"
	Staging Environment = "staging"
	Prod    Environment = "prod"
)

// Config holds everything that a workload stack file can set.
type Config struct {
	// Kind is workload or delivery, which has different keys. Default workload.
	Kind Kind `json:"kind" allowed:"workload, delivery"`
	// Environment is dev, staging or prod. Required.
	Environment Environment `json:"environment" required:"true" allowed:"dev, staging, prod"`
	// AWS says which account and region the stack may touch.
	AWS AWS `json:"aws"`
	// Tags are put on every taggable resource.
	Tags Tags `json:"tags"`
	// Network is the VPC with its three subnet tiers.
	Network Network `json:"network"`
	// Encryption governs the customer managed keys.
	Encryption Encryption `json:"encryption"`
	// Logging governs every CloudWatch log group of the stack.
	Logging Logging `json:"logging"`
	// Storage governs the S3 buckets.
	Storage Storage `json:"storage"`
	// Database is the PostgreSQL instance.
	Database Database `json:"database"`
	// Backup copies the database into a separate vault.
	Backup Backup `json:"backup"`
	// Cache is a Valkey cache for services that ask for it.
	Cache Cache `json:"cache"`
	// FileSystems are folders on EFS for services that ask for them, 0 to 8. Default none.
	FileSystems []FileSystem `json:"fileSystems" count:"0 to 8"`
	// Operator is a task for people: psql and a shell, when they need one.
	Operator Operator `json:"operator"`
	// LoadBalancer is the entry point of the web services.
	LoadBalancer LoadBalancer `json:"loadBalancer"`
	// DNS names the entry point; without it the load balancer's own name is used.
	DNS DNS `json:"dns"`
	// Cluster is the ECS cluster that all services share.
	Cluster Cluster `json:"cluster"`
	// Services are the application's containers, 1 to 50: blue/green needs two of the
	// 100 target groups that a load balancer can have.
	Services []Service `json:"services" required:"true" count:"1 to 50"`
	// Jobs are containers that run to their end, 0 to 50. Default none.
	Jobs []Job `json:"jobs" count:"0 to 50"`
	// Monitoring is the alert topic and the alarm thresholds.
	Monitoring Monitoring `json:"monitoring"`
	// LogSearch is the OpenSearch domain to which the logs of all services are shipped.
	LogSearch LogSearch `json:"logSearch"`
	// AuditTrail records every API call of the account.
	AuditTrail AuditTrail `json:"auditTrail"`
	// AccountBaseline holds the security settings that every account should have once, whatever
	// runs in it.
	AccountBaseline AccountBaseline `json:"accountBaseline"`
}

func (c *Config) defaults() { c.Kind = KindWorkload }

// validate checks rules that concern several subjects.
func (c *Config) validate(v *validation, at path) {
	c.validateTLS(v, at)
	c.validateIngress(v, at)
	c.validateTests(v, at)
	c.validateProbe(v, at)
	c.validateNames(v, at)
	c.validateServices(v, at.key("services"))
	c.validateTasks(v, at.key("services"))
	c.validateCalls(v, at)
	c.validateEndpoints(v, at)
	c.validateAddresses(v, at)
	c.validateBackup(v, at)
	c.validateCache(v, at)
	c.validateFileSystems(v, at)
	c.validateOperator(v, at)
}

func (c *Config) validateServices(v *validation, at path) {
	priorities := map[int]path{}
	for i := range c.Services {
		service, entry := &c.Services[i], at.index(i)
		if !service.HasEndpoint() {
			continue
		}
		routing := entry.key("routing")
		for n, number := range service.Routing.Priorities() {
			priority := routing.key("priority")
			if n > 0 {
				priority = routing.key("rules").index(n - 1).key("priority")
			}
			if first, taken := priorities[number]; number == 0 {
				continue
			} else if taken {
				v.add(priority, show(number), "a priority that no other rule has",
					"change one: "+string(first)+" has it too, and AWS takes each once")
			} else {
				priorities[number] = priority
			}
		}
	}
	c.validateOrder(v, at)
}

// validateNames refuses a second service or job of a name: their log groups, roles and alarms are called like them.
func (c *Config) validateNames(v *validation, at path) {
	names := map[string]path{}
	for _, unit := range c.Units() {
		name := unit.at(at).key("name")
		if first, taken := names[unit.Name]; taken {
			v.add(name, quote(unit.Name), "a name that no other service or job has",
				"rename one: "+string(first)+" has it too")
			continue
		}
		names[unit.Name] = name
	}
}
