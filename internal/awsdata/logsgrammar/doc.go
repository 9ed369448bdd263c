// Package logsgrammar reads the two languages of CloudWatch Logs, as far as this project uses them: queries of Logs
// Insights and patterns of metric filters. AWS takes a wrong query when it is saved, and says so when somebody runs it;
// it takes a pattern that matches nothing, and never says so. Sources:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html, its pages of commands and of
// CWL_QuerySyntax-operations-functions.html
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
package logsgrammar
