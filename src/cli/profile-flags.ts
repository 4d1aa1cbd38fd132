import type { Command } from './command.js';
import type { RawArguments } from './flag.js';
import { COMMON_FLAGS, domainFlag, quotaFlag } from './flags.js';
import { probeRecipientFlag } from './probe-flags.js';
import type { FoundProfile } from './world.js';

/** The profile speaks where the flag is one of this command, means the usual, and was not given. */
export function addFlagsOfProfile(
  command: Command,
  raw: RawArguments,
  { flagValues }: FoundProfile,
): RawArguments {
  const shared = [...COMMON_FLAGS, domainFlag, probeRecipientFlag, quotaFlag];
  const known = [...command.flags, ...(command.commonFlags ?? COMMON_FLAGS)];
  const added = [...flagValues].filter(([name, values]) => {
    const isKnown = known.some((flag) => flag.name === name && shared.includes(flag));
    return isKnown && values.length > 0 && !raw.valuesByFlag.has(name);
  });
  return { ...raw, valuesByFlag: new Map([...raw.valuesByFlag, ...added]) };
}
