/**
 * JUnit XML, which every build server reads: a case for each thing that was judged. What was bad failed, what could not
 * tell is an error, what was not asked is skipped. By hand: four elements and one rule of escaping are less than any
 * library of it, and a file that cannot be read shows as no tests at all, which is green.
 */
import { byGravity } from './monitor-levels.js';
import type { MonitorCase } from './monitor-report.js';
import { monitorName, monitorText } from './monitor-text.js';
import { safeLine } from './safe-text.js';
import { toMonitorReport } from './to-monitor-report.js';
import type { Tail, Writer } from './writer.js';
import type { FailOn, WriterSpec } from './writer-spec.js';

type JunitSpec<Result> = Pick<WriterSpec<never, Result>, 'head' | 'monitor' | 'run'>;

const MOST_CASES = 500;
const MOST_DETAILS = 100;
const TEXT_POINTS = 1000;

export function createJunitWriter<Row, Result>(
  spec: Pick<WriterSpec<Row, Result>, 'head' | 'monitor' | 'run'>,
): Writer<Row, Result> {
  return { row: () => '', end: (tail) => documentOf(spec, tail) };
}

function documentOf<Result>(spec: JunitSpec<Result>, tail: Tail<Result>): string {
  const { command, failOn } = spec.run;
  const { cases, notes = [] } = toMonitorReport(spec, tail);
  const shown = withOwnNames(
    cases.length <= MOST_CASES ? cases : cases.toSorted(byGravity).slice(0, MOST_CASES),
  );
  const told = shown.map((each) => ({ each, ending: endingOf(each, failOn) }));
  const countOf = (ending: Ending): number => told.filter((one) => one.ending === ending).length;
  const counts = {
    ...{ tests: shown.length, failures: countOf('failure') },
    ...{ errors: countOf('error'), skipped: countOf('skipped') },
  };
  const { level, exitCode } = tail.outcome;
  const drill = spec.head.drill === null ? {} : { drill: spec.head.drill };
  const name = `${spec.head.drill === null ? '' : 'DRILL '}mailcheck ${command}`;
  // How long a case took is not known, and a time of 0 would be a lie; readers do without.
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    opened('testsuites', { name: 'mailcheck', ...counts }),
    opened('testsuite', { name, ...counts, timestamp: tail.generatedAt.toISOString() }),
    '<properties>',
    ...Object.entries({ level, exitCode, ...drill }).map(([key, value]) =>
      closed('property', { name: key, value }),
    ),
    '</properties>',
    ...told.flatMap(({ each, ending }) => caseLines(each, ending, `mailcheck.${monitorName(command, '-')}`)),
    ...(notes.length === 0 ? [] : [`<system-out>${textLines(notes)}</system-out>`]),
    '</testsuite>',
    '</testsuites>',
  ];
  return `${lines.join('\n')}\n`;
}

type Ending = 'passed' | 'failure' | 'error' | 'skipped';

/** What is below `--fail-on` is told, and fails no build. */
function endingOf({ level }: MonitorCase, failOn: FailOn): Ending {
  switch (level) {
    case 'ok':
      return 'passed';
    case 'warning':
      return failOn === 'warning' ? 'failure' : 'passed';
    case 'critical':
      return failOn === 'never' ? 'passed' : 'failure';
    case 'unknown':
      return 'error';
    case 'skipped':
      return 'skipped';
  }
}

/** Servers follow a case by its name, so each has one of its own. */
function withOwnNames(cases: readonly MonitorCase[]): readonly MonitorCase[] {
  const seen = new Map<string, number>();
  return cases.map((each) => {
    const name = monitorName(each.id, '-');
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return { ...each, id: count === 1 ? name : `${name}.${count}` };
  });
}

function caseLines(each: MonitorCase, ending: Ending, classname: string): readonly string[] {
  return [opened('testcase', { classname, name: each.id }), endingElement(each, ending), '</testcase>'];
}

function endingElement(each: MonitorCase, ending: Ending): string {
  const { level, says, reason } = each;
  switch (ending) {
    case 'passed':
      return `<system-out>${body(level === 'ok' ? says : `${level}: ${says}`, each)}</system-out>`;
    case 'failure':
    case 'error':
      return `${opened(ending, { type: level, message: says })}${body(says, each)}</${ending}>`;
    case 'skipped':
      return closed('skipped', { message: reason === null ? says : `${reason}: ${says}` });
  }
}

function body(says: string, { details, reason }: MonitorCase): string {
  const told = details.slice(0, MOST_DETAILS);
  const more = details.length > told.length ? [`and ${details.length - told.length} more`] : [];
  const why = reason === null ? [] : [`Reason: ${reason}`];
  return textLines([says, ...told, ...more, ...why]);
}

function textLines(texts: readonly string[]): string {
  return texts.map((text) => escaped(safeLine(monitorText(text, TEXT_POINTS)))).join('\n');
}

type Attributes = Readonly<Record<string, string | number>>;

function opened(name: string, attributes: Attributes): string {
  return `<${name}${attributeText(attributes)}>`;
}

function closed(name: string, attributes: Attributes): string {
  return `<${name}${attributeText(attributes)}/>`;
}

function attributeText(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escaped(monitorText(String(value), TEXT_POINTS))}"`)
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Controls, lone surrogates and noncharacters, which XML 1.0 forbids even as references, are marks by now. */
function escaped(safe: string): string {
  return safe.replace(/[&<>"']/gu, (character) => ENTITIES[character] ?? '');
}
