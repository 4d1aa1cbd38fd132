/**
 * The library waits for a browser on a server of its own, which it gives to nobody and closes only when the browser comes
 * back. Once nobody waits any more, that server must not keep the program from ending.
 */
import { createHook } from 'node:async_hooks';

/** The servers that are opened while `work` goes on hold the process no longer than `signal` lets it. */
export async function leavingServers<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  const opened: unknown[] = [];
  const hook = createHook({
    init: (_id, type, _trigger, resource: unknown) => {
      if (type === 'TCPSERVERWRAP') opened.push(resource);
    },
  });
  const leave = (): void => opened.filter(isHandle).forEach((handle) => handle.unref());
  signal?.addEventListener('abort', leave, { once: true });
  hook.enable();
  try {
    return await work();
  } finally {
    hook.disable();
    signal?.removeEventListener('abort', leave);
  }
}

/** What Node keeps behind a server. */
interface Handle {
  readonly unref: () => void;
}

function isHandle(resource: unknown): resource is Handle {
  return (
    typeof resource === 'object' &&
    resource !== null &&
    'unref' in resource &&
    typeof resource.unref === 'function'
  );
}
