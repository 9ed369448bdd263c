// Package schedule reads the schedule expressions of Application Auto Scaling, AWS Backup and
// EventBridge, and says when they fire. AWS's cron has six fields, names, and the wildcards ?,
// L, W and #. Libraries for Unix cron refuse expressions that AWS accepts, and accept some that
// it refuses.
//
// An expression is refused where AWS's documents say nothing (ranges that wrap, such as
// FRI-MON; LW; lower-case letters): each can be written in another way.
package schedule
