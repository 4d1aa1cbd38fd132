/** What somebody is told who has just installed this and has nothing set up: two lines, at a terminal, once in the way. */
import type { Failure } from '#failure.js';

import type { CommandEntry } from './arguments.js';

interface FirstRun {
  readonly failure: Failure;
  readonly entries: readonly CommandEntry[];
  /** Null where no person watches; else the names of what the environment sets. */
  readonly variables: readonly string[] | null;
}

/** Null for whoever has begun to sign in: they need the failure and its cure, and no tour. */
export function firstRunHint({ failure, entries, variables }: FirstRun): string | null {
  if (failure.kind !== 'sign-in' || variables === null || variables.some(isOfSignIn)) return null;
  const signIn = entries.some(({ words }) => words[0] === 'login')
    ? 'mailcheck login'
    : 'mailcheck help permissions, then mailcheck help environment';
  return `  First time here? Without an account: mailcheck trace --drill=june-2026\n  With your tenant: ${signIn}\n`;
}

function isOfSignIn(name: string): boolean {
  return /^(?:AZURE_(?!CONFIG|DEVOPS|HTTP)|MAILCHECK_(?:GRAPH_TOKEN|EXCHANGE_TOKEN|PROFILE))/u.test(name);
}
