import type { RawArguments } from '#cli/flag.js';
import { readFlag } from '#cli/flag.js';
import type { ParseContext } from '#cli/parse-context.js';
import { explainFlag, listFlag, schemaFlag } from '#cli/policy-flags.js';
import { Failure } from '#failure.js';
import { CHECK_IDS, type CheckId } from '#mailflow/check/check-settings.js';
import { nearestWord } from '#mailflow/nearest-word.js';

/** What is asked of the policy and the catalogue, in place of a check. */
export type PolicyQuestion =
  | { readonly kind: 'none' }
  | { readonly kind: 'list' }
  | { readonly kind: 'explain'; readonly id: CheckId }
  | { readonly kind: 'schema' };

/** What the variants of `check` need of its options. */
export interface PolicyQuestioned {
  readonly policyPath: string | null;
  readonly policyQuestion: PolicyQuestion;
}

export function readPolicyQuestion(raw: RawArguments, context: ParseContext): PolicyQuestion {
  const explained = readFlag(raw, explainFlag, context);
  const asked: readonly (readonly [flag: string, question: PolicyQuestion])[] = [
    ...(readFlag(raw, listFlag, context) ? [['--list', { kind: 'list' }] as const] : []),
    ...(explained === null ? [] : [['--explain', { kind: 'explain', id: checkIdOf(explained) }] as const]),
    ...(readFlag(raw, schemaFlag, context) ? [['--schema', { kind: 'schema' }] as const] : []),
  ];
  const [first, second] = asked;
  if (first !== undefined && second !== undefined) {
    throw new Failure('usage', `${first[0]} and ${second[0]} ask for two answers.`, {
      remedy: `Leave one of them out, as mailcheck check ${first[0] === '--explain' ? '--explain held-mail' : first[0]}`,
    });
  }
  return first?.[1] ?? { kind: 'none' };
}

function checkIdOf(given: string): CheckId {
  const word = given.trim().toLowerCase();
  const id = CHECK_IDS.find((known) => known === word);
  if (id !== undefined) return id;
  const meant = nearestWord(word, CHECK_IDS);
  throw new Failure('usage', `There is no check "${given}".`, {
    remedy:
      meant === null
        ? `Give one of ${CHECK_IDS.join(', ')}, as mailcheck check --explain held-mail`
        : `Did you mean mailcheck check --explain ${meant}? mailcheck check --list shows all.`,
  });
}
