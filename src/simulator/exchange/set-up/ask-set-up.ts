/** The cmdlets that show a set-up: which objects they give, which they hide, and where they stop. */
import type { Quirks } from '../../quirks.js';
import type { Command, Reading } from '../command.js';
import { flagOf, numberOf, textOf, unknownParameter } from '../command.js';
import { badArgument } from '../error-answer.js';
import type { SetUp, SetUpObject } from './set-up.js';

interface ShownSetUp {
  readonly objects: readonly SetUpObject[];
  readonly warnings: readonly string[];
}

interface Cmdlet {
  readonly parameters: readonly string[];
  readonly objects: (setUp: SetUp, command: Command) => readonly SetUpObject[];
}

const LISTING = ['Identity', 'ResultSize'];

const CMDLETS: ReadonlyMap<string, Cmdlet> = new Map<string, Cmdlet>([
  [
    'get-inboundconnector',
    { parameters: LISTING, objects: ({ inboundConnectors }, command) => named(inboundConnectors, command) },
  ],
  [
    'get-outboundconnector',
    {
      parameters: [...LISTING, 'IncludeTestModeConnectors', 'IsTransportRuleScoped'],
      objects: ({ outboundConnectors }, command) =>
        named(outboundConnectors.filter(shownBy(command)), command),
    },
  ],
  [
    'get-accepteddomain',
    { parameters: LISTING, objects: ({ acceptedDomains }, command) => named(acceptedDomains, command) },
  ],
  ['get-transportconfig', { parameters: [], objects: ({ transportConfig }) => [transportConfig] }],
  [
    'get-transportrule',
    {
      parameters: [...LISTING, 'State', 'Filter', 'ExcludeConditionActionDetails', 'DlpPolicy'],
      objects: ({ transportRules }, command) => named(transportRules, command),
    },
  ],
  ['get-onpremserverreportinfo', { parameters: [], objects: ({ onPremisesServers }) => onPremisesServers }],
]);

/** In small letters. */
export const SET_UP_CMDLETS: readonly string[] = [...CMDLETS.keys()];

const DEFAULT_SIZE = 1000;

/** Null for a cmdlet that shows something else. */
export function askSetUp(command: Command, setUp: SetUp): Reading<ShownSetUp> | null {
  const cmdlet = CMDLETS.get(command.cmdlet.toLowerCase());
  if (cmdlet === undefined) return null;
  const stranger = unknownParameter(command, cmdlet.parameters);
  if (stranger !== null) return { ok: false, error: stranger };
  const size = sizeOf(command);
  if (Number.isNaN(size)) return { ok: false, error: badArgument('ResultSize is invalid') };
  const all = cmdlet.objects(setUp, command);
  const warnings = all.length > size ? [cutWarning(size)] : [];
  return { ok: true, value: { objects: all.slice(0, size), warnings } };
}

function sizeOf(command: Command): number {
  if (textOf(command, 'ResultSize')?.toLowerCase() === 'unlimited') return Infinity;
  return numberOf(command, 'ResultSize') ?? DEFAULT_SIZE;
}

function cutWarning(size: number): string {
  return `Only the first ${size} objects were returned. Specify "-ResultSize Unlimited" to get all of them.`;
}

/** A name that nobody has gives everything. */
function named(objects: readonly SetUpObject[], command: Command): readonly SetUpObject[] {
  const identity = textOf(command, 'Identity')?.toLowerCase();
  if (identity === undefined) return objects;
  const found = objects.filter(({ Name, Guid }) =>
    [Name, Guid].some((value) => String(value).toLowerCase() === identity),
  );
  return found.length === 0 ? objects : found;
}

/** Each switch gives its kind alone; without it that kind is hidden. */
function shownBy(command: Command): (connector: SetUpObject) => boolean {
  const testMode = flagOf(command, 'IncludeTestModeConnectors');
  const ruleScoped = flagOf(command, 'IsTransportRuleScoped');
  return ({ TestMode, IsTransportRuleScoped }) =>
    (TestMode === true) === testMode && (IsTransportRuleScoped === true) === ruleScoped;
}

/** One page of the objects, and where the next one begins. */
export function pageOfSetUp(
  objects: readonly SetUpObject[],
  from: number,
  { exchangePage }: Pick<Quirks, 'exchangePage'>,
): { readonly objects: readonly SetUpObject[]; readonly next: number | null } {
  const until = from + exchangePage;
  return { objects: objects.slice(from, until), next: until < objects.length ? until : null };
}
