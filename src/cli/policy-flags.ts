/** The flags of `check` that ask what there is to check, in place of checking it. */
import { type Flag, lastOf, switchFlag, textFlag } from './flag.js';

export const listFlag = switchFlag(
  'list',
  'List all checks with their limits by the policy, and ask nothing.',
);
export const explainFlag: Flag<string | null> = {
  name: 'explain',
  value: 'ID',
  help: 'Say what a check looks at, which limits hold and where they come from, and when it cannot tell.',
  example: 'held-mail',
  read: lastOf,
};
export const schemaFlag = switchFlag('schema', 'Print the JSON Schema of policies, as for an editor.');
export const forceFlag = switchFlag('force', 'Replace the file if it is there.');

export const POLICY_QUESTION_FLAGS: readonly Flag<unknown>[] = [listFlag, explainFlag, schemaFlag];

/** The policy to show; the command that judges by one has a flag of its own, with the same name. */
export const shownPolicyFlag = textFlag('policy', 'FILE', 'A policy, YAML or JSON.');
