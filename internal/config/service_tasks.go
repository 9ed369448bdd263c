package config

// Task is a command of a service's image that people run once, by its name: webapp task run. It has the service's
// roles, network, variables and size. What has to run before a new version serves is deployment.migration.
type Task struct {
	// Name of the task: 1 to 24 of a-z, 0-9 and inner hyphens, unique among the tasks of all services. Required.
	Name string `json:"name" required:"true" allowed:"<service name>"`
	// Command in place of the container's own. Required.
	Command []string `json:"command" required:"true" count:"1 or more" repeat:"true" allowed:"<text>"`
	// TimeoutMinutes that webapp task run waits for its end, 1 to 1440. Default 60.
	TimeoutMinutes int `json:"timeoutMinutes" allowed:"1 to 1440"`
}

func (t *Task) defaults() { t.TimeoutMinutes = 60 }

func (t *Task) validate(v *validation, at path) { v.validateWords(at.key("command"), t.Command) }

// validateTasks refuses a second task of a name: people name it without its service.
func (c *Config) validateTasks(v *validation, at path) {
	names := map[string]path{}
	for i := range c.Services {
		for j := range c.Services[i].Tasks {
			name := at.index(i).key("tasks").index(j).key("name")
			task := &c.Services[i].Tasks[j]
			if first, taken := names[task.Name]; taken {
				v.add(name, quote(task.Name), "a name that no other task of any service has",
					"rename one: "+string(first)+" has it too")
				continue
			}
			names[task.Name] = name
		}
	}
}
