/** The text of a policy file: UTF-8, or UTF-16 with its mark, as PowerShell's `>` writes it. Nothing is guessed. */
import type { PolicyFault } from '#mailflow/check/policy-document.js';

export type PolicyBytes =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly fault: PolicyFault };

export function decodePolicyBytes(bytes: Uint8Array): PolicyBytes {
  const text = textOf(bytes);
  if (text === null)
    return refuse({ path: [], place: null, wrong: 'is not UTF-8 text', cure: 'Save it as UTF-8.' });
  const at = text.search(CONTROL);
  if (at === -1) return { ok: true, text };
  const before = text.slice(0, at).split('\n');
  const code = text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0');
  return refuse({
    path: [],
    place: { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 },
    wrong: `holds a control character (U+${code})`,
    cure: 'Take it out, and save the file as text.',
  });
}

/** All but tab and line ends. */
const CONTROL = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/u;

/** Null where the bytes are not what their mark says. */
function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

function refuse(fault: PolicyFault): PolicyBytes {
  return { ok: false, fault };
}
