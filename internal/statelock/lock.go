package statelock

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// Lock is one that somebody holds.
type Lock struct {
	// ID names it: each call of the Pulumi CLI has another.
	ID string `json:"id"`
	// User, Host and PID of the call, and Since when it holds the lock.
	User  string    `json:"user"`
	Host  string    `json:"host"`
	PID   int       `json:"pid"`
	Since time.Time `json:"since"`
	// Written is when the state was written last: an engine at work writes it after each step.
	Written time.Time `json:"written,omitzero"`

	key string
}

// Quiet is how long the state of a holder elsewhere has to rest before it counts as dead: one step, such as restoring a
// database, takes less.
const Quiet = time.Hour

// Stack is a stack of a project in a store of states.
type Stack struct {
	Store         Store
	Project, Name string
	// Host of this call, and its time.
	Host string
	Now  func() time.Time
	// Alive says whether a process of this host is there.
	Alive func(pid int) bool
}

// RefusedError says why a lock is not freed.
type RefusedError struct{ error }

// Alive says whether a process is there: signal 0 is sent to nobody, and fails for one that is gone (kill(2)). Windows
// has no such signal; there finding the process is enough.
func Alive(pid int) bool {
	process, err := os.FindProcess(pid)
	if err != nil || runtime.GOOS == "windows" {
		return err == nil
	}
	err = process.Signal(syscall.Signal(0))
	return err == nil || errors.Is(err, os.ErrPermission)
}

// Held returns the locks of the stack: none, or one, or two after a race.
func (s *Stack) Held(ctx context.Context) ([]Lock, error) {
	// The organization of every state that is not Pulumi's service's is called so.
	folder := path.Join(".pulumi/locks/organization", s.Project, s.Name) + "/"
	keys, err := s.Store.List(ctx, folder)
	if err != nil {
		return nil, err
	}
	var written time.Time
	for _, ending := range []string{".json", ".json.gz"} {
		at, err := s.Store.Modified(ctx, path.Join(".pulumi/stacks", s.Project, s.Name)+ending)
		if err != nil {
			return nil, err
		}
		if at.After(written) {
			written = at
		}
	}
	var locks []Lock
	for _, key := range keys {
		text, err := s.Store.Read(ctx, key)
		if err != nil {
			return nil, err
		}
		var content struct {
			PID       int       `json:"pid"`
			Username  string    `json:"username"`
			Hostname  string    `json:"hostname"`
			Timestamp time.Time `json:"timestamp"`
		}
		// What cannot be read is a lock for Pulumi all the same; its holder died while it wrote it.
		_ = json.Unmarshal(text, &content)
		locks = append(locks, Lock{
			ID:   strings.TrimSuffix(path.Base(key), ".json"),
			User: content.Username, Host: content.Hostname, PID: content.PID, Since: content.Timestamp, Written: written,
			key: key,
		})
	}
	return locks, nil
}

// Judge says whether the holder of a lock is dead, and why it is thought so.
func (s *Stack) Judge(one Lock) (dead bool, why string) {
	now, latest := s.Now(), one.Since
	if one.Written.After(latest) {
		latest = one.Written
	}
	rest := now.Sub(latest).Round(time.Second)
	switch {
	case one.Host == "":
		return true, "its file says nothing: its holder died while it wrote it"
	case one.Host == s.Host && !s.Alive(one.PID):
		return true, fmt.Sprintf("this machine has no process %d any more", one.PID)
	case one.Host == s.Host:
		return false, fmt.Sprintf("process %d of this machine is there", one.PID)
	case rest >= Quiet:
		return true, fmt.Sprintf("it is another machine's, and the state was not written for %s", rest)
	default:
		return false, fmt.Sprintf("it is another machine's, and the state was written %s ago", rest)
	}
}

// Free deletes one lock, and no other. One that is not there is free already. Without force the holder has to be dead.
func (s *Stack) Free(ctx context.Context, id string, force, dryRun bool) (said string, err error) {
	locks, err := s.Held(ctx)
	if err != nil {
		return "", err
	}
	for _, one := range locks {
		if one.ID != id {
			continue
		}
		dead, why := s.Judge(one)
		switch {
		case !dead && !force:
			return "", RefusedError{fmt.Errorf("the lock %s is held by %s on %s: %s. Two updates at once spoil the state: "+
				"end that one, or see that its job has ended and give --force", id, one.User, one.Host, why)}
		case dryRun:
			return "would free the lock: " + why, nil
		}
		if err := s.Store.Delete(ctx, one.key); err != nil {
			return "", err
		}
		return "freed the lock: " + why, nil
	}
	return "the lock " + id + " is free already", nil
}
