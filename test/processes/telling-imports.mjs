/**
 * `node --import`: says on standard output whenever something of the store is loaded: a driver of SQLite, or code that
 * speaks to one. Told by what is in it, for the bundle has other names of files than the sources.
 */
import { writeSync } from 'node:fs';
import Module from 'node:module';

const tell = (name) => writeSync(1, `LOADED the store: ${name}\n`);

const load = Module._load;
Module._load = (name, ...others) => {
  if (/sqlite|libsql/u.test(name)) tell(name);
  return load(name, ...others);
};

const compile = Module.prototype._compile;
Module.prototype._compile = function (text, path, ...others) {
  if (/\bPRAGMA |\bCREATE TABLE /u.test(text)) tell(`file:${path}`);
  return compile.call(this, text, path, ...others);
};
