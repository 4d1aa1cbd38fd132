/**
 * What the runner of GitHub Actions makes of the lines and files of a step: by its own source (actions/runner,
 * ActionCommand.TryParseV2 and TryParse, SetEnvFileCommand), read and written anew.
 */
export interface RunnerCommand {
  readonly command: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

const REGISTERED = new Set([
  ...['stop-commands', 'set-env', 'set-output', 'save-state', 'add-mask', 'add-path', 'add-matcher'],
  ...['remove-matcher', 'debug', 'warning', 'error', 'notice', 'group', 'endgroup', 'echo'],
]);

/** What .NET calls white space. */
const WHITE = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u;

/** The commands in what a step prints. A line ends where .NET says so. */
export function readCommands(text: string): readonly RunnerCommand[] {
  return text.split(/\r\n|\r|\n/u).flatMap((line) => readLine(line) ?? readOldLine(line) ?? []);
}

function readLine(line: string): RunnerCommand | null {
  const message = line.replace(WHITE, '');
  if (!message.startsWith('::')) return null;
  const end = message.indexOf('::', 2);
  if (end < 0) return null;
  const told = message.slice(2, end);
  const space = told.indexOf(' ');
  const command = space < 0 ? told : told.slice(0, space);
  if (!REGISTERED.has(command.toLowerCase())) return null;
  const properties = space > 0 ? propertiesOf(told.slice(space + 1).trim(), ',', decodeProperty) : {};
  return { command: command.toLowerCase(), properties, data: decodeData(message.slice(end + 2)) };
}

/** `##[command key=value;key=value]data`, anywhere in a line. */
function readOldLine(line: string): RunnerCommand | null {
  const start = line.indexOf('##[');
  const end = start < 0 ? -1 : line.indexOf(']', start);
  if (end < 0) return null;
  const told = line.slice(start + 3, end);
  const [command = ''] = told.split(' ');
  if (!REGISTERED.has(command.toLowerCase())) return null;
  const properties = propertiesOf(told.slice(command.length + 1), ';', (text) => text);
  return { command: command.toLowerCase(), properties, data: line.slice(end + 1) };
}

function propertiesOf(
  text: string,
  between: string,
  decode: (text: string) => string,
): Record<string, string> {
  const pairs = text.split(between).flatMap((part) => {
    const at = part.indexOf('=');
    const [name, value] = [part.slice(0, at), part.slice(at + 1)];
    return at > 0 && value !== '' ? [[name, decode(value)] as const] : [];
  });
  return Object.fromEntries(pairs);
}

function decodeData(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

function decodeProperty(text: string): string {
  const part = text.replaceAll('%0D', '\r').replaceAll('%0A', '\n');
  return part.replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%25', '%');
}

/** Names and values of a file such as `GITHUB_OUTPUT`; whatever the runner would refuse is an error. */
export function readStepFile(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new Error('the last line has no end');
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    at += 1;
    if (line === '') continue;
    const [equals, heredoc] = [line.indexOf('='), line.indexOf('<<')];
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      values.set(line.slice(0, equals), line.slice(equals + 1));
      continue;
    }
    if (heredoc <= 0 || heredoc + 2 === line.length) throw new Error(`no name and value: ${line}`);
    const end = lines.indexOf(line.slice(heredoc + 2), at);
    if (end < 0) throw new Error(`no end of ${line}`);
    values.set(line.slice(0, heredoc), lines.slice(at, end).join('\n'));
    at = end + 1;
  }
  return values;
}
