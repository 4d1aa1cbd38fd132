/**
 * Plugin output by the development guidelines of the Monitoring Plugins project, read as Nagios and Icinga do; shares
 * nothing with the writer. Whatever does not fit is an error with its place.
 */
export interface PluginOutput {
  readonly word: string;
  readonly text: string;
  readonly perfdata: readonly PerfValue[];
  readonly long: readonly string[];
}

export interface PerfValue {
  readonly label: string;
  readonly value: number;
  readonly unit: string;
  readonly limits: readonly string[];
}

export function readNagios(output: string): PluginOutput {
  if (!output.endsWith('\n')) throw new Error('no line feed at the end');
  if (/[^\n\x20-\x7e\u00a0-\u{10ffff}]/u.test(output)) throw new Error('a control character');
  const [first = '', ...long] = output.slice(0, -1).split('\n');
  const [said = '', numbers, ...more] = first.split('|');
  if (numbers === undefined || more.length > 0) throw new Error(`not one bar: ${first}`);
  const strayed = long.find((line) => line.includes('|'));
  if (strayed !== undefined) throw new Error(`a bar in the long output: ${strayed}`);
  const status = /^MAILCHECK (?<word>OK|WARNING|CRITICAL|UNKNOWN) - (?<text>.+) $/u.exec(said);
  if (status === null) throw new Error(`no status: ${said}`);
  const { word = '', text = '' } = status.groups ?? {};
  const perfdata = readPerfdata(numbers.trim());
  const labels = perfdata.map(({ label }) => label);
  if (new Set(labels).size !== labels.length) throw new Error(`a label twice: ${labels.join(' ')}`);
  return { word, text, perfdata, long };
}

function readPerfdata(text: string): readonly PerfValue[] {
  const values: PerfValue[] = [];
  let at = 0;
  while (at < text.length) {
    const [label, behind] = readLabel(text, at);
    if (text[behind] !== '=') throw new Error(`no = at ${behind} of ${text}`);
    const end = text.indexOf(' ', behind) === -1 ? text.length : text.indexOf(' ', behind);
    values.push({ label, ...readValue(text.slice(behind + 1, end)) });
    at = end + 1;
  }
  return values;
}

/** In quotes, a quote doubled; or without, and then neither space, quote nor equals sign. */
function readLabel(text: string, from: number): readonly [label: string, behind: number] {
  if (text[from] !== "'") {
    const bare = /^[^\s='|]+/u.exec(text.slice(from))?.[0];
    if (bare === undefined) throw new Error(`no label at ${from} of ${text}`);
    return [bare, from + bare.length];
  }
  const quoted = /^'((?:[^']|'')+)'/u.exec(text.slice(from));
  if (quoted === null) throw new Error(`an open quote at ${from} of ${text}`);
  return [(quoted[1] ?? '').replaceAll("''", "'"), from + quoted[0].length];
}

const NUMBER = String.raw`-?(?:\d+(?:\.\d+)?|\.\d+)`;
const VALUE = new RegExp(`^(?<value>${NUMBER})(?<unit>s|us|ms|%|B|KB|MB|GB|TB|c)?$`, 'u');
/** `10`, `10:`, `~:10`, `10:20`, and the same inside out. */
const RANGE = new RegExp(`^@?(?:${NUMBER}|(?:~|${NUMBER}):(?:${NUMBER})?)?$`, 'u');
const BOUND = new RegExp(`^(?:${NUMBER})?$`, 'u');

function readValue(text: string): Omit<PerfValue, 'label'> {
  const [first = '', warning = '', critical = '', least = '', most = '', ...more] = text.split(';');
  const found = VALUE.exec(first);
  const fits = RANGE.test(warning) && RANGE.test(critical) && BOUND.test(least) && BOUND.test(most);
  if (found === null || !fits || more.length > 0) throw new Error(`no value: ${text}`);
  const { value = '', unit = '' } = found.groups ?? {};
  return { value: Number(value), unit, limits: [warning, critical, least, most] };
}
