/**
 * OpenMetrics 1.0 that is Prometheus text 0.0.4 as well, so that one file serves a scrape, `promtool check metrics` and
 * the textfile collector of node-exporter. That collector knows neither state sets nor timestamps, and refuses all its
 * files over a series that two of them hold: hence gauges only, no timestamps, and the command as a label. By hand, for
 * the client library keeps registries of a long-lived process, and this is a page of text.
 *
 * A level is one gauge of 0 to 3 for each check, as of a plugin, and not a series for each state: `> 0` alerts, `== 2`
 * pages, and the number of series does not grow by the number of states.
 */
import type { MeasureUnit } from '#mailflow/check/check-result.js';

import { byGravity, LEVEL_NUMBERS } from './monitor-levels.js';
import type { MonitorCase } from './monitor-report.js';
import { monitorName, plainNumber } from './monitor-text.js';
import { checkLevel, toMonitorReport } from './to-monitor-report.js';
import type { Tail, Writer } from './writer.js';
import type { WriterSpec } from './writer-spec.js';

type MetricsSpec<Result> = Pick<WriterSpec<never, Result>, 'head' | 'monitor' | 'run'>;

/** Two series for each check and one for each measure, with the few of the run: 200 at most. */
const MOST_CASES = 60;
const MOST_MEASURES = 70;

export function createOpenMetricsWriter<Row, Result>(
  spec: Pick<WriterSpec<Row, Result>, 'head' | 'monitor' | 'run'>,
): Writer<Row, Result> {
  return { row: () => '', end: (tail) => exposition(spec, tail) };
}

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Family {
  readonly name: string;
  readonly unit: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

function exposition<Result>(spec: MetricsSpec<Result>, tail: Tail<Result>): string {
  const { command, tenantAsked } = spec.run;
  const { cases } = toMonitorReport(spec, tail);
  const tenant = tenantAsked === null ? {} : { tenant: tenantLabel(tenantAsked) };
  const own = { command: monitorName(command, '-'), ...tenant };
  const one = (value: number): readonly Sample[] => [{ labels: own, value }];
  const shown = cases.length <= MOST_CASES ? cases : cases.toSorted(byGravity).slice(0, MOST_CASES);
  const run: readonly Family[] = [
    {
      ...{ name: 'mailcheck_level', unit: '', help: `Verdict of the run: ${LEVEL_WORDS}` },
      samples: one(LEVEL_NUMBERS[checkLevel(tail.outcome.level)]),
    },
    {
      ...{ name: 'mailcheck_drill', unit: '', help: '1 when all of this was said of a simulated tenant.' },
      samples: one(spec.head.drill === null ? 0 : 1),
    },
    {
      ...{ name: 'mailcheck_checks_left_out', unit: '', help: 'Checks that there was no room for.' },
      samples: one(cases.length - shown.length),
    },
    {
      ...{ name: 'mailcheck_last_success_timestamp_seconds', unit: 'seconds' },
      help: 'When a run last gave an answer, good or bad.',
      samples: tail.error === null ? one(Math.floor(tail.generatedAt.getTime() / 1000)) : [],
    },
  ];
  const families = [...run, ...levelFamilies(shown, own), ...measureFamilies(shown, own, run)];
  return [...families.flatMap(familyLines), '# EOF', ''].join('\n');
}

const LEVEL_WORDS = '0 ok, 1 warning, 2 critical, 3 unknown.';

function levelFamilies(cases: readonly MonitorCase[], own: Sample['labels']): readonly Family[] {
  const levels = new Map<string, { level: number | null; labels: Sample['labels'] }>();
  for (const { id, level } of cases.toSorted(byGravity)) {
    const check = monitorName(id, '-');
    const labels = { ...own, check };
    // Where two cases bear one name the graver one speaks.
    if (!levels.has(check))
      levels.set(check, { labels, level: level === 'skipped' ? null : LEVEL_NUMBERS[level] });
  }
  const all = [...levels.values()];
  return [
    {
      ...{ name: 'mailcheck_check_level', unit: '', help: `Verdict of each check: ${LEVEL_WORDS}` },
      samples: all.flatMap(({ labels, level }) => (level === null ? [] : [{ labels, value: level }])),
    },
    {
      ...{
        name: 'mailcheck_check_skipped',
        unit: '',
        help: '1 for a check that was not asked and counts for nothing.',
      },
      samples: all.map(({ labels, level }) => ({ labels, value: level === null ? 1 : 0 })),
    },
  ];
}

const UNITS: Readonly<Record<MeasureUnit, string>> = {
  deliveries: 'deliveries',
  share: 'ratio',
  seconds: 'seconds',
  requests: 'requests',
  count: '',
};

/** Each measure bears the check that it stands behind, so that one name may stand behind two. */
function measureFamilies(
  cases: readonly MonitorCase[],
  own: Sample['labels'],
  taken: readonly Family[],
): readonly Family[] {
  const reserved = new Set([...taken.map(({ name }) => name), ...CHECK_FAMILIES]);
  const families = new Map<string, Family>();
  const seen = new Set<string>();
  for (const { id, measures } of cases) {
    for (const { name: bare, unit, value } of measures) {
      const suffix = UNITS[unit];
      const name = familyName(bare, suffix);
      const check = monitorName(id, '-');
      const key = `${name} ${check}`;
      if (value === null || plainNumber(value) === null || reserved.has(name)) continue;
      if (seen.has(key) || seen.size === MOST_MEASURES) continue;
      seen.add(key);
      const family = families.get(name) ?? { name, unit: suffix, help: helpOf(name), samples: [] };
      families.set(name, { ...family, samples: [...family.samples, { labels: { ...own, check }, value }] });
    }
  }
  return [...families.values()];
}

/** `held` in deliveries and `held_deliveries` are one name, and a share is a ratio. */
function familyName(bare: string, suffix: string): string {
  const words = monitorName(bare, '_').split('_');
  const isTold = words.at(-1) === suffix || (suffix === 'ratio' && words.at(-1) === 'share');
  return ['mailcheck', ...(isTold ? words.slice(0, -1) : words), suffix]
    .filter((part) => part !== '')
    .join('_');
}

/**
 * Made of the name alone. Where the same name has another text in a second file, node-exporter drops the series of that
 * file and calls it no error: measured with 1.5.0.
 */
function helpOf(name: string): string {
  const words = name.split('_').slice(1);
  const suffix = Object.values(UNITS).find((unit) => unit !== '' && unit === words.at(-1)) ?? '';
  const what = (suffix === '' ? words : words.slice(0, -1)).join(' ');
  const unit = suffix === 'ratio' ? 'Share, from 0 to 1' : ['Number', suffix].filter(Boolean).join(' of ');
  return what === '' ? `${unit}.` : `${unit}: ${what}.`;
}

const CHECK_FAMILIES = ['mailcheck_check_level', 'mailcheck_check_skipped'];

function familyLines({ name, unit, help, samples }: Family): readonly string[] {
  if (samples.length === 0) return [];
  return [
    `# TYPE ${name} gauge`,
    ...(unit === '' ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${help}`,
    ...samples.map(({ labels, value }) => `${name}${labelText(labels)} ${plainNumber(value) ?? 'NaN'}`),
  ];
}

/** Values are names of ours by now: nothing in them needs an escape. */
function labelText(labels: Sample['labels']): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',')}}`;
}

/** A GUID or a domain; what holds anything else was no tenant. */
function tenantLabel(tenant: string): string {
  return /^[a-z0-9][a-z0-9.-]{0,99}$/iu.test(tenant) ? tenant.toLowerCase() : 'other';
}
