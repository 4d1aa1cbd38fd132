import type { Answer } from '#cli/command.js';
import { defineCommand } from '#cli/command.js';
import type { RawArguments } from '#cli/flag.js';
import { readFlag, switchFlag } from '#cli/flag.js';
import type { ParseContext } from '#cli/parse-context.js';
import type { Ports } from '#cli/ports.js';
import { Failure } from '#failure.js';
import { classify } from '#mailflow/bounce/classify.js';

import { readBatchLine } from './batch-line.js';
import type { ExplainRow } from './explain.view.js';
import { explainViews } from './explain.view.js';

interface ExplainOptions {
  /** Null reads standard input. */
  readonly text: string | null;
  readonly batch: boolean;
}

const batchFlag = switchFlag(
  'batch',
  'Read NDJSON {"id","text"} lines from stdin, answer {"id","verdict"} in order.',
);

export const explain = defineCommand<ExplainOptions, ExplainRow, null>({
  words: ['explain'],
  summary: 'Say what an SMTP reply, code or trace reason means and whose side it is',
  positional: '[TEXT|-]',
  permissions: [],
  examples: [
    {
      does: 'A reply that a sender got',
      line: 'explain "451 4.3.2 Temporary server error. Please try again later ATTR2"',
    },
    { does: 'A code alone', line: 'explain 5.7.64' },
    {
      does: 'A reason record of a trace',
      line: 'explain "[{LED=450 4.4.316 Connection refused};{MSG=};{FQDN=mx.fabrikam.example};{IP=192.0.2.10};{LRT=}]"',
    },
    { does: 'Text from another program', line: 'explain -', input: '550 5.1.1 User unknown\n' },
    {
      does: 'Many at once, one answer a line',
      line: 'explain --batch',
      input:
        '{"id":1,"text":"421 4.3.2 Service not available"}\n{"id":2,"text":"550 4.4.7 QUEUE.Expired; message expired"}\n',
    },
  ],
  about:
    'Whether a failure is final is decided by the event, then the reply code (4xx held, 5xx final), then the enhanced code, then the text; when they disagree the answer says so.',
  flags: [batchFlag],
  judges: false,
  schema: 'mailcheck.explain/1',
  habits: (options) => (options.batch ? { defaultFormat: 'ndjson', endLine: false } : {}),
  parse: parseExplain,
  run: (options, ports) => (options.batch ? explainBatch(ports) : explainOne(options, ports)),
  views: explainViews,
});

function parseExplain(raw: RawArguments, context: ParseContext): ExplainOptions {
  const batch = readFlag(raw, batchFlag, context);
  // Unquoted words are one reply: explain 550 5.1.1 User unknown
  const text = raw.positionals.join(' ').trim();
  if (batch && text !== '' && text !== '-') {
    throw new Failure('usage', '--batch reads standard input and takes no text.', {
      remedy: 'Leave the text out, as mailcheck explain --batch < replies.ndjson',
    });
  }
  if (!batch && text === '') {
    throw new Failure('usage', 'explain needs a text.', {
      remedy:
        'Give a reply or a code, as mailcheck explain "550 5.1.1 User unknown", or - for standard input.',
    });
  }
  return { text: batch || text === '-' ? null : text, batch };
}

async function* explainOne(options: ExplainOptions, ports: Ports): Answer<ExplainRow, null> {
  const text = options.text ?? (await readAll(ports.inputLines()));
  yield { verdict: classify({ text }) };
  return CONCLUSION;
}

async function* explainBatch(ports: Ports): Answer<ExplainRow, null> {
  let broken = 0;
  for await (const line of ports.inputLines()) {
    if (line.trim() === '') continue;
    const item = readBatchLine(line);
    if (!item.ok) broken += 1;
    yield item.ok ? { id: item.id, verdict: classify(item.evidence) } : { id: item.id, error: item.expected };
  }
  return broken === 0 ? CONCLUSION : { ...CONCLUSION, failure: brokenLines(broken) };
}

function brokenLines(count: number): Failure {
  const lines = count === 1 ? '1 input line was broken' : `${count} input lines were broken`;
  return new Failure('input', `${lines}; all others are answered.`, {
    remedy: 'Each line is one JSON object, as {"id": 1, "text": "550 5.1.1 User unknown"}',
  });
}

const CONCLUSION = {
  result: null,
  summary: null,
  tenant: null,
  source: null,
  window: null,
  findings: [],
  incomplete: [],
};

/** A reply is short; what is beyond this many characters is not part of one. */
const LONGEST_TEXT = 65_536;

async function readAll(lines: AsyncIterable<string>): Promise<string> {
  const kept: string[] = [];
  let length = 0;
  for await (const line of lines) {
    kept.push(line);
    length += line.length + 1;
    if (length > LONGEST_TEXT) break;
  }
  return kept.join('\n').trim();
}
