import type { Ports } from '#cli/ports.js';
import { Failure } from '#failure.js';
import { parseRules, RULE_EXAMPLE } from '#mailflow/bounce/parse-rules.js';
import type { Rule } from '#mailflow/bounce/rule.js';
import { RULES } from '#mailflow/bounce/rules.js';

/** The rules to judge by: those of the file before ours. */
export async function rulesFor(path: string, ports: Pick<Ports, 'inputFile'>): Promise<readonly Rule[]> {
  const parsed = parseRules(parseJson(path, await ports.inputFile(path)));
  if (parsed.ok) return [...parsed.rules, ...RULES];
  throw new Failure('input', `${path}: ${parsed.at} is not right.`, { remedy: `Give ${parsed.expected}` });
}

function parseJson(path: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new Failure('input', `${path} is not JSON.`, {
      remedy: `Give an array of rules, as ${RULE_EXAMPLE}`,
      cause,
    });
  }
}
