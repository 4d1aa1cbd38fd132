import type { Topic } from '#cli/topic.js';

/** Loaded when it is asked for: the book is large, and other help pages must not pay for it. */
export const rules: Topic = {
  name: 'rules',
  summary: 'The rules that explain judges by, and how to add your own',
  paragraphs: async () => (await import('./rules-page.js')).rulesPage(),
};
