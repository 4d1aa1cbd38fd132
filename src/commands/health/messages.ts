import type { Answer } from '#cli/command.js';
import { defineCommand } from '#cli/command.js';
import * as flags from '#cli/flags.js';
import type { Ports } from '#cli/ports.js';
import { compareMessages, isAboutMail } from '#mailflow/health/centre-message.js';
import type { CentreMessage } from '#mailflow/health/service-issue.js';
import { textOfHtml } from '#mailflow/mime/html-text.js';

import { sourceNote } from './conclude-health.js';
import { readSince } from './health-options.js';
import type { CentreRow, MessagesResult } from './messages.view.js';
import { messagesViews } from './messages.view.js';

interface MessagesOptions {
  readonly since: Date | null;
}

const DEFAULT_SECONDS = 30 * 86_400;
const SCREEN_MESSAGES = 15;
/** A post is a page of text; beyond it nothing is read. */
const MOST_CHARACTERS = 20_000;

export const healthMessages = defineCommand<MessagesOptions, CentreRow, MessagesResult>({
  words: ['health', 'messages'],
  summary: 'List what Microsoft announces in the message centre: changes to come, those about mail first',
  permissions: ['Microsoft Graph ServiceMessage.Read.All; none for --drill'],
  examples: [
    { does: 'Was a change announced that explains this?', line: 'health messages' },
    { does: 'Of the last week', line: 'health messages --since 7d' },
    { does: 'With their texts, for a script', line: 'health messages --format json' },
  ],
  about:
    'It reads only: nothing is marked as read, archived or starred. The last 30 days unless --since says otherwise.',
  flags: [flags.sinceFlag],
  commonFlags: flags.GRAPH_FLAGS,
  asksGraphAlways: true,
  judges: false,
  schema: 'mailcheck.health-messages/1',
  habits: () => ({ screenRows: SCREEN_MESSAGES }),
  parse: (raw, context) => ({ since: readSince(raw, context, DEFAULT_SECONDS) }),
  run: listMessages,
  views: messagesViews,
});

async function* listMessages({ since }: MessagesOptions, ports: Ports): Answer<CentreRow, MessagesResult> {
  ports.progress('asking for the message centre');
  const source = await ports.health({ timeoutSeconds: null });
  const { messages, gaps } = await source.messages(since, ports.signal);
  const rows = [...messages].sort(compareMessages).map(rowOf);
  yield rows;
  const counts = { messages: rows.length, aboutMail: rows.filter((row) => row.isAboutMail).length };
  return {
    result: { ...counts, since, isWhole: gaps.length === 0 },
    summary: { ...counts, since },
    tenant: source.tenant,
    source: sourceNote(source),
    window: null,
    findings: [],
    incomplete: gaps,
  };
}

function rowOf({ body, contentType, ...message }: CentreMessage): CentreRow {
  const text = contentType === 'html' ? textOfHtml(body, MOST_CHARACTERS) : body.slice(0, MOST_CHARACTERS);
  return { ...message, isAboutMail: isAboutMail({ ...message, body, contentType }), text: text.trim() };
}
