/** The first page of the help. It needs no command and no flag, so that whoever asks for it waits for neither. */
import type { CommandEntry } from './arguments.js';
import type { Example } from './command.js';
import { renderExamples, twoColumns, wrapPlain } from './help-layout.js';
import type { Topic } from './topic.js';

export const OVERVIEW_EXAMPLES: readonly Example[] = [
  { does: 'Rehearse an outage on a simulated tenant, no account needed', line: 'trace --drill=june-2026' },
  { does: 'Does mail flow, what is stuck, why, and what to do now?', line: 'status' },
  { does: 'Where is the mail of the last four hours?', line: 'trace --since 4h' },
  {
    does: 'What does this error mean, and whose side is it?',
    line: 'explain "450 4.4.318 Connection was closed abruptly"',
  },
  { does: 'No app registration yet? Read an export', line: 'trace --file export.csv' },
];

export function renderOverview(
  entries: readonly CommandEntry[],
  topics: readonly Topic[],
  width: number,
): string {
  const list = (rows: readonly (readonly [string, string])[]): string => twoColumns(rows, width);
  return [
    'mailcheck: where is the mail, is it late or lost, will it come, and whose fault is it?\n',
    'Examples\n' + renderExamples(OVERVIEW_EXAMPLES, width),
    'Commands\n' + list(entries.map((entry) => [entry.words.join(' '), entry.summary])),
    'Help topics (mailcheck help TOPIC)\n' + list(topics.map((topic) => [topic.name, topic.summary])),
    'mailcheck COMMAND --help shows the flags of a command.\n',
  ]
    .map((part) => wrapPlain(part, width))
    .join('\n');
}
