// Package graph holds the resources of a stack and follows the references between them. It
// gives no verdicts. Of this project it imports only policies/prop.
//
// At preview the ids that join resources are not known yet, so references are followed through
// the property dependencies that the engine records. Ids take precedence once they are known.
package graph
