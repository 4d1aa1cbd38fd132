/** What an InvokeCommand asks for, and the typed reading of its parameters. */
import type { CmdletError } from './error-answer.js';
import { badArgument } from './error-answer.js';
import { readInstant } from './instant.js';

export interface Command {
  readonly cmdlet: string;
  /** By lower-case name: PowerShell knows no case. */
  readonly parameters: ReadonlyMap<string, unknown>;
  /** Cmdlet and parameters as they were given, for the request log. */
  readonly written: string;
}

export type Reading<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: CmdletError };

export function readCommand(body: string): Reading<Command> {
  const input = member(parsed(body), 'CmdletInput');
  const cmdlet = member(input, 'CmdletName');
  const parameters = member(input, 'Parameters');
  if (typeof cmdlet !== 'string' || cmdlet === '') return refused('The CmdletInput names no cmdlet.');
  if (typeof parameters !== 'object' || parameters === null || Array.isArray(parameters)) {
    return refused('Parameters must be an object.');
  }
  const entries = Object.entries(parameters).map(([name, value]) => [name.toLowerCase(), value] as const);
  const written = `${cmdlet} ${JSON.stringify(parameters)}`;
  return { ok: true, value: { cmdlet, written, parameters: new Map<string, unknown>(entries) } };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : null;
}

/** Null when every parameter is known. */
export function unknownParameter(command: Command, known: readonly string[]): CmdletError | null {
  const stranger = [...command.parameters.keys()].find(
    (name) => !known.some((word) => word.toLowerCase() === name),
  );
  return stranger === undefined
    ? null
    : badArgument(
        `A parameter cannot be found that matches parameter name '${stranger}'.`,
        'System.Management.Automation.AmbiguousParameterSetException',
      );
}

/** One text or several; empty when absent. */
export function textsOf(command: Command, name: string): readonly string[] {
  const given = command.parameters.get(name.toLowerCase());
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  return list.filter((value) => typeof value === 'string');
}

export function textOf(command: Command, name: string): string | null {
  return textsOf(command, name)[0] ?? null;
}

/** A switch; false when absent. */
export function flagOf(command: Command, name: string): boolean {
  return command.parameters.get(name.toLowerCase()) === true;
}

export function numberOf(command: Command, name: string): number | null {
  const given = command.parameters.get(name.toLowerCase());
  if (given === undefined) return null;
  return typeof given === 'number' || typeof given === 'string' ? Number(given) : Number.NaN;
}

/** In the one spelling of `instant.ts`; null when absent. */
export function instantOf(command: Command, name: string): Reading<string | null> {
  const given = textOf(command, name);
  if (given === null) return { ok: true, value: null };
  const instant = readInstant(given);
  return instant === null
    ? {
        ok: false,
        error: badArgument(
          `Cannot process argument transformation on parameter '${name}'. Cannot convert value "${given}" to type "System.DateTime".`,
          'System.Management.Automation.ParameterTransformationException',
        ),
      }
    : { ok: true, value: instant };
}

function refused(message: string): { readonly ok: false; readonly error: CmdletError } {
  return { ok: false, error: badArgument(message) };
}
