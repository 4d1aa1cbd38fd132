/** As much of DNS on the wire (RFC 1035, section 4) as a server needs that knows A, AAAA and MX. */

export type ZoneRecord =
  | { readonly type: 'A'; readonly address: string }
  | { readonly type: 'AAAA'; readonly address: string }
  | { readonly type: 'MX'; readonly preference: number; readonly host: string };

export interface DnsQuery {
  readonly id: number;
  /** In lower case, without the final dot. */
  readonly name: string;
  readonly type: number;
  /** The question as it came: it stands in the answer again. */
  readonly question: Buffer;
}

const HEADER_BYTES = 12;
const TYPES = { A: 1, MX: 15, AAAA: 28 } as const;
const CLASS_IN = 1;
const TTL_SECONDS = 300;
/** Where the name of the question stands. */
const NAME_OF_QUESTION = 0xc0_0c;
/** A response, recursion wished for and available. */
const FLAGS = 0x81_80;
const NO_SUCH_NAME = 3;

/** Null for what is no query with one question. */
export function readQuery(bytes: Buffer): DnsQuery | null {
  if (bytes.length < HEADER_BYTES + 5 || (bytes.readUInt16BE(2) & 0x80_00) !== 0) return null;
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = bytes[at] ?? 0; length !== 0; length = bytes[at] ?? 0) {
    if (length > 63 || at + length + 5 > bytes.length) return null;
    labels.push(bytes.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  const end = at + 5;
  return {
    id: bytes.readUInt16BE(0),
    name: labels.join('.').toLowerCase(),
    type: bytes.readUInt16BE(at + 1),
    question: bytes.subarray(HEADER_BYTES, end),
  };
}

/** `records`: all of that name; null where there is no such name. */
export function writeAnswer(query: DnsQuery, records: readonly ZoneRecord[] | null): Buffer {
  const answers = (records ?? []).filter(({ type }) => TYPES[type] === query.type).map(recordBytes);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(query.id, 0);
  header.writeUInt16BE(FLAGS | (records === null ? NO_SUCH_NAME : 0), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(answers.length, 6);
  return Buffer.concat([header, query.question, ...answers]);
}

function recordBytes(record: ZoneRecord): Buffer {
  const body = bodyOf(record);
  const head = Buffer.alloc(12);
  head.writeUInt16BE(NAME_OF_QUESTION, 0);
  head.writeUInt16BE(TYPES[record.type], 2);
  head.writeUInt16BE(CLASS_IN, 4);
  head.writeUInt32BE(TTL_SECONDS, 6);
  head.writeUInt16BE(body.length, 10);
  return Buffer.concat([head, body]);
}

function bodyOf(record: ZoneRecord): Buffer {
  switch (record.type) {
    case 'A':
      return Buffer.from(record.address.split('.').map(Number));
    case 'AAAA':
      return v6Bytes(record.address);
    case 'MX': {
      const preference = Buffer.alloc(2);
      preference.writeUInt16BE(record.preference, 0);
      return Buffer.concat([preference, nameBytes(record.host)]);
    }
  }
}

function nameBytes(name: string): Buffer {
  const labels = name
    .split('.')
    .map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`, 'latin1'));
  return Buffer.concat([...labels, Buffer.from([0])]);
}

function v6Bytes(address: string): Buffer {
  const [head = '', tail = ''] = address.split('::');
  const groupsOf = (text: string): readonly string[] => (text === '' ? [] : text.split(':'));
  const missing = 8 - groupsOf(head).length - groupsOf(tail).length;
  const groups = [...groupsOf(head), ...Array.from({ length: missing }, () => '0'), ...groupsOf(tail)];
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}
