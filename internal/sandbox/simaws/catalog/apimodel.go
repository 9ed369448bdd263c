package catalog

import (
	"aws-webapp/internal/awsdata/apimodel"
	"aws-webapp/internal/sandbox/simaws/prop"
)

// JudgeModel refuses inputs that break the service's own API model. Empty inputs are not sent.
func JudgeModel(c *Call) error {
	t := apimodel.Of(c.Token)
	for _, limit := range t.Limits {
		values := prop.Values(c.Inputs, limit.Path)
		if len(values) == 0 {
			continue
		}
		if refusal := limit.Count(len(values)); refusal != "" {
			return Errorf(t.Code, "%s", refusal)
		}
		for _, v := range values {
			refusal := ""
			switch {
			case v.IsString() && v.StringValue() != "":
				refusal = limit.Text(v.StringValue())
			case v.IsNumber() && v.NumberValue() != 0:
				refusal = limit.Number(v.NumberValue())
			}
			if refusal != "" {
				return Errorf(t.Code, "%s", refusal)
			}
		}
	}
	return nil
}
