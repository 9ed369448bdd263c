package awsapi

import "context"

// Paginator is the SDK's paginator of an operation, such as ec2.NewDescribeVpcsPaginator.
type Paginator[Output, Options any] interface {
	HasMorePages() bool
	NextPage(ctx context.Context, options ...func(*Options)) (*Output, error)
}

// All returns the items of all pages, or none if a page fails. A page may be empty and still not be the last one.
func All[Output, Options, Item any](
	ctx context.Context, pages Paginator[Output, Options], items func(*Output) []Item,
) ([]Item, error) {
	var all []Item
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, items(page)...)
	}
	return all, nil
}
