/** Standard input whole, for what is one line; nobody is waited for at a terminal that nobody types at. */
const MOST_BYTES = 64 * 1024;

export async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  const input: AsyncIterable<Buffer> = process.stdin;
  for await (const chunk of input) {
    size += chunk.length;
    if (size > MOST_BYTES) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
