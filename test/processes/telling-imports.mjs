/** `node --import`: says on standard output whenever something of the store is loaded. */
import { register } from 'node:module';

const hooks = `
  import { writeSync } from 'node:fs';
  export async function resolve(name, context, next) {
    if (/#history\\/|sqlite|libsql/u.test(name)) writeSync(1, 'LOADED ' + name + '\\n');
    return next(name, context);
  }
`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
