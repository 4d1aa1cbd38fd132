/** The rule book for people: what a rule looks at and what it says. */
import type { BookRule, Matcher, Rule } from './rule.js';

/** Two lines a rule, at most 80 columns where codes are few: what it says, then what it looks at. */
export function listRules(rules: readonly Rule[]): string {
  return rules.map((rule) => `${headOf(rule)}\n${sightOf(rule)}`).join('\n');
}

function headOf({ id, reason, party }: Rule): string {
  return `  ${id.padEnd(33)} ${reason.padEnd(25)} ${party}`.trimEnd();
}

function sightOf(rule: Rule): string {
  return wrapped([
    ...(rule.finality === undefined ? [] : [rule.finality]),
    ...looksAt(rule),
    ...exceptions(rule),
  ]);
}

const INDENT = '    ';
const WIDEST = 80;

/** Our own short parts, broken between two of them. */
function wrapped(parts: readonly string[]): string {
  const lines: string[] = [];
  let line = INDENT;
  for (const [index, part] of parts.entries()) {
    const piece = index === parts.length - 1 ? part : `${part}, `;
    if (line.length + piece.trimEnd().length > WIDEST && line !== INDENT) {
      lines.push(line.trimEnd());
      line = INDENT;
    }
    line += piece;
  }
  return [...lines, line].join('\n');
}

function looksAt({ match }: Rule): string[] {
  return [...new Set(match.flatMap(sights))];
}

function sights({ phrases, enhanced = [], replyCodes = [] }: Matcher): string[] {
  const codes = [...enhanced, ...replyCodes];
  if (phrases === undefined) return codes;
  return codes.length === 0 ? ['words'] : [`words with ${codes.join(' ')}`];
}

function exceptions({ partyWhen = {} }: Rule): string[] {
  const { microsoft, another } = partyWhen;
  return [
    ...(microsoft === undefined ? [] : [`${microsoft} when Microsoft wrote it`]),
    ...(another === undefined ? [] : [`${another} when another server wrote it`]),
  ];
}

/** The whole book as a Markdown table, with advice and sources. */
export function rulesAsMarkdown(rules: readonly BookRule[]): string {
  const rows = rules.map((rule) => [
    `\`${rule.id}\``,
    looksAt(rule).join(', '),
    rule.reason,
    [rule.party, ...exceptions(rule)].join('; '),
    rule.finality ?? 'by code',
    rule.remedy,
    rule.reference,
    `\`${rule.samples[0]}\``,
  ]);
  const head = ['Rule', 'Looks at', 'Reason', 'Party', 'Final?', 'Advice', 'Source', 'Sample'];
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map(cellOf).join(' | ')} |`)
    .join('\n');
}

function cellOf(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
