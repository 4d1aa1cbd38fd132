import type { Topic } from '#cli/topic.js';

export const formats: Topic = {
  name: 'formats',
  summary: 'table, json, ndjson, csv, markdown: what each is for',
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
    'The JSON object has schema, generatedAt, tenant, source, window, summary, data, findings, incomplete, outcome, and error when it failed (then data is empty). The order of its keys is free. Times are ISO 8601 in UTC. The name in schema carries a version: fields may be added, none is renamed within a version.',
    `  mailcheck trace --since 1h --format json | jq '.summary.held'
  mailcheck trace --since 1h --output json=trace.json --output csv=trace.csv`,
    'A subject, an address or a reply is text from strangers. On a screen, in CSV and in Markdown, control characters, direction overrides and invisible characters are shown as marks such as \\u{1b}; in JSON they are escaped and parse back to the same text.',
    '--redact replaces addresses and subjects, the same one always by the same mark, in every format of that run.',
  ],
};
