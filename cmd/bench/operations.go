package main

import (
	"context"
	"errors"
	"fmt"

	"aws-webapp/internal/sandbox/engine"
	"aws-webapp/internal/sandbox/simulation"
)

// policies is the pack's folder.
const policies = "policies"

// operations measures previews and ups. Every up starts from an empty account.
func (b *bench) operations(ctx context.Context, r *report) error {
	for _, name := range []string{"staging", "prod"} {
		up, deployed, err := b.ups(ctx, name)
		if err != nil {
			return err
		}
		for _, c := range []struct{ title, pack, home string }{
			{"preview of everything", policies, "preview-" + name},
			{"preview of everything, no policies", engine.NoPolicyPack, "bare-" + name},
		} {
			home, err := b.home(c.home)
			if err != nil {
				return err
			}
			row, err := b.repeated(ctx, name+": "+c.title, home, name, c.pack, nil)
			if err != nil {
				return err
			}
			r.operations = append(r.operations, row)
		}
		changeless, err := b.repeated(ctx, name+": preview without a change", deployed, name, policies, nil)
		if err != nil {
			return err
		}
		r.operations = append(r.operations, changeless, up)
	}
	return nil
}

// ups brings a stack up a few times, and returns the home where it is up.
func (b *bench) ups(ctx context.Context, name string) (row, string, error) {
	measured := row{title: name + ": up"}
	var last string
	for i := range max(1, b.repeat/2) {
		home, err := b.home(fmt.Sprintf("up-%s-%d", name, i))
		if err != nil {
			return row{}, "", err
		}
		s, err := b.once(ctx, home, name, policies, nil, (*engine.Engine).Up)
		if err != nil {
			return row{}, "", err
		}
		measured.samples, last = append(measured.samples, s), home
	}
	return measured, last, nil
}

// repeated measures a preview after one that warms everything up.
func (b *bench) repeated(ctx context.Context, title, home, name, pack string, config map[string]string) (row, error) {
	measured := row{title: title}
	for i := range b.repeat + 1 {
		s, err := b.once(ctx, home, name, pack, config, (*engine.Engine).Preview)
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
func (b *bench) once(ctx context.Context, home, name, pack string, config map[string]string, do operation) (_ sample, err error) {
	m := &meter{}
	e, err := b.open(ctx, home, name, pack, simulation.Simulation{}, config, m)
	if err != nil {
		return sample{}, err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	return m.measure(ctx, e, do)
}
