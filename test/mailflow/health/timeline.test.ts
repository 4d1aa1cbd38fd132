/** Posts as text, and as a timeline. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { readPost } from '#mailflow/health/read-post.js';
import { changesBetween, isOverdue, timelineOf } from '#mailflow/health/timeline.js';

import { issue, minutesAfter, NOON, post } from './issues.js';

const sectionsOf = (content: string, contentType: 'html' | 'text' = 'html'): unknown =>
  readPost(post(NOON, [content], { contentType })).sections.map(({ label, text }) => [label, text]);

test.each<[string, string, [string | null, string][]]>([
  [
    'line feeds',
    'Title: Late mail\n\nUser impact: Users wait.\n\nNext update by: soon',
    [
      ['Title', 'Late mail'],
      ['User impact', 'Users wait.'],
      ['Next update by', 'soon'],
    ],
  ],
  [
    'bold labels and breaks',
    '<p><b>Title:</b> Late mail<br/><strong>Current status:</strong> We look.</p>',
    [
      ['Title', 'Late mail'],
      ['Current status', 'We look.'],
    ],
  ],
  [
    'labels in one line',
    '<b>Title:</b> Late mail <b>User impact:</b> Users wait. <b>Root cause:</b> A change.',
    [
      ['Title', 'Late mail'],
      ['User impact', 'Users wait.'],
      ['Root cause', 'A change.'],
    ],
  ],
  [
    'a label on a line of its own',
    '<p><b>More info:</b></p><ul><li>one</li><li>two</li></ul>',
    [['More info', 'one\ntwo']],
  ],
  ['small letters', 'user impact: Users wait.', [['User impact', 'Users wait.']]],
  ['prose is no label', 'Users want more info: we look.', [[null, 'Users want more info: we look.']]],
  [
    'a longer label is not cut',
    'We found it. Preliminary root cause: a change',
    [
      [null, 'We found it.'],
      ['Preliminary root cause', 'a change'],
    ],
  ],
  ['no label at all', 'We look into it.\nStay here.', [[null, 'We look into it.\nStay here.']]],
  ['a label without words', 'Root cause:\nNext steps: none', [['Next steps', 'none']]],
  ['entities', '<p>A &amp; B&nbsp;&lt;C&gt;</p>', [[null, 'A & B <C>']]],
  ['a line feed in a tag', '<a\nhref="https://contoso.example">here</a>', [[null, 'here']]],
  ['nothing', '', []],
])('%s', (_why, content, expected) => {
  expect(sectionsOf(content)).toEqual(expected);
});

test('a post of plain text keeps what looks like a tag', () => {
  expect(sectionsOf('User impact: mail to <ann@contoso.example> waits', 'text')).toEqual([
    ['User impact', 'mail to <ann@contoso.example> waits'],
  ]);
});

test('any post is read, whatever it holds', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom('<b>', '</b>', 'Title:', 'Root cause:', '\n', '<', '>', '&#x0;'),
  );
  fc.assert(
    fc.property(fc.array(piece), fc.constantFrom('html' as const, 'text' as const), (pieces, contentType) => {
      const { sections } = readPost(post(NOON, [pieces.join('')], { contentType }));
      for (const { text } of sections) expect(text.trim()).not.toBe('');
    }),
  );
});

test.each(['<', ':', 'Title:', '\n', '<b>', '&', ' '])('a megabyte of %j is cut, and read', (piece) => {
  const { sections } = readPost(post(NOON, [piece.repeat(1_000_000 / piece.length)]));
  expect(sections.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(65_536);
});

test('what changed between two posts, by section', () => {
  const before = [
    { label: 'Title', text: 'Late mail' },
    { label: 'Current status', text: 'We look.' },
    { label: 'Next steps', text: 'We go on.' },
  ];
  const after = [
    { label: 'Title', text: 'Late mail' },
    { label: 'Current status', text: 'We found it.' },
    { label: 'Root cause', text: 'A change.' },
  ];
  expect(changesBetween(before, after)).toEqual([
    { kind: 'changed', label: 'Current status', text: 'We found it.' },
    { kind: 'added', label: 'Root cause', text: 'A change.' },
    { kind: 'removed', label: 'Next steps', text: 'We go on.' },
  ]);
  expect(changesBetween(after, after)).toEqual([]);
});

describe('the timeline', () => {
  const late = issue({
    startedAt: minutesAfter(NOON, -180),
    posts: [
      post(minutesAfter(NOON, -30), [
        'Current status: We found it.',
        'Next update by: Tuesday, June 2, 2026, at 12:30 PM UTC',
      ]),
      post(minutesAfter(NOON, -90), ['Current status: We look.']),
    ],
  });

  test('is in order, with the lag, the gaps and the changes', () => {
    const { posts, ...facts } = timelineOf(late);
    expect(facts).toEqual({
      firstPostAt: minutesAfter(NOON, -90),
      newestPostAt: minutesAfter(NOON, -30),
      lagSeconds: 5400,
      nextUpdate: {
        text: 'Tuesday, June 2, 2026, at 12:30 PM UTC',
        at: minutesAfter(NOON, 30),
      },
    });
    expect(
      posts.map(({ sinceImpactSeconds, sinceLastPostSeconds }) => [sinceImpactSeconds, sinceLastPostSeconds]),
    ).toEqual([
      [5400, null],
      [9000, 3600],
    ]);
    expect(posts.map(({ changes }) => changes.map(({ kind, label }) => `${kind} ${label ?? ''}`))).toEqual([
      [],
      ['changed Current status', 'added Next update by'],
    ]);
  });

  test('names the next update of the newest post only', () => {
    const newer = post(NOON, ['Current status: It is over soon.']);
    expect(timelineOf({ ...late, posts: [...late.posts, newer] }).nextUpdate).toBeNull();
  });

  test('of an issue that is over waits for nothing', () => {
    expect(timelineOf({ ...late, isResolved: true }).nextUpdate).toBeNull();
  });

  test('of an issue without posts is empty', () => {
    expect(timelineOf(issue())).toEqual({
      posts: [],
      firstPostAt: null,
      newestPostAt: null,
      lagSeconds: null,
      nextUpdate: null,
    });
  });
});

test.each<[string, Parameters<typeof isOverdue>[0], boolean | null]>([
  ['is ahead', { text: '', at: minutesAfter(NOON, 1) }, false],
  ['is now', { text: '', at: NOON }, false],
  ['has passed', { text: '', at: minutesAfter(NOON, -1) }, true],
  ['is not understood', { text: 'soon', at: null }, null],
  ['is not named', null, null],
])('a next update that %s', (_why, nextUpdate, expected) => {
  expect(isOverdue(nextUpdate, NOON)).toBe(expected);
});
