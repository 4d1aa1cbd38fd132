/**
 * OpenMetrics 1.0 by the grammar of its specification, with what Prometheus text 0.0.4 forbids beside it: written from
 * the two documents, and sharing nothing with the writer.
 */
export interface MetricFamily {
  readonly name: string;
  readonly type: string;
  readonly unit: string;
  readonly help: string;
  readonly samples: MetricSample[];
}

export interface MetricSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const NAME = '[A-Za-z_:][A-Za-z0-9_:]*';
const LABEL = String.raw`[A-Za-z_][A-Za-z0-9_]*="(?:[^\n"\\]|\\(?:[n"\\]|[^\n"\\]))*"`;
const REAL = String.raw`[+-]?(?:\d+(?:\.\d*)?|\d*\.\d+)(?:e[+-]?\d+)?`;
const DESCRIPTOR = new RegExp(`^# (?<word>TYPE|HELP|UNIT) (?<name>${NAME}) (?<text>.*)$`, 'u');
const SAMPLE = new RegExp(
  `^(?<name>${NAME})(?<labels>\\{(?:${LABEL}(?:,${LABEL})*)?\\})? (?<value>${REAL})$`,
  'u',
);
/** Of both formats. */
const TYPES = ['counter', 'gauge', 'histogram', 'summary'];
/** What a text may hold behind HELP: Prometheus knows two escapes there, OpenMetrics a third, which Prometheus refuses. */
const HELP = /^(?:[^\n"\\]|\\[n\\])*$/u;

export function readOpenMetrics(text: string): readonly MetricFamily[] {
  if (!text.endsWith('# EOF\n') || text.includes('\r') || text.startsWith('\ufeff'))
    throw new Error('no exposition');
  if (/\p{Cs}/u.test(text)) throw new Error('not UTF-8');
  const families: MetricFamily[] = [];
  let seen = new Set<string>();
  for (const line of text.slice(0, -'# EOF\n'.length).split('\n').slice(0, -1)) {
    const told = DESCRIPTOR.exec(line)?.groups ?? SAMPLE.exec(line)?.groups;
    if (told === undefined) throw new Error(`neither metadata nor sample: ${line}`);
    const { word, name = '' } = told;
    if (families.at(-1)?.name !== name) {
      if (families.some((family) => family.name === name)) throw new Error(`${name} in two places`);
      families.push({ name, type: '', unit: '', help: '', samples: [] });
      seen = new Set();
    }
    const family = families.at(-1);
    if (family === undefined) continue;
    if (word === undefined) addSample(family, told);
    else {
      if (seen.has(word) || family.samples.length > 0) throw new Error(`metadata out of place: ${line}`);
      seen.add(word);
      families.splice(-1, 1, described(family, word, told['text'] ?? ''));
    }
  }
  for (const family of families) checkFamily(family);
  return families;
}

function described(family: MetricFamily, word: string, text: string): MetricFamily {
  if (word === 'TYPE') return { ...family, type: text };
  if (word === 'UNIT') return { ...family, unit: text };
  return { ...family, help: text };
}

function addSample(
  { samples, name }: MetricFamily,
  { labels = '', value = '' }: Record<string, string>,
): void {
  const pairs = [...labels.matchAll(/(?<name>[A-Za-z_]\w*)="(?<value>(?:[^"\\]|\\.)*)"/gu)].map(
    ({ groups = {} }) => [groups['name'] ?? '', groups['value'] ?? ''] as const,
  );
  if (new Set(pairs.map(([label]) => label)).size !== pairs.length)
    throw new Error(`a label twice: ${labels}`);
  const key = JSON.stringify(pairs.toSorted());
  if (samples.some((other) => JSON.stringify(Object.entries(other.labels).toSorted()) === key))
    throw new Error(`a series twice: ${name}${labels}`);
  samples.push({ labels: Object.fromEntries(pairs), value: Number(value) });
}

function checkFamily({ name, type, unit, help, samples }: MetricFamily): void {
  if (!TYPES.includes(type)) throw new Error(`${name} is of type ${type}`);
  if (help === '' || !HELP.test(help)) throw new Error(`the help of ${name}: ${help}`);
  if (unit !== '' && !name.endsWith(`_${unit}`)) throw new Error(`${name} is not in ${unit}`);
  if (samples.length === 0 || samples.some(({ value }) => Number.isNaN(value)))
    throw new Error(`${name} tells nothing`);
}
