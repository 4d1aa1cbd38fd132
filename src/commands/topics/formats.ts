import type { Topic } from '#cli/topic.js';

export const formats: Topic = {
  name: 'formats',
  summary: 'table, json, csv, nagios, junit … : what each is for',
  paragraphs: [
    'One answer, several formats: --format FORMAT. Piping takes away colour and fits no width, but never changes the format. stdout is the answer; stderr is talk and can be thrown away.',
    `  table     the screen; trouble first, as many rows as --limit says
  json      one object; the contract for scripts
  ndjson    one row a line, then a last line with the outcome
  csv       one row a line, with --by one group a line, RFC 4180; a cell that a
            sheet would run gets a ' in front; what is missing from the answer
            is said on stderr
  markdown  the screen for a ticket or a chat; nothing in it becomes a link
            or an image`,
    'Commands that judge (check, status, queue, relay, health, connectors, connectors probe, doctor) tell their verdict to monitors and builds as well. These four hold the verdict and its reasons alone, never rows:',
    `  nagios       a plugin: MAILCHECK CRITICAL - sentence | perfdata, then why;
               codes 0 to 3 only, 4 and above become 3, also for a wrong flag
               or a bug; 4 KiB at most; nothing on stderr
  junit        a case for each finding and gap and one for the verdict:
               failure for what is bad, error for what could not be told
  openmetrics  gauges for a scrape or the textfile collector; 0 ok, 1 warning,
               2 critical, 3 unknown; no timestamps, at most 200 series
  github       annotations, 10 of a kind, the worst first; where
               GITHUB_STEP_SUMMARY and GITHUB_OUTPUT are set, a summary and the
               outputs level, exit-code and sentence`,
    'A run that failed writes nagios, junit and github all the same, for a build without a report is green. It leaves an openmetrics file as it was, so that mailcheck_last_success_timestamp_seconds grows old: alert on its age. That file may be read by everyone, as far as the umask lets them; all others by their owner alone.',
    'What --fail-on leaves out fails no case of junit, and the word of nagios is that of the exit code: MAILCHECK OK - (warning) ... is a warning that does not count. The level is in its perfdata.',
    'One file of metrics for each command and tenant may lie in one folder: series bear the command, and the tenant where --tenant names it.',
    `  mailcheck status --format nagios --timeout 50s
  mailcheck status --output junit=mail.xml --output openmetrics=mail.prom`,
    'The JSON object has schema, generatedAt, tenant, source, window, summary, data, findings, incomplete, outcome, and error when it failed (then data is empty). The order of its keys is free. Times are ISO 8601 in UTC. The name in schema carries a version: fields may be added, none is renamed within a version.',
    `  mailcheck trace --since 1h --format json | jq '.summary.held'
  mailcheck trace --since 1h --output json=trace.json --output csv=trace.csv`,
    'A subject, an address or a reply is text from strangers. On a screen, in CSV and in Markdown, control characters, direction overrides and invisible characters are shown as marks such as \\u{1b}; in JSON they are escaped and parse back to the same text.',
    '--redact replaces addresses and subjects, the same one always by the same mark, in every format of that run. nagios, junit, openmetrics and github do so by themselves; --no-redact leaves them in.',
  ],
};
