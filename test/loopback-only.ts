/** Tests reach this machine and nothing else: any other connection fails the test that tried it. */
import { Socket } from 'node:net';

const connect = Object.getOwnPropertyDescriptor(Socket.prototype, 'connect')?.value as (
  ...args: unknown[]
) => Socket;

Object.defineProperty(Socket.prototype, 'connect', {
  configurable: true,
  writable: true,
  value: function guarded(this: Socket, ...args: unknown[]): Socket {
    const host = hostOf(Array.isArray(args[0]) ? (args[0] as unknown[])[0] : args[0]);
    if (host !== 'localhost' && host !== '::1' && !host.startsWith('127.')) {
      throw new Error(`a test tried to connect to ${host}`);
    }
    return Reflect.apply(connect, this, args);
  },
});

function hostOf(target: unknown): string {
  if (typeof target !== 'object' || target === null || !('host' in target)) return 'localhost';
  return typeof target.host === 'string' ? target.host : 'localhost';
}
