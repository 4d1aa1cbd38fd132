import { member, parsedJson, textOf } from '../http/loose-json.js';

/** What a cmdlet said when it failed. Its stack trace is never read: it names servers inside. */
export interface CmdletError {
  /** The most telling text; empty when the body is no error object. */
  readonly said: string;
  /** A .NET type, as `ManagementObjectNotFoundException` with its namespace; empty when unknown. */
  readonly type: string;
}

/** `|Type|text`, or `Ex4A1B2C|Type|text`. */
const PREFIX = /^(?:Ex[0-9A-F]+)?\|([^|]*)\|/i;

/** The outer message is nearly always "Invalid Operation", so it comes last. */
export function cmdletError(body: string): CmdletError {
  const error = member(parsedJson(body), 'error');
  const inner = member(member(error, 'innererror'), 'internalexception');
  const details: unknown = member(error, 'details');
  const detail = textOf(member(Array.isArray(details) ? details[0] : null, 'message'));
  const candidates = [textOf(member(inner, 'message')), detail, textOf(member(error, 'message'))];
  const [said = ''] = candidates.map(withoutTrace).filter((text) => text !== '');
  return { said, type: textOf(member(inner, 'type')) || (PREFIX.exec(detail)?.[1] ?? '') };
}

/** Some messages bring lines of the stack along. */
function withoutTrace(message: string): string {
  const [first = ''] = message.replace(PREFIX, '').split(/\r?\n\s+at /);
  return first.trim();
}
