/** What every command understands, read once from the shared flags. */
import { Failure } from '#failure.js';
import type { TimeZone } from '#mailflow/time-zone.js';
import type { Format } from '#render/formats.js';
import { FORMATS, isFormat, isJudging, SHOWING_FORMATS } from '#render/formats.js';
import type { CloudName, Via } from '#settings/clouds.js';
import { mayFallBack, resolveVia } from '#settings/clouds.js';
import type { NamedProfile } from '#settings/profile.js';

import type { FailOn } from './exit-code.js';
import type { RawArguments } from './flag.js';
import { badValue, readFlag } from './flag.js';
import * as flags from './flags.js';
import type { ParseContext } from './parse-context.js';

export interface FileOutput {
  readonly format: Format;
  readonly path: string;
}

export interface CommonOptions {
  /** Null: the command's own habit, else table. */
  readonly format: Format | null;
  readonly outputs: readonly FileOutput[];
  readonly limit: number | null;
  readonly failOn: FailOn | null;
  /** Null: as the format has it. */
  readonly redact: boolean | null;
  readonly timeZone: TimeZone;
  readonly timeoutSeconds: number | null;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly color: 'auto' | 'always' | 'never';
  /** Null: no drill; empty: the default scenario. */
  readonly drill: string | null;
  readonly at: string | null;
  readonly drillExit: boolean;
  /** Null where there is none, or none is to be used. */
  readonly profile: NamedProfile | null;
  readonly tenant: string | null;
  readonly cloud: CloudName;
  readonly via: Via;
  /** Whether Exchange may be asked where Graph does not answer. */
  readonly mayFallBack: boolean;
  readonly graphUrl: string | null;
  readonly exchangeUrl: string | null;
  readonly caFile: string | null;
}

/** What a command says of itself and of the services that it asks. */
interface Asker {
  /** Whether it reaches a verdict, which some formats tell. */
  readonly judges?: boolean;
  /** The one service that it can ask; absent where `--via` chooses. */
  readonly asksOnly?: Via;
  readonly asksGraphAlways?: boolean;
}

export function readCommonOptions(
  raw: RawArguments,
  context: ParseContext,
  { judges = false, asksOnly, asksGraphAlways = false }: Asker = {},
  profile: NamedProfile | null = null,
): CommonOptions {
  const format = readFlag(raw, flags.formatFlagFor(judges), context);
  const accepted = judges ? FORMATS : SHOWING_FORMATS;
  const cloud = readFlag(raw, flags.cloudFlag, context);
  const options = {
    format,
    outputs: readFlag(raw, flags.outputFlag, context).map((text) => parseFileOutput(text, accepted)),
    limit: readFlag(raw, flags.limitFlag, context),
    failOn: readFlag(raw, flags.failOnFlag, context),
    redact: readRedact(raw, context),
    timeZone: readFlag(raw, flags.timeZoneFlag, context),
    timeoutSeconds: readFlag(raw, flags.timeoutFlag, context),
    // Icinga reads standard error as part of the answer.
    quiet: readFlag(raw, flags.quietFlag, context) || format === 'nagios',
    verbose: readFlag(raw, flags.verboseFlag, context),
    color: readFlag(raw, flags.colorFlag, context),
    drill: readFlag(raw, flags.drillFlag, context),
    at: readFlag(raw, flags.atFlag, context),
    drillExit: readFlag(raw, flags.drillExitFlag, context),
    profile,
    tenant: readFlag(raw, flags.tenantFlag, context),
    cloud,
    via: asksOnly === undefined ? readVia(raw, context) : onlyWay(asksOnly, raw, context),
    mayFallBack: asksOnly === undefined && mayFallBack(readFlag(raw, flags.viaFlag, context), cloud),
    graphUrl: readFlag(raw, flags.graphUrlFlag, context),
    exchangeUrl: readFlag(raw, flags.exchangeUrlFlag, context),
    caFile: readFlag(raw, flags.caFileFlag, context),
  };
  refuseIdleUrls(options, asksGraphAlways);
  refuseSameFile(options.outputs);
  return options;
}

function readRedact(raw: RawArguments, context: ParseContext): boolean | null {
  if (readFlag(raw, flags.noRedactFlag, context)) return false;
  return readFlag(raw, flags.redactFlag, context) ? true : null;
}

/** Verdicts name no person; what shows all that was found shows it as it is. */
export function redacts({ redact }: Pick<CommonOptions, 'redact'>, format: Format): boolean {
  return redact ?? isJudging(format);
}

