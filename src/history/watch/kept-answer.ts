/** A health answer as text and back. A text that is not what was written, whoever changed it, is no answer. */
import type { KeptHealth } from '#mailflow/health/health-source.js';
import type { HealthOverview, IssuePost, ServiceIssue } from '#mailflow/health/service-issue.js';

import { damaged, unlessDamaged } from '../driver/cells.js';
import { ANSWER, answerRecord, instant, list, orNull, record, text, truth } from './read-answer.js';

type Answer = KeptHealth['answer'];

export function answerText({ services, issues }: Answer): string {
  return JSON.stringify({ services, issues });
}

export function answerIn(json: string): Answer | null {
  return unlessDamaged(() => {
    const { services, issues } = answerRecord(json);
    return { services: list(services, overview), issues: list(issues, issue) };
  });
}

function overview(value: unknown): HealthOverview {
  const { id, service, status } = record(value);
  return { id: text(id), service: text(service), status: text(status) };
}

function issue(value: unknown): ServiceIssue {
  const given = record(value);
  return {
    id: text(given['id']),
    title: text(given['title']),
    service: text(given['service']),
    feature: orNull(given['feature'], text),
    featureGroup: orNull(given['featureGroup'], text),
    classification: text(given['classification']),
    origin: orNull(given['origin'], text),
    status: text(given['status']),
    isResolved: orNull(given['isResolved'], truth),
    startedAt: instant(given['startedAt']),
    endedAt: orNull(given['endedAt'], instant),
    modifiedAt: orNull(given['modifiedAt'], instant),
    impact: orNull(given['impact'], text),
    highImpact: orNull(given['highImpact'], truth),
    posts: list(given['posts'], post),
  };
}

function post(value: unknown): IssuePost {
  const { at, kind, contentType, content } = record(value);
  if (contentType !== 'html' && contentType !== 'text') throw damaged(ANSWER);
  return { at: instant(at), kind: text(kind), contentType, content: text(content) };
}
