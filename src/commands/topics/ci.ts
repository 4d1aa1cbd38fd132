import type { Topic } from '#cli/topic.js';

import { ALERTS, CRONTAB, ICINGA, NAGIOS, SERVICE, TIMER, WORKFLOW } from './ci/examples.js';

export const ci: Topic = {
  name: 'ci',
  summary: 'GitHub Actions, cron, systemd, Icinga, Nagios, Prometheus: texts to copy',
  paragraphs: [
    'Monitoring and CI: mailcheck check judges by a policy and remembers earlier runs; mailcheck status answers a person. Both give the codes of mailcheck help exit-codes: page on 2, look at 1, ask again on 3, see to the settings on 4. Try each of these with --drill=january-2026 --drill-exit first.',
    'Run it every 5 minutes, on one machine that keeps MAILCHECK_HOME: then trouble counts when 3 of the last 5 runs saw it. A fresh runner remembers nothing, so one run is enough there. No text below holds a secret: a certificate lies in a file of mode 0600, and a job of GitHub gets a token of its own.',
    'GitHub Actions, .github/workflows/mail-flow.yml. The app registration trusts the repository (a federated credential with subject repo:OWNER/NAME:ref:refs/heads/main), and the job may ask for an id token and nothing else. Put the full hash of a commit where FULL_COMMIT_HASH stands: a tag can be moved. Bad news fails the job; who wants to hear of broken mail alone adds --fail-on critical. GitHub starts scheduled jobs late and leaves some out, so this is no pager.',
    shown(WORKFLOW),
    'cron, /etc/cron.d/mailcheck. Cron mails what is printed: with --notices that is news alone. Mail about mail may be late itself, so let MAILTO lead to another provider.',
    shown(CRONTAB),
    'systemd, mailcheck.service. 1 to 3 are verdicts, so that the unit fails only when mailcheck could not work: OnFailure= then tells that nobody watches. Its file of metrics takes its name when it is whole, for the textfile collector of the Prometheus node exporter; User= needs to be in the group that may write there. Without Prometheus leave --output away.',
    shown(SERVICE),
    'mailcheck.timer, started by systemctl enable --now mailcheck.timer',
    shown(TIMER),
    'Alerts of Prometheus. A run that failed leaves the file as it was, so its age counts as well.',
    shown(ALERTS),
    'Icinga 2, conf.d/mailcheck.conf; the host has vars.mailcheck_tenant and vars.mailcheck_client.',
    shown(ICINGA),
    'Nagios, objects/mailcheck.cfg.',
    shown(NAGIOS),
    'A step of a runbook, for a chat: at most 25 lines, without addresses and subjects, and the same each time as long as the tenant is the same.',
    '  mailcheck status --format markdown --redact',
  ],
};

/** Indented, so that it is kept line by line. */
function shown(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '' : `  ${line}`))
    .join('\n');
}
