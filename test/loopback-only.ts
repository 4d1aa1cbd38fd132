/** Tests reach this machine and nothing else: any other connection fails the test that tried it. */
import { Socket } from 'node:net';

const connect = Socket.prototype.connect;

Socket.prototype.connect = function guarded(this: Socket, ...args: unknown[]): Socket {
  const [first] = Array.isArray(args[0]) ? args[0] : args;
  const host =
    typeof first === 'object' && first !== null && 'host' in first ? String(first.host) : '127.0.0.1';
  const local = host === 'undefined' || host === 'localhost' || host === '::1' || host.startsWith('127.');
  if (!local) throw new Error(`test tried to connect to ${host}`);
  return Reflect.apply(connect, this, args) as Socket;
};
