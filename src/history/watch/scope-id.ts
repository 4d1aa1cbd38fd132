import { number } from '../driver/cells.js';
import type { Database } from '../driver/database.js';

/** The number under which everything of one tenant lies. */
export function scopeId(database: Database, name: string): number {
  const find = database.prepare('SELECT id FROM scope WHERE name = ?');
  const [known] = find.all(name);
  if (known !== undefined) return number(known, 'id');
  database.prepare('INSERT INTO scope (name) VALUES (?) ON CONFLICT (name) DO NOTHING').run(name);
  return number(find.all(name)[0] ?? {}, 'id');
}
