import { expect, test } from 'vitest';

import { readStandardInput, standardInput } from '../../src/world/standard-input.js';

test('a stop before the first byte was waited for is heard', async () => {
  const stopped = AbortSignal.abort(new Error('stopped'));
  await expect(standardInput(stopped).next()).rejects.toThrow('stopped');
  await expect(readStandardInput(stopped)).rejects.toThrow('stopped');
});
