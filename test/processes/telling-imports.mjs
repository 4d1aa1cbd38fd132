/**
 * `node --import`: says on standard output whenever something of the store is loaded: a driver of SQLite, or code that
 * speaks to one. Told by what is in it, for the bundle has other names of files than the sources.
 */
import { register } from 'node:module';

const hooks = `
  import { readFileSync, writeSync } from 'node:fs';
  const tell = (name) => writeSync(1, 'LOADED the store: ' + name + '\\n');
  export async function resolve(name, context, next) {
    if (/sqlite|libsql/u.test(name)) tell(name);
    return next(name, context);
  }
  export async function load(url, context, next) {
    if (url.startsWith('file:') && /\\bPRAGMA |\\bCREATE TABLE /u.test(readFileSync(new URL(url), 'utf8'))) tell(url);
    return next(url, context);
  }
`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
