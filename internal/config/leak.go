package config

import "aws-webapp/internal/awsdata/leaks"

// looksSecret says why a value, or the name of a variable, looks like a secret; "" if it does
// not. The answer contains no part of the value.
func looksSecret(name, value string) string {
	if value != "" && leaks.Name(name) {
		return "a value that must be a secret by its name"
	}
	return leaks.Value(value)
}

// validateWords refuses a command with a secret in it: anyone who may describe the task definition reads it.
func (v *validation) validateWords(at path, words []string) {
	for i, word := range words {
		name := ""
		if i > 0 {
			name = leaks.Option(words[i-1])
		}
		why := looksSecret(name, word)
		if why == "" && leaks.Sets(word) {
			why = "a word that sets what must be a secret by its name"
		}
		if why != "" {
			v.add(at.index(i), why, "words that anyone may read in the task definition",
				"keep the value in Secrets Manager or the SSM parameter store, name it in secrets, and read the variable")
		}
	}
}
