package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"aws-webapp/internal/sandbox/engine"
)

// policies is the pack's folder.
const policies = "policies"

// previewTitle is what the budget is for.
const previewTitle = "preview of everything"

// operations measures previews and ups. Every up starts from an empty account.
func (b *bench) operations(ctx context.Context, r *report) error {
	for _, name := range []string{"staging", "prod"} {
		up, deployed, err := b.ups(ctx, name+": up", target{stack: name, pack: policies})
		if err != nil {
			return err
		}
		fast, _, err := b.ups(ctx, name+": up --fast", target{stack: name, pack: policies, fast: true})
		if err != nil {
			return err
		}
		for _, c := range []struct{ title, pack, home string }{
			{previewTitle, policies, "preview-" + name},
			{previewTitle + ", no policies", engine.NoPolicyPack, "bare-" + name},
		} {
			home, err := b.home(c.home)
			if err != nil {
				return err
			}
			row, err := b.repeated(ctx, name+": "+c.title, target{home: home, stack: name, pack: c.pack}, b.repeat)
			if err != nil {
				return err
			}
			r.operations = append(r.operations, row)
		}
		changeless, err := b.repeated(ctx, name+": preview without a change", target{home: deployed, stack: name, pack: policies}, b.repeat)
		if err != nil {
			return err
		}
		r.operations = append(r.operations, changeless, up, fast)
	}
	return nil
}

// ups brings a stack up a few times, and returns the home where it is up.
func (b *bench) ups(ctx context.Context, title string, t target) (row, string, error) {
	measured := row{title: title}
	for i := range max(1, b.repeat/2) {
		home, err := b.home(fmt.Sprintf("%s-%d", strings.NewReplacer(":", "", " ", "-").Replace(title), i))
		if err != nil {
			return row{}, "", err
		}
		t.home = home
		s, err := b.once(ctx, t, (*engine.Engine).Up)
		if err != nil {
			return row{}, "", err
		}
		measured.samples = append(measured.samples, s)
	}
	return measured, t.home, nil
}

// repeated measures a preview after one that warms everything up.
func (b *bench) repeated(ctx context.Context, title string, t target, times int) (row, error) {
	measured := row{title: title}
	for i := range times + 1 {
		s, err := b.once(ctx, t, (*engine.Engine).Preview)
		if err != nil {
			return row{}, err
		}
		if i > 0 {
			measured.samples = append(measured.samples, s)
		}
	}
	return measured, nil
}

// once opens a stack and measures one operation.
func (b *bench) once(ctx context.Context, t target, do operation) (_ sample, err error) {
	m := &meter{}
	e, err := b.open(ctx, t, m)
	if err != nil {
		return sample{}, err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	return m.measure(ctx, e, do)
}
