/** The text of a part as a person reads it. */
import { decodeCharset } from './charset.js';
import { fieldOf } from './header.js';
import { textOfHtml } from './html-text.js';
import type { MimePart } from './scan-mime.js';
import { decodeTransfer } from './transfer-encoding.js';

/** At most `limit` characters, line ends as line feeds; HTML without its tags. */
export function textOfPart(part: MimePart, limit: number): string {
  const { contentType, header, body } = part;
  const isHtml = contentType.type === 'text/html';
  // Mark-up is many times longer than what it says.
  const room = isHtml ? limit * 4 : limit;
  const octets = decodeTransfer(body, fieldOf(header, 'content-transfer-encoding') ?? '', room);
  const text = decodeCharset(octets, contentType.parameters.get('charset') ?? '').replaceAll('\r\n', '\n');
  return isHtml ? textOfHtml(text, limit) : text;
}
