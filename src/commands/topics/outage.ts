import type { Topic } from '#cli/topic.js';

export const outage: Topic = {
  name: 'outage',
  summary: 'The first ten minutes of a mail outage, without any app registration',
  paragraphs: [
    'The first ten minutes of a mail outage. Nothing here needs an app registration.',
    '1. Ask one sender outside for the exact error text, and let it be judged. Mail that Microsoft refuses or defers before accepting it is in no trace of yours; the text at the sender is the only witness.',
    `  mailcheck explain "451 4.3.2 Temporary server error. Please try again later"`,
    '2. Export a trace and the reasons with PowerShell, and read them. Times in these lines are UTC.',
    `  Connect-ExchangeOnline
  $t = Get-MessageTraceV2 -StartDate (Get-Date).ToUniversalTime().AddHours(-4) -EndDate (Get-Date).ToUniversalTime() -ResultSize 5000
  $t | Export-Csv trace.csv -NoTypeInformation -Encoding UTF8
  $t | Where-Object Status -in Pending,Failed | Select-Object -First 60 | ForEach-Object { Get-MessageTraceDetailV2 -MessageTraceId $_.MessageTraceId -RecipientAddress $_.RecipientAddress } | Export-Csv detail.csv -NoTypeInformation -Encoding UTF8
  mailcheck trace --file trace.csv --file detail.csv`,
    '3. Look at the public places; the admin center may be down with the mail.',
    `  https://status.cloud.microsoft            Microsoft's public status page
  https://admin.microsoft.com               Health > Service health (EX and MO)
  https://x.com/MSFT365Status               Microsoft 365 Status`,
    'With an app registration (mailcheck help permissions) mailcheck status asks everything at once and says in one screen what is stuck, why, and what to do; mailcheck queue lists what is still held. What Microsoft defers at its edge is in no trace; all that shows of it is that less mail comes in. status compares with the same hours of earlier weeks, as far as they were listed once: mailcheck trace --since 29d is enough for that, also in the middle of an outage. mailcheck health reads the posts for you; when it cannot, it tells whether the network or the portal is in the way, and what was last known. The status page speaks of the portal only: "Available" in the middle of a mail outage is usual.',
    '4. While mail is held (4.x): do not move the MX, do not purge queues, do not ask people to resend. Held mail is retried and usually arrives; a copy sent again arrives twice. Only bounced mail (5.x, or expired) must be sent again.',
    '5. At your own relay: look at what waits there for Microsoft (mailcheck relay), keep the queue, lengthen its lifetime if it is under two days, lower parallel connections when the reply names a connection limit, and retry the queue by hand only after recovery.',
    '6. A message in the Outbox of a user has not been sent at all; it is in no trace.',
    'Rehearse it: mailcheck status --drill=january-2026 --at 14:50',
  ],
};
