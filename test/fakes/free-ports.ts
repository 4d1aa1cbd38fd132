/** Ports for a server of another program, which cannot be told to take any and say which. */
import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';

/** Below those that a system gives to whoever asks for any: between our look and its start nobody is given one of these. */
const [LOWEST, HIGHEST] = [10_000, 32_000];

/** So many, of which none is taken, and no two are alike. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const held: { readonly port: number; readonly server: Server }[] = [];
  for (let tries = 0; held.length < count && tries < count + 100; tries += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    const server = await listening(port);
    if (server !== null) held.push({ port, server });
  }
  await Promise.all(held.map(({ server }) => new Promise((resolve) => server.close(resolve))));
  if (held.length < count) throw new Error(`only ${held.length} of ${count} ports are free`);
  return held.map(({ port }) => port);
}

function listening(port: number): Promise<Server | null> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
