// Who may import whom. Each rule says why, so that a refusal is an explanation.
const only = (name, from, allowed, why) => ({
  name,
  comment: why,
  severity: 'error',
  from: { path: from },
  to: { pathNot: allowed },
});

export default {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'A circle means that two files are one; merge them or turn one arrow round.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'not-resolvable',
      comment:
        "An import that cannot be resolved makes every other rule pass without looking. Node.js 20 does not know its successors' SQLite.",
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^node:sqlite$' },
    },
    only(
      'mailflow-is-pure',
      '^src/mailflow/',
      '^src/mailflow/',
      'The domain imports nothing: no package, no node:, no clock. It must be testable with values alone.',
    ),
    only(
      'render-knows-values-only',
      '^src/render/',
      '^src/(render|mailflow)/|node_modules/(cli-table3|get-east-asian-width)/',
      'Writers turn values into text; they know no command, no terminal and no network.',
    ),
    {
      name: 'cli-table3-in-one-place',
      comment: 'cli-table3 is quadratic; one file keeps it to summaries.',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/render/table.ts$' },
      to: { path: 'node_modules/cli-table3' },
    },
    only(
      'commands-ask-ports',
      '^src/commands/',
      '^src/(commands|cli|mailflow|render)/|^src/failure.ts$',
      'A command asks through ports; files, network, terminal and the simulated tenant come in from main.',
    ),
    only(
      'settings-are-values',
      '^src/settings/',
      '^src/(settings|mailflow)/|^src/failure.ts$',
      'Profile, environment and flags are merged by a pure function.',
    ),
    only(
      'cli-is-the-frame',
      '^src/cli/',
      '^src/(cli|mailflow|render|settings)/|^src/terminal/|^src/failure.ts$|node_modules/commander/',
      'The frame knows commands as data; it never reaches for a source.',
    ),
    {
      name: 'cli-takes-terminal-types-only',
      comment: 'The terminal is opened by main; the frame knows its shape only.',
      severity: 'error',
      from: { path: '^src/cli/' },
      to: { path: '^src/terminal/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'commander-in-cli',
      comment: 'Parsing words is the job of the frame alone.',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/cli/' },
      to: { path: 'node_modules/commander' },
    },
    {
      name: 'terminal-owns-the-screen',
      comment: 'Colour and progress are decided in one place.',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/terminal/' },
      to: { path: 'node_modules/(chalk|ora)/' },
    },
    only(
      'terminal-stands-alone',
      '^src/terminal/',
      '^src/(terminal|render)/|^src/failure.ts$|node_modules/(chalk|ora)/|^(node:)?(tty|stream|readline|events|process)$',
      'The terminal shows text; it knows nothing of mail.',
    ),
    {
      name: 'sources-know-the-domain-only',
      comment:
        'An adapter translates one outside system into the domain; it knows no other adapter and no command.',
      severity: 'error',
      from: { path: '^src/sources/([^/]+)/' },
      to: {
        path: '^src/',
        pathNot:
          '^src/mailflow/|^src/sources/($1|sign-in|http|rows)/|^src/sources/decode.ts$|^src/failure.ts$',
      },
    },
    {
      name: 'http-is-a-road',
      comment:
        'Sending, waiting and repeating are the same for every service; what lies at the end of the road is for each adapter alone, so the road knows none of them.',
      severity: 'error',
      from: { path: '^src/sources/http/' },
      to: { path: '^src/', pathNot: '^src/mailflow/|^src/sources/(http|sign-in)/|^src/failure.ts$' },
    },
    {
      name: 'rows-know-no-export',
      comment:
        'How tables, JSON, dates and lists of recipients are written is the same in a trace and in the queue of a relay; what a row means is for each adapter alone.',
      severity: 'error',
      from: { path: '^src/sources/rows/' },
      to: { path: '^src/', pathNot: '^src/mailflow/|^src/sources/rows/' },
    },
    {
      name: 'probes-hold-no-token',
      comment:
        'What is looked at from outside gets nothing of ours: only our own attempt to sign in may know where tokens come from.',
      severity: 'error',
      from: {
        path: '^src/sources/(status-page|reach|probe|dns)/',
        pathNot: '/(reach-source|attempt-sign-in).ts$',
      },
      to: {
        path: '^src/sources/(sign-in/(token|ready|environment|identity|credential|choose|person|outlasting|assertion|secret)|http/bearer)',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'history-knows-the-domain-only',
      comment: 'The store keeps what the domain hands it; it asks no service and knows no command.',
      severity: 'error',
      from: { path: '^src/history/' },
      to: { path: '^src/', pathNot: '^src/(history|mailflow)/|^src/failure.ts$' },
    },
    {
      name: 'sqlite-behind-one-port',
      comment: 'Two drivers with different habits stand behind one port; nobody else may lean on either.',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/history/driver/' },
      to: { path: '^(node:)?sqlite$|node_modules/libsql/' },
    },
    {
      name: 'simulator-reads-the-wire-itself',
      comment: 'Two independent readings of the wire keep each other honest.',
      severity: 'error',
      from: { path: '^src/simulator/' },
      to: { path: '^src/', pathNot: '^src/(simulator|mailflow)/|^src/failure.ts$' },
    },
    {
      name: 'identity-is-lazy',
      comment: '@azure/identity costs about 160 ms; only a real sign-in may pay for it.',
      severity: 'error',
      from: { path: '^src' },
      to: { path: 'node_modules/@azure/identity', dependencyTypesNot: ['dynamic-import', 'type-only'] },
    },
    {
      name: 'dns-packet-in-one-place',
      comment:
        'What reads bytes of strangers stands in one file that never throws; the others see what came out.',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/sources/dns/message.ts$' },
      to: { path: 'node_modules/(@types/)?dns-packet', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'yaml-in-one-place',
      comment:
        'A library that reads what strangers wrote stands in one file that never throws, and only who names a policy pays for it.',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/sources/policy/read-policy-text.ts$' },
      to: { path: 'node_modules/yaml/' },
    },
    {
      name: 'policy-text-is-lazy',
      comment: 'It costs 25 ms; who names no policy need not load what reads one.',
      severity: 'error',
      from: { path: '^src/(?!sources/policy/)' },
      to: { path: '^src/sources/policy/', dependencyTypesNot: ['dynamic-import', 'type-only'] },
    },
    {
      name: 'dns-is-lazy',
      comment: 'Whoever asks no name need not load what reads answers.',
      severity: 'error',
      from: { path: '^src/(?!sources/dns/)' },
      to: { path: '^src/sources/dns/', dependencyTypesNot: ['dynamic-import', 'type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['mc-src', 'import', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
};
