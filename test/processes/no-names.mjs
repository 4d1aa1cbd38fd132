/** Loaded before the program: names lead nowhere, so that only what is on this machine can be reached. */
import dns from 'node:dns';

dns.lookup = (name, options, answered) => {
  const error = Object.assign(new Error(`no name: ${name}`), { code: 'ENOTFOUND' });
  process.nextTick(typeof options === 'function' ? options : answered, error);
};
