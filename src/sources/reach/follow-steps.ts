import { isIP, type Socket } from 'node:net';

import type { ReachStep } from '#mailflow/reach/reach-source.js';

import type { Progress } from './attempt.js';

/** Whether there is a name to be looked up; brackets are those of an address in a URL. */
export function startsWithName(host: string): boolean {
  return isIP(host.replace(/^\[|\]$/g, '')) === 0;
}

/** Tells when the name is known and when the connection stands; `then` is what comes after that. */
export function followSteps(socket: Socket, { enter }: Pick<Progress, 'enter'>, then: ReachStep): void {
  socket.once('lookup', (error: Error | null) => {
    if (error === null) enter('connect');
  });
  socket.once('connect', () => enter(then));
}
