package awsfake

import (
	"fmt"
	"net/http"
	"reflect"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// tokens are the members that ask for a page, and those that name the next one.
var tokens = []struct{ asks, names string }{
	{"NextToken", "NextToken"}, {"Marker", "NextMarker"}, {"Marker", "Marker"},
}

// whole are operations that we ask for one item: a deployment of an ECS service has one target.
var whole = []string{"ListDeploymentTargets"}

// Page lets every operation that AWS answers in pages answer with one item a page, after a page that is empty. So AWS
// may answer (API reference of AWS Config, DescribeAggregateComplianceByConfigRules: "can return an empty result
// page"), and who reads one page alone misses something.
func (c *Cloud) Page() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.paged = true
}

// page is the part of an answer that the input asks for. The answer to a request without a token is kept for those
// with one, as it may have another order, or other items, the next time.
func (c *Cloud) page(input any, answer func(any) (any, error)) (any, error) {
	in := reflect.ValueOf(input).Elem()
	if ids := in.FieldByName("ImageIds"); ids.IsValid() && ids.Len() > 0 {
		// ECR has no pages for who names images (API reference, DescribeImages, nextToken).
		return answer(input)
	}
	for _, token := range tokens {
		asks := in.FieldByName(token.asks)
		if !asks.IsValid() {
			continue
		}
		if asks.IsNil() {
			output, err := answer(input)
			if err != nil || reflect.ValueOf(output).IsNil() {
				return output, err
			}
			names := reflect.ValueOf(output).Elem().FieldByName(token.names)
			if !names.IsValid() {
				continue
			}
			if !names.IsNil() {
				return nil, fmt.Errorf("awsfake: the answer to %T is a page already", input)
			}
			return cut(output, token.names, c.keep(output), 0), nil
		}
		at, err := strconv.Atoi(asks.Elem().String())
		output := c.answered(at / mostPages)
		if err != nil || output == nil {
			return nil, Failure(http.StatusBadRequest, "InvalidNextToken", "the token is not one of ours")
		}
		if reflect.ValueOf(output).Elem().FieldByName(token.names).IsValid() {
			return cut(output, token.names, at/mostPages, at%mostPages), nil
		}
	}
	return answer(input)
}

// keep an answer, and say its number.
func (c *Cloud) keep(output any) (number int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kept = append(c.kept, output)
	return len(c.kept) - 1
}

// answered is the answer with a number; nil if there is none.
func (c *Cloud) answered(number int) any {
	c.mu.Lock()
	defer c.mu.Unlock()
	if number < 0 || number >= len(c.kept) {
		return nil
	}
	return c.kept[number]
}

// mostPages of an answer: a token is a number, that of the answer times this and that of the page.
const mostPages = 10000

// cut is one page of the answer with a number: nothing on the first one, then an item a page.
func cut(output any, names string, number, page int) any {
	some := reflect.New(reflect.TypeOf(output).Elem())
	some.Elem().Set(reflect.ValueOf(output).Elem())
	last := 0
	for i := range some.Elem().NumField() {
		list := some.Elem().Field(i)
		if list.Kind() != reflect.Slice || !list.CanSet() {
			continue
		}
		last = max(last, list.Len())
		list.Set(list.Slice(min(max(page-1, 0), list.Len()), min(page, list.Len())))
	}
	if page < last {
		token := aws.String(strconv.Itoa(number*mostPages + page + 1))
		some.Elem().FieldByName(names).Set(reflect.ValueOf(token))
	}
	return some.Interface()
}
