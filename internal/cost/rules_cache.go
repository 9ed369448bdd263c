package cost

import (
	"fmt"

	"aws-webapp/internal/awsdata/resourcetypes"
)

func init() { prices[resourcetypes.CacheGroup] = (*estimator).cache }

// cache counts nodes. The first snapshot costs nothing, and its size is not known: that of the others is left out.
func (e *estimator) cache(r *Resource) {
	nodes, kind := max(1, r.number("numCacheClusters")), r.text("nodeType")
	e.add(r, charge{
		what: fmt.Sprintf("%g × %s", nodes, kind), price: r.text("engine") + "." + kind,
		quantity: nodes * e.usage.HoursPerMonth,
	})
}
