/** `node --import`: as on a machine where the package libsql is not installed. */
import Module from 'node:module';

const load = Module._load;
Module._load = (name, ...others) => {
  if (name !== 'libsql') return load(name, ...others);
  throw Object.assign(new Error('Cannot find package'), { code: 'MODULE_NOT_FOUND' });
};
