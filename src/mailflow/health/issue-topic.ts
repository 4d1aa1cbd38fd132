import { type NamedService, nameOfIssueService, nameOfService } from './known-service.js';
import { readPost } from './read-post.js';
import type { ServiceIssue } from './service-issue.js';
import type { IssueTopic, TopicSign } from './topic-sign.js';
import { FEATURE_SIGNS, SPELLINGS, TEXT_SIGNS } from './topic-sign.js';

export function isMailFlow(issue: ServiceIssue): boolean {
  return hasTopic(issue, 'mail-flow');
}

export function isSignIn(issue: ServiceIssue): boolean {
  return hasTopic(issue, 'sign-in');
}

/** Mail flow goes before sign-in where an issue touches both; null when it touches neither. */
export function topicOf(issue: ServiceIssue): IssueTopic | null {
  if (isMailFlow(issue)) return 'mail-flow';
  return isSignIn(issue) ? 'sign-in' : null;
}

/** Late mail is trouble of Exchange and a failing sign-in that of identity, whichever service the issue is filed under. */
export function touchesService(issue: ServiceIssue, service: NamedService): boolean {
  const name = nameOfService(service);
  return (name === 'exchange' && isMailFlow(issue)) || (name === 'identity' && isSignIn(issue));
}

/** Where issues about each topic are filed; of all other services no issue touches it. */
const SERVICES_BY_TOPIC: Readonly<Record<IssueTopic, readonly (string | null)[]>> = {
  'mail-flow': ['exchange', 'suite', 'defender'],
  'sign-in': ['identity', 'suite', 'exchange'],
};

function hasTopic(issue: ServiceIssue, topic: IssueTopic): boolean {
  const service = nameOfIssueService(issue);
  if (!SERVICES_BY_TOPIC[topic].includes(service)) return false;
  const filed = filedUnder(issue);
  // Features of the suite and of Defender say where the issue was noticed; only mail flow and sign-in are plain words.
  const isDecided =
    filed !== null && (filed !== 'neither' || service === 'exchange' || service === 'identity');
  return isDecided ? filed === topic : textOf(issue, service === 'suite').some((text) => bears(text, topic));
}

/** The feature is narrower than its group, so it is asked first. */
function filedUnder({ feature, featureGroup }: ServiceIssue): TopicSign['topic'] | null {
  for (const name of [feature, featureGroup]) {
    const words = wordsOf(spelt(name ?? ''));
    const sign = FEATURE_SIGNS.find((candidate) => fits(candidate, words));
    if (sign !== undefined) return sign.topic;
  }
  return null;
}

/** Sections of a post that tell what users suffer. */
const TELLING_SECTIONS: ReadonlySet<string> = new Set([
  'Title',
  'User impact',
  'More info',
  'Scope of impact',
]);

/** An issue of the suite names the services that it hits in its posts only. */
function textOf({ title, impact, posts }: ServiceIssue, readsPosts: boolean): readonly string[] {
  const told = [title, impact ?? ''];
  if (!readsPosts) return told;
  const newest = posts.reduce<(typeof posts)[number] | null>(
    (best, post) => (best === null || post.at > best.at ? post : best),
    null,
  );
  const sections = newest === null ? [] : readPost(newest).sections;
  return [
    ...told,
    ...sections.filter(({ label }) => label !== null && TELLING_SECTIONS.has(label)).map(({ text }) => text),
  ];
}

/** No title or impact is longer; beyond it nothing is looked at. */
const MOST_CHARACTERS = 8192;

function bears(text: string, topic: IssueTopic): boolean {
  return sentencesOf(spelt(text.slice(0, MOST_CHARACTERS))).some((sentence) => {
    // A list of what is hit may name mail in one part and a client in another.
    const parts = [sentence, ...sentence.split(/[,()]/)];
    return parts.some((part) => {
      const words = wordsOf(part);
      const signs = TEXT_SIGNS.filter((sign) => fits(sign, words));
      return signs.some((sign) => sign.topic === topic) && signs.every((sign) => sign.topic !== 'neither');
    });
  });
}

function spelt(text: string): string {
  return SPELLINGS.reduce((changed, [pattern, word]) => changed.replace(pattern, word), text.toLowerCase());
}

/** A full stop within a reply code ends no sentence. */
function sentencesOf(text: string): readonly string[] {
  return text.split(/[.!?](?=\s|$)|[;\n]/);
}

function wordsOf(text: string): readonly string[] {
  return text.match(/[a-z0-9][a-z0-9.'/-]*/g) ?? [];
}

function fits({ words }: TopicSign, said: readonly string[]): boolean {
  return words
    .split(' ')
    .every((group) => group.split('|').some((word) => said.some((one) => isWord(one, word))));
}

function isWord(said: string, word: string): boolean {
  return word.endsWith('*') ? said.startsWith(word.slice(0, -1)) : said === word;
}
