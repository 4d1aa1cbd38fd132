/** Texts to copy, each a whole file but for names and addresses; the page prints them, and tests run them. */

/** `.github/workflows/mail-flow.yml` */
export const WORKFLOW = `name: Mail flow
on:
  schedule:
    - cron: '7,22,37,52 * * * *'
  workflow_dispatch:
permissions:
  id-token: write # asks GitHub for the token to sign in with; nothing else
concurrency: mail-flow
jobs:
  check:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    env:
      MAILCHECK_SIGN_IN: github
      AZURE_TENANT_ID: \${{ vars.AZURE_TENANT_ID }}
      AZURE_CLIENT_ID: \${{ vars.AZURE_CLIENT_ID }}
    steps:
      - uses: actions/setup-node@FULL_COMMIT_HASH # v6
        with:
          node-version: 22
      - name: Install
        run: npm install --global --ignore-scripts exchange-mailcheck@VERSION
      - name: Judge
        id: judge
        run: >-
          mailcheck check --no-history --quiet --format github
          --output junit=mail-flow.xml
      - name: Tell
        if: always()
        env:
          LEVEL: \${{ steps.judge.outputs.level }}
          SENTENCE: \${{ steps.judge.outputs.sentence }}
        run: printf '%s\\n' "$LEVEL - $SENTENCE"
      - uses: actions/upload-artifact@FULL_COMMIT_HASH # v5
        if: always()
        with:
          name: mail-flow
          path: mail-flow.xml
`;

/** `/etc/cron.d/mailcheck` */
export const CRONTAB = `MAILTO=postmaster@contoso.example
MAILCHECK_HOME=/var/lib/mailcheck
AZURE_TENANT_ID=contoso.example
AZURE_CLIENT_ID=22222222-2222-4222-8222-222222222222
AZURE_CLIENT_CERTIFICATE_PATH=/etc/mailcheck/app.pem
*/5 * * * * mailcheck /usr/local/bin/mailcheck check --notices --quiet
`;

/** `/etc/systemd/system/mailcheck.service`, as well for the textfile collector of the node exporter. */
export const SERVICE = `[Unit]
Description=Judge the mail flow of Exchange Online
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
User=mailcheck
StateDirectory=mailcheck
Environment=MAILCHECK_HOME=/var/lib/mailcheck
Environment=AZURE_TENANT_ID=contoso.example
Environment=AZURE_CLIENT_ID=22222222-2222-4222-8222-222222222222
Environment=AZURE_CLIENT_CERTIFICATE_PATH=%d/app.pem
LoadCredential=app.pem:/etc/mailcheck/app.pem
ExecStart=/usr/local/bin/mailcheck check --quiet \\
  --output openmetrics=/var/lib/prometheus/node-exporter/mailcheck.prom
SuccessExitStatus=1 2 3
TimeoutStartSec=120
NoNewPrivileges=yes
PrivateTmp=yes
ProtectHome=yes
ProtectSystem=strict
ReadWritePaths=/var/lib/prometheus/node-exporter
`;

/** `/etc/systemd/system/mailcheck.timer` */
export const TIMER = `[Unit]
Description=Judge the mail flow of Exchange Online every five minutes

[Timer]
OnCalendar=*:0/5
RandomizedDelaySec=20
AccuracySec=1

[Install]
WantedBy=timers.target
`;

/** Rules of Prometheus. */
export const ALERTS = `groups:
  - name: mailcheck
    rules:
      - alert: MailFlow
        expr: mailcheck_level == 2
        labels:
          severity: page
      - alert: MailFlowNotSeen
        expr: >-
          mailcheck_level == 3
          or time() - mailcheck_last_success_timestamp_seconds > 1800
          or absent(mailcheck_level)
        for: 15m
`;

/** `conf.d/mailcheck.conf` of Icinga 2. */
export const ICINGA = `object CheckCommand "mailcheck" {
  command = [ "/usr/local/bin/mailcheck", "check", "--format", "nagios" ]
  arguments = {
    "--policy" = "$mailcheck_policy$"
    "--timeout" = "$mailcheck_timeout$"
  }
  env = {
    MAILCHECK_HOME = "/var/lib/icinga2/mailcheck"
    AZURE_TENANT_ID = "$mailcheck_tenant$"
    AZURE_CLIENT_ID = "$mailcheck_client$"
    AZURE_CLIENT_CERTIFICATE_PATH = "/etc/mailcheck/app.pem"
  }
  vars.mailcheck_timeout = "50s"
  timeout = 1m
}

apply Service "mail-flow" {
  check_command = "mailcheck"
  check_interval = 5m
  retry_interval = 5m
  max_check_attempts = 1 // the policy asks for 3 of 5 runs by itself
  assign where host.vars.mailcheck_tenant
}
`;

/** The same for Nagios. */
export const NAGIOS = `define command {
  command_name  check_mail_flow
  command_line  /usr/bin/env MAILCHECK_HOME=/var/lib/nagios/mailcheck \\
    AZURE_TENANT_ID=$ARG1$ \\
    AZURE_CLIENT_ID=22222222-2222-4222-8222-222222222222 \\
    AZURE_CLIENT_CERTIFICATE_PATH=/etc/mailcheck/app.pem \\
    /usr/local/bin/mailcheck check --format nagios --timeout 50s
}
define service {
  host_name              exchange-online
  service_description    mail-flow
  check_command          check_mail_flow!contoso.example
  check_interval         5
  retry_interval         5
  max_check_attempts     1
  check_period           24x7
  notification_period    24x7
  contact_groups         admins
}
`;
