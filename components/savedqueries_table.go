package components

// savedQuery is a question to log groups.
type savedQuery struct {
	name string
	// searches returns the groups to search.
	searches func(SavedQueriesArgs) []string
	// text in Logs Insights' query language.
	text string
}

// savedQueries returns the queries, in the order in which they are usually needed. A test
// compares their fields with the real logs.
func savedQueries() []savedQuery {
	return []savedQuery{
		{"errors-by-event-type", serviceGroups, errorsByEventType},
		{
			"latest-errors", serviceGroups, `fields @timestamp, @log, event_type, level, data.error, @message
| filter ` + isError + `
| sort @timestamp desc
| limit 100`,
		},
		{
			"slow-requests", serviceGroups, `filter ispresent(data.duration_ms)
| fields @timestamp, @log, data.method, data.path, data.status, data.duration_ms
| filter data.duration_ms > 500
| sort data.duration_ms desc
| limit 100`,
		},
		{
			"latency-by-path", serviceGroups, `filter ispresent(data.duration_ms)
| stats count(*) as requests, pct(data.duration_ms, 50) as p50, pct(data.duration_ms, 95) as p95, max(data.duration_ms) as slowest by data.path
| sort p95 desc
| limit 50`,
		},
		{
			"events-over-time", serviceGroups, `filter ispresent(event_type)
| stats count(*) as events by bin(5m), event_type`,
		},
		{
			"rejected-flows", flowsGroup, `filter action = "REJECT"
| stats count(*) as flows, sum(packets) as rejected by srcAddr, dstAddr, dstPort, protocol
| sort flows desc
| limit 100`,
		},
		{
			"busiest-destinations", flowsGroup, `filter action = "ACCEPT"
| stats count(*) as flows, sum(bytes) as sent by interfaceId, dstAddr, dstPort
| sort flows desc
| limit 100`,
		},
		{
			"firewall-blocks", wafLogGroup, `filter action = "BLOCK"
| stats count(*) as requests by terminatingRuleId, httpRequest.clientIp, httpRequest.country, httpRequest.uri
| sort requests desc
| limit 100`,
		},
		{
			"slow-statements", databaseGroup, `parse @message /duration: (?<milliseconds>[0-9.]+) ms/
| filter ispresent(milliseconds)
| fields @timestamp, milliseconds, @message
| sort milliseconds desc
| limit 100`,
		},
		{
			"database-errors", databaseGroup, `filter @message like /(ERROR|FATAL|PANIC):/
| parse @message /(?<severity>ERROR|FATAL|PANIC):\s+(?<problem>.*)/
| stats count(*) as times, latest(@timestamp) as last by severity, problem
| sort times desc
| limit 50`,
		},
		{
			"refused-calls", auditGroup, `filter errorCode like /(AccessDenied|UnauthorizedOperation)/
| stats count(*) as calls, latest(eventTime) as last by userIdentity.arn, eventSource, eventName, sourceIPAddress
| sort calls desc
| limit 100`,
		},
		{
			"changes-by-identity", auditGroup,
			`filter eventCategory = "Management" and eventName not like /^(Assume|BatchGet|Decrypt|Describe|Generate|Get|Head|List|Lookup|Search|Select|Test|Validate)/
| stats count(*) as calls, latest(eventTime) as last by userIdentity.arn, userIdentity.type, eventSource, eventName
| sort last desc
| limit 200`,
		},
		{
			"console-sign-ins", auditGroup, `filter eventName = "ConsoleLogin"
| fields eventTime, userIdentity.type, userIdentity.arn, sourceIPAddress, additionalEventData.MFAUsed, responseElements.ConsoleLogin
| sort eventTime desc
| limit 100`,
		},
		{
			"object-access", auditGroup, `filter eventCategory = "Data" and eventSource = "s3.amazonaws.com"
| stats count(*) as calls, latest(eventTime) as last by userIdentity.arn, eventName, requestParameters.bucketName, sourceIPAddress
| sort calls desc
| limit 100`,
		},
		{
			"function-problems", functionGroups, `filter level in ["WARN", "ERROR"]
| fields @timestamp, @log, level, msg, reason
| sort @timestamp desc
| limit 100`,
		},
	}
}

const (
	// isError recognizes errors by their level if a service logs one, else by name.
	isError = `level in ["ERROR", "CRITICAL", "FATAL"] or event_type like /(?i)(error|exception|fail)/`

	errorsByEventType = `filter ` + isError + `
| stats count(*) as errors, latest(@timestamp) as last by event_type
| sort errors desc
| limit 50`
)

func serviceGroups(a SavedQueriesArgs) []string  { return a.ServiceLogGroups }
func functionGroups(a SavedQueriesArgs) []string { return a.FunctionLogGroups }
func flowsGroup(a SavedQueriesArgs) []string     { return present(a.FlowLogGroup) }
func auditGroup(a SavedQueriesArgs) []string     { return present(a.AuditLogGroup) }
func wafLogGroup(a SavedQueriesArgs) []string    { return present(a.WAFLogGroup) }
func databaseGroup(a SavedQueriesArgs) []string  { return present(a.DatabaseLogGroup) }

func present(group string) []string {
	if group == "" {
		return nil
	}
	return []string{group}
}
