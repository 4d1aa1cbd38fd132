/** What is said of inputs that are empty, broken in part, or come from a program that failed. */
import { Failure } from '#failure.js';
import type { Gap } from '#mailflow/finding.js';

import type { RelayReport } from './relay-reader.js';
import type { CommandEnd } from './run-command.js';

export function emptyInput(name: string): Failure {
  return new Failure(
    'input',
    `${name} is empty, as an empty queue is, and as what a failed command leaves.`,
    {
      remedy:
        "Let mailcheck run the command, as --run 'postqueue -j', or say that the queue is empty with --relay-format postfix-json",
    },
  );
}

export function nothingReadable(first: string): Failure {
  return new Failure('input', `Nothing could be read. ${first}.`, {
    remedy: 'Look at that line, and whether --relay-format names what the input really is.',
  });
}

export function recordGap(
  name: string,
  { records, broken, firstBroken }: Pick<RelayReport, 'records' | 'broken' | 'firstBroken'>,
): Gap {
  const first = firstBroken[0] === undefined ? '' : ` (first: ${firstBroken[0]})`;
  return {
    what: `${broken} of ${records} records of ${name}${first}`,
    reason: 'unreadable-rows',
    remedy: 'Look at those lines; where the file was cut or edited, read it again at its source.',
    retryAfterSeconds: null,
  };
}

const MOST_SAID = 200;

/** Null when the program ended well. */
export function troubleOfProgram(name: string, { how, word, said }: CommandEnd): Gap | null {
  if (how === 'exit' && word === '0') return null;
  const words = said === '' ? '' : `: ${said.slice(0, MOST_SAID)}`;
  if (how === 'timeout') {
    return {
      what: `the rest of what ${name} prints: it was stopped when its time was up${words}`,
      reason: 'timeout',
      remedy: 'Give it more time, as --timeout 10m, or read its output from a file with --file.',
      retryAfterSeconds: null,
    };
  }
  const ending = how === 'exit' ? `ended with code ${word}` : `was ended by ${word}`;
  return {
    what: `what ${name} left out: it ${ending}${words}`,
    reason: 'command-failed',
    remedy: 'Run it yourself and look at what it says; it may need another user, as sudo -n does.',
    retryAfterSeconds: null,
  };
}
