import type { Environment } from '#settings/service-settings.js';

/** Whether somebody sees the countdown and can end it. Build servers have terminals that nobody watches. */
export function isAttended(environment: Environment): boolean {
  return process.stdout.isTTY && process.stderr.isTTY && environment['CI'] === undefined;
}
