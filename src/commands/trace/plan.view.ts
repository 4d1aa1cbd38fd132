import type { Views } from '#cli/command.js';
import type { CostPlan, PlannedStep, RequestRange } from '#mailflow/trace/cost-plan.js';
import type { TraceQuestion } from '#mailflow/trace/question.js';
import { counted, formatAge, formatCount, formatSpan } from '#render/human-format.js';
import type { Field, Sheet } from '#render/sheet.js';
import { markdownSheet, screenSheet } from '#render/sheet.js';
import type { Column, Tail } from '#render/writer.js';

import { gapLines } from './gap-lines.js';

const COLUMNS: readonly Column<PlannedStep>[] = [
  { key: 'step', title: 'Step', value: (row) => row.step },
  { key: 'kind', title: 'Kind', value: (row) => row.kind },
  { key: 'requestsAtLeast', title: 'At least', value: (row) => row.requests.atLeast },
  { key: 'requestsAtMost', title: 'At most', value: (row) => row.requests.atMost },
  { key: 'withinCap', title: 'Within the cap', value: (row) => row.withinCap },
  { key: 'from', title: 'From', value: ({ question }) => question?.window.from ?? null },
  { key: 'to', title: 'To', value: ({ question }) => question?.window.to ?? null },
  { key: 'senders', title: 'Sender', value: ({ question }) => listed(question?.senders) },
  { key: 'recipients', title: 'Recipient', value: ({ question }) => listed(question?.recipients) },
  { key: 'statuses', title: 'Status', value: ({ question }) => listed(question?.statuses) },
  { key: 'subject', title: 'Subject', value: ({ question }) => question?.subject ?? null },
  { key: 'messageIds', title: 'Message-ID', value: ({ question }) => listed(question?.messageIds) },
  { key: 'detailsOf', title: 'Details of', value: (row) => row.detailsOf },
  { key: 'messageTraceIds', title: 'Trace id', value: ({ question }) => listed(question?.messageTraceIds) },
];

export const planViews: Views<PlannedStep, CostPlan> = {
  columns: COLUMNS,
  rank: (row) => -row.step,
  table: (kept, tail, page) => planText(kept, tail, screenSheet(page)),
  markdown: (kept, tail, page) => planText(kept, tail, markdownSheet(page)),
};

function planText(kept: readonly PlannedStep[], tail: Tail<CostPlan>, sheet: Sheet): string {
  const plan = tail.result;
  if (plan === null) return '';
  if (plan.steps.length === 0) {
    return sheet.prose('The plan: no request at all. Exports are read from the disk and ask nobody.');
  }
  const beyond = plan.steps.length - kept.length;
  const more: readonly Field[] = beyond <= 0 ? [] : [['', `and ${formatCount(beyond)} more: --format csv`]];
  const blocks = [
    sheet.prose(`The plan: ${rangeText(plan.requests, 'request', 'requests')}. Nothing has been asked.`),
    sheet.fields([...kept.map((step) => stepField(step, sheet)), ...more]),
    sheet.fields(fieldsOf(plan)),
    gapLines(tail, sheet).join('\n'),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function stepField(planned: PlannedStep, sheet: Sheet): Field {
  const { step, kind, question, requests, withinCap } = planned;
  const cut = CAP_WORDS[withinCap];
  if (question === null) return ['details', `${detailsText(planned)}${cut}`];
  const pages = rangeText(requests, 'page', 'pages');
  return [`${kind} ${step}`, `${askedText(question, sheet)}: ${pages}${cut}`];
}

const CAP_WORDS: Readonly<Record<PlannedStep['withinCap'], string>> = {
  all: '',
  part: '; CUT SHORT by the cap',
  none: '; LEFT OUT by the cap',
};

function detailsText({ requests: { atMost }, detailsOf }: PlannedStep): string {
  const each = 'one request each';
  return atMost === null
    ? `of all ${detailsOf ?? ''}, ${each}; how many is not known`
    : `of ${formatCount(atMost)} ${detailsOf ?? ''} at most, ${each}`;
}

function askedText(question: TraceQuestion, { page, remote }: Sheet): string {
  const span = formatSpan(question.window.from, question.window.to, page.timeZone).text;
  return [`received ${span}`, ...conditionsOf(question).map(remote)].join(', ');
}

function conditionsOf(question: TraceQuestion): readonly string[] {
  const said: readonly (readonly [string, readonly string[]])[] = [
    ['status', question.statuses],
    ['from', question.senders],
    ['to', question.recipients],
    ['Message-ID', question.messageIds],
    ['trace id', question.messageTraceIds],
    ['subject with', question.subject === null ? [] : [question.subject]],
  ];
  return said.flatMap(([name, values]) => (values.length === 0 ? [] : [`${name} ${values.join(' or ')}`]));
}

function fieldsOf(plan: CostPlan): readonly Field[] {
  const { quota, rowsPerPage, maxRequests, detailRequests } = plan;
  const left =
    quota.left === null ? 'how many are free now is not known' : `${formatCount(quota.left)} free now`;
  const share =
    quota.forThisRun === quota.requests
      ? ''
      : `, ${formatCount(quota.forThisRun)} of them for a run that nobody watches`;
  const pages = `one page for each ${formatCount(rowsPerPage)} rows, one request for each page`;
  const fields: readonly Field[] = [
    ['lists', rangeText(plan.listRequests, 'request', 'requests')],
    ['details', detailRequests.atMost === 0 ? 'none' : rangeText(detailRequests, 'request', 'requests')],
    ['quota', `${formatCount(quota.requests)} requests in ${formatAge(quota.seconds)}${share}; ${left}`],
    ['time', waitText(plan)],
    ['cap', maxRequests === null ? '' : counted(maxRequests, 'request', 'requests')],
    ['known', `what is asked, and in how many ${plan.steps.length === 1 ? 'question' : 'questions'}`],
    ['not known', 'how many rows match; nobody knows before the list is read'],
    ['assumed', `${pages}${quota.left === null ? '; the whole quota is free' : ''}`],
  ];
  return fields.filter(([, text]) => text !== '');
}

function waitText({ waitSeconds: { atLeast, atMost }, quota }: CostPlan): string {
  const said = atLeast === 0 ? 'no waiting for quota' : `${formatAge(atLeast)} of waiting for quota`;
  if (atMost === atLeast) return said;
  if (atMost !== null) return `${said}, ${formatAge(atMost)} at most`;
  const more = `each ${formatCount(quota.forThisRun)} more take ${formatAge(quota.seconds)}`;
  if (atLeast > 0) return `${said} at least; ${more}`;
  return `${said} up to ${counted(quota.left ?? quota.forThisRun, 'request', 'requests')}; ${more}`;
}

function rangeText({ atLeast, atMost }: RequestRange, one = '', many = ''): string {
  const unit = one === '' ? '' : ` ${atLeast === 1 && (atMost === null || atMost === 1) ? one : many}`;
  if (atMost === null)
    return atLeast === 0
      ? `not known${unit === '' ? '' : ' beforehand'}`
      : `at least ${formatCount(atLeast)}${unit}`;
  if (atLeast === atMost) return formatCount(atLeast) + unit;
  return atLeast === 0
    ? `up to ${formatCount(atMost)}${unit}`
    : `${formatCount(atLeast)} to ${formatCount(atMost)}${unit}`;
}

function listed(values: readonly string[] | undefined): string | null {
  return values === undefined || values.length === 0 ? null : values.join(' ');
}
