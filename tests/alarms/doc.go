// Package alarms says what CloudWatch makes of an alarm and of the data that its metrics have: in which state the alarm
// is after each period. It knows the rules that the stacks' alarms use, and no anomaly detection.
//
// Source: CloudWatch User Guide, "Alarm evaluation" and "Configuring how CloudWatch alarms treat missing data":
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
package alarms
