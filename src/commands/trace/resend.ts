import type { Answer } from '#cli/command.js';
import { defineVariant } from '#cli/command.js';
import type { Ports } from '#cli/ports.js';
import type { ResendCounts, ResendRow } from '#mailflow/trace/resend.js';
import { createResendTally, unreadGap } from '#mailflow/trace/resend.js';

import { askSurvey } from './ask-survey.js';
import { sourceNote, surveyWindow } from './conclude.js';
import { resendViews } from './resend.view.js';
import type { TraceOptions } from './trace-options.js';

/** `--resend-list`: every failed delivery is read, no held one; neither is any other mail asked for. */
export const resendVariant = defineVariant<TraceOptions, ResendRow, ResendCounts>({
  isAsked: ({ resendList }) => resendList,
  schema: 'mailcheck.resend/1',
  habits: { screenRows: 20 },
  run: listResends,
  views: resendViews,
});

async function* listResends(options: TraceOptions, ports: Ports): Answer<ResendRow, ResendCounts> {
  const { source, walk } = await askSurvey(options, ports, { sample: 'all', examines: ['failed'] });
  const tally = createResendTally();
  let step = await walk.next();
  for (; step.done !== true; step = await walk.next()) {
    yield step.value.map(tally.admit).filter((row) => row !== null);
  }
  const survey = step.value;
  for (const note of survey.notes) ports.note(note);
  const counts = tally.counts();
  const gap = unreadGap(counts, survey.gaps);
  return {
    result: counts,
    summary: counts,
    tenant: source.tenant,
    source: sourceNote(source),
    window: surveyWindow(survey, source, ports.now()),
    findings: [],
    incomplete: gap === null ? survey.gaps : [...survey.gaps, gap],
  };
}