/** Which of the two services is to be asked. */
export function readVia(raw: RawArguments, context: ParseContext): Via {
  return resolveVia(readFlag(raw, flags.viaFlag, context), readFlag(raw, flags.cloudFlag, context));
}

function onlyWay(only: Via, raw: RawArguments, context: ParseContext): Via {
  const asked = readFlag(raw, flags.viaFlag, context);
  if (asked === 'auto' || asked === only) return only;
  throw new Failure('usage', `--via ${asked} cannot be: only ${SERVICE_NAMES[only]} can tell this.`, {
    remedy: `Leave --via out, or give --via ${only}.`,
  });
}

const SERVICE_NAMES: Readonly<Record<Via, string>> = { graph: 'Microsoft Graph', exchange: 'Exchange' };

/** An address that nobody would ask must not be taken for the one that is asked. */
function refuseIdleUrls(
  { drill, via, mayFallBack: fallsBack, graphUrl, exchangeUrl }: CommonOptions,
  asksGraphAlways: boolean,
): void {
  const flag = graphUrl === null ? '--exchange-url' : '--graph-url';
  if (graphUrl === null && exchangeUrl === null) return;
  if (drill !== null) {
    throw new Failure('usage', `--drill and ${flag} name two different services.`, {
      remedy: 'Give one of them.',
    });
  }
  if (via === 'exchange' && graphUrl !== null && !asksGraphAlways) {
    throw new Failure('usage', '--graph-url names Graph, and Exchange is to be asked.', {
      remedy: 'Leave it out, or give --exchange-url instead, as --exchange-url http://127.0.0.1:8080',
    });
  }
  // With both named, Exchange is that of the same tenant, and asked where Graph does not answer.
  if (via === 'graph' && exchangeUrl !== null && !(fallsBack && graphUrl !== null)) {
    throw new Failure('usage', '--exchange-url names Exchange, and Graph is to be asked.', {
      remedy:
        'Add --via exchange, or leave --exchange-url out; --graph-url beside it names both of a tenant.',
    });
  }
}

/** Flags that only a drill obeys must not be taken for the real thing. */
export function refuseIdleDrillFlags({ drill, at, drillExit }: CommonOptions): void {
  if (drill !== null || (at === null && !drillExit)) return;
  const flag = at === null ? '--drill-exit' : '--at';
  throw new Failure('usage', `${flag} means a drill, and there is none.`, {
    remedy: `Add --drill, as --drill=june-2026 ${flag}, or leave ${flag} out; --from and --to choose a window.`,
  });
}

function refuseSameFile(outputs: readonly FileOutput[]): void {
  const doubled = outputs.find(
    ({ path }, index) => outputs.findIndex((other) => other.path === path) < index,
  );
  if (doubled === undefined) return;
  throw new Failure('usage', `--output names ${doubled.path} twice.`, {
    remedy: 'Name a file for each format.',
  });
}

function parseFileOutput(text: string, accepted: readonly Format[]): FileOutput {
  const [name = '', ...rest] = text.split('=');
  const format = accepted.find((candidate) => candidate === name);
  const path = rest.join('=');
  if (format === undefined || path === '' || path === '-') {
    throw badValue(
      '--output',
      text,
      `FORMAT=FILE, where FORMAT is one of ${accepted.join(', ')}`,
      'json=trace.json',
    );
  }
  return { format, path };
}

/** Whether addresses are to be withheld, as far as argv tells. */
export function wishesRedaction(argv: readonly string[], format: Format | null): boolean {
  const words = wordsOfFlags(argv);
  if (words.includes(`--${flags.noRedactFlag.name}`)) return false;
  return words.includes(`--${flags.redactFlag.name}`) || (format !== null && isJudging(format));
}

/** Behind `--` there are no flags. */
function wordsOfFlags(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  return end === -1 ? argv : argv.slice(0, end);
}

/** The format wished for, as far as argv tells, also when argv cannot be parsed: who asked for JSON or a plugin's line gets the error so. */
export function wishedFormat(argv: readonly string[]): Format | null {
  const words = wordsOfFlags(argv);
  const wished = words.flatMap((word, index) => {
    if (word.startsWith('--format=')) return [word.slice('--format='.length)];
    return word === '--format' ? [words[index + 1] ?? ''] : [];
  });
  const last = wished.at(-1)?.toLowerCase() ?? '';
  return isFormat(last) ? last : null;
}
