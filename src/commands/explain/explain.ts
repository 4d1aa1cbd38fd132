import type { Answer } from '#cli/command.js';
import { defineCommand } from '#cli/command.js';
import type { RawArguments } from '#cli/flag.js';
import { readFlag, switchFlag, textFlag, textsFlag } from '#cli/flag.js';
import { PRINT_FLAGS } from '#cli/flags.js';
import type { ParseContext } from '#cli/parse-context.js';
import type { Ports } from '#cli/ports.js';
import { Failure } from '#failure.js';
import { classify } from '#mailflow/bounce/classify.js';
import type { Rule } from '#mailflow/bounce/rule.js';
import { RULES } from '#mailflow/bounce/rules.js';

import { concluded } from './concluded.js';
import { explainViews } from './explain.view.js';
import type { ExplainRow, ExplainTotals } from './explain-row.js';
import { referenceOf } from './reference-of.js';

type ExplainOptions = Question & {
  /** A file of the admin's own rules. */
  readonly rules: string | null;
};

type Question =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'stdin' }
  | { readonly kind: 'mails'; readonly files: readonly string[] }
  | { readonly kind: 'batch' };

const batchFlag = switchFlag(
  'batch',
  'Read NDJSON {"id","text"} or {"id","path"} lines from stdin, answer {"id","verdict"} in order.',
);
const mailFileFlag = textsFlag(
  'file',
  'FILE',
  'Judge saved mails: an .eml, an mbox, or a folder of them; repeat; - is stdin.',
);

const rulesFlag = textFlag(
  'rules',
  'FILE',
  'Judge by the rules of this JSON file first (mailcheck help rules).',
);

export const explain = defineCommand<ExplainOptions, ExplainRow, ExplainTotals>({
  words: ['explain'],
  summary: 'Say what an SMTP reply, code, trace reason or NDR means and whose side it is',
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
    {
      does: 'A bounce (NDR) saved as a file, an mbox, or a folder of them',
      line: 'explain --file report.eml',
    },
    { does: 'Text or a mail from another program', line: 'explain -', input: '550 5.1.1 User unknown\n' },
    {
      does: 'Many at once, one answer a line',
      line: 'explain --batch',
      input:
        '{"id":1,"text":"421 4.3.2 Service not available"}\n{"id":2,"text":"550 4.4.7 QUEUE.Expired; message expired"}\n',
    },
  ],
  about:
    'Whether a failure is final is decided by the event, then the reply code (4xx held, 5xx final), then the enhanced code, then the text; when they disagree the answer says so. In a bounce the report for machines goes before the prose, one answer for each recipient; the returned message is not judged.',
  flags: [mailFileFlag, batchFlag, rulesFlag],
  commonFlags: PRINT_FLAGS,
  exitCodes: '0 done, 65 a file or a line could not be read; all others are answered',
  judges: false,
  schema: 'mailcheck.explain/1',
  habits: (options) => (options.kind === 'batch' ? { defaultFormat: 'ndjson', endLine: false } : {}),
  parse: parseExplain,
  run: answerQuestion,
  views: explainViews,
});

/** What reads mails and files is loaded where there are some: a single reply is asked for most, and must come at once. */
async function* answerQuestion(options: ExplainOptions, ports: Ports): Answer<ExplainRow, ExplainTotals> {
  const rules = await rulesOf(options, ports);
  if (options.kind === 'text') {
    const verdict = classify({ text: options.text }, rules);
    yield { verdict, ...referenceOf(verdict, rules) };
    return concluded();
  }
  if (options.kind === 'batch') {
    const { explainBatch } = await import('./explain-batch.js');
    return yield* explainBatch(ports, rules);
  }
  const { explainMails } = await import('./explain-mails.js');
  const paths = options.kind === 'stdin' ? ['-'] : options.files;
  return yield* explainMails(paths, ports, { orText: options.kind === 'stdin', rules });
}

async function rulesOf({ rules }: ExplainOptions, ports: Ports): Promise<readonly Rule[]> {
  if (rules === null) return RULES;
  const { rulesFor } = await import('./own-rules.js');
  return rulesFor(rules, ports);
}

function parseExplain(raw: RawArguments, context: ParseContext): ExplainOptions {
  return { ...parseQuestion(raw, context), rules: readFlag(raw, rulesFlag, context) };
}

function parseQuestion(raw: RawArguments, context: ParseContext): Question {
  const isBatch = readFlag(raw, batchFlag, context);
  const files = readFlag(raw, mailFileFlag, context);
  // Unquoted words are one reply: explain 550 5.1.1 User unknown
  const text = raw.positionals.join(' ').trim();
  if (isBatch) return parseBatch(text, files);
  if (files.length > 0 && text !== '') {
    throw new Failure('usage', '--file and a text are two different questions.', {
      remedy: 'Give one of them, as mailcheck explain --file report.eml',
    });
  }
  if (files.length > 0) return { kind: 'mails', files };
  if (text === '-') return { kind: 'stdin' };
  if (text !== '') return { kind: 'text', text };
  throw new Failure('usage', 'explain needs a text or a file.', {
    remedy:
      'Give a reply or a code, as mailcheck explain "550 5.1.1 User unknown", a mail with --file, or - for standard input.',
  });
}

function parseBatch(text: string, files: readonly string[]): Question {
  if (files.length === 0 && (text === '' || text === '-')) return { kind: 'batch' };
  throw new Failure('usage', '--batch reads standard input and takes no text and no file.', {
    remedy: 'Leave them out, as mailcheck explain --batch < replies.ndjson',
  });
}
