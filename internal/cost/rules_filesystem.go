package cost

import "aws-webapp/internal/awsdata/resourcetypes"

func init() { prices[resourcetypes.FileSystem] = (*estimator).fileSystem }

// fileSystem counts all files as standard storage: which of them nobody reads, and so become cheaper, is not known.
func (e *estimator) fileSystem(r *Resource) {
	const written = 0.2
	traffic := e.usage.FileTrafficGB
	e.add(r, charge{what: "files", price: "efs.storage", quantity: e.usage.FileSystemGB})
	e.add(r, charge{what: "reading", price: "efs.read", quantity: (1 - written) * traffic})
	e.add(r, charge{what: "writing", price: "efs.write", quantity: written * traffic})
}
