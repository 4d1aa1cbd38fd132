import type { Topic } from '#cli/topic.js';

export const files: Topic = {
  name: 'files',
  summary: 'What --file reads, with its traps; and what is kept on this machine',
  paragraphs: [
    'trace --file reads what an admin can export without any app registration. The kind is found by the header, never by the file name; several files may be given, details are joined to their deliveries.',
    `  Summary            Exchange admin center, Export results
  Enhanced summary   admin center or Start-HistoricalSearch; ends some hours
                     ago, so it cannot show mail that is pending now
  Extended           the same, one row per event, with reasons
  PowerShell list    Get-MessageTraceV2 | Export-Csv
  PowerShell detail  Get-MessageTraceDetailV2 | Export-Csv, with reasons
  Graph JSON         a saved answer, an array, or one object a line
  Tracking log       Exchange Server: the raw log, or
                     Get-MessageTrackingLog | Export-Csv`,
    'Encodings are found by themselves: UTF-8, UTF-16 with or without byte-order mark, Windows-1252. So are comma, semicolon and tab.',
    'Dates: a PowerShell export writes them in the culture of the machine that made it. The file is scanned for a day above 12; where it cannot tell 3 April from 4 March, say it: --date-order dmy (or mdy, ymd). PowerShell times are UTC. A Summary has the zone of the form it was made in: --file-time-zone Europe/Berlin.',
    'A saved Graph page that names a next page is not the whole answer; the gap is named and the exit code is 3. Rows that cannot be read are counted and named, never dropped in silence.',
    'When several files hold the same delivery, the first one given counts: give the newest export first.',
    'relay --file reads what a relay tells of its own queue: the output of a command, or a log. The kind is found by how it begins; --relay-format names it where that fails.',
    `  postfix-json           postqueue -j
  postfix-mailq          mailq, or postqueue -p
  postfix-log            mail.log, maillog; also journalctl -o short-iso
  exim-queue             exim -bp, mailq
  exim-log               mainlog
  opensmtpd-queue        smtpctl show queue
  opensmtpd-log          maillog
  exchange-messages      Get-Message -ResultSize Unlimited
                         -IncludeRecipientInfo, as CSV or JSON
  exchange-queues        Get-Queue as CSV or JSON: numbers only, no ages
  exchange-tracking-log  the tracking log, raw or exported`,
    'The files of one log are read as one, the oldest first by the times in them, so name mail.log and mail.log.1.gz in any order. gzip is unpacked; other archives, pipes and devices are refused. Ages of a queue are as of when its file was written, those of a log as of its last line; the screen says so where that is not now. A queue is right about what is held, a log about what became of the rest and, as that of Exim, about why mail waits where the queue is silent; given together, what both name counts once. Get-Queue beside Get-Message counts messages that may be among the named ones, and the answer says so. Of all queues only that of Get-Message tells when mail expires (ExpirationTime); for the others give --queue-lifetime. An empty file is an empty queue or the trace of a failed command, so it is refused (65) unless --relay-format says what it is; --run sees how the command ended.',
    'relay --run starts one program, without a shell. Blanks part its words; single or double quotes keep blanks, and a backslash takes a quote, a blank or a backslash behind it as it is. Nothing is expanded, piped or redirected. It ends with --timeout (default 5 minutes); what it says on stderr is shown when it fails, which leaves a gap (code 3). From another machine: --run "ssh -o BatchMode=yes mx1 postqueue -j".',
    'explain --file reads saved mails: one mail (.eml), an mbox, or a folder of .eml, .mbox and .mbx files, without its subfolders. In Outlook on the web: open the bounce, then More actions > Download > as EML; an .msg file is not read. One mail is explained with a line for each recipient, many are counted by reason.',
    'A mail is read to 25 MiB, 20 levels, 1,000 parts and 256 KiB of headers; what is beyond is left out and said. The report for machines goes before the prose, and the returned message is never judged.',
    'Kept on this machine, in the folder of MAILCHECK_HOME (mailcheck help environment), for you alone (0600): quota.db, the ledger of requests sent in the last hour, when and by which command, so that all runs together stay within the quota of the service. No address, subject or token is in it. quota.db-wal and quota.db-shm belong to it; quota.db.lock is empty. A ledger that is damaged is renamed to quota.db.damaged and begun anew; one of a newer mailcheck is left alone. Delete them as you like when no run is under way.',
    'traces.db beside it keeps what the service has told of mail, for 90 days: rows of message trace with addresses and subjects, the details that were read, and which stretches of time were read whole. What is settled is not asked for again: rows younger than four hours are read anew each time, once more when they are a day old, held mail until it is delivered, failed or two days old. An answer that nobody was asked for names the source history. Rows are kept for each tenant apart, and not at all when the tenant is not known (a ready token without --tenant). A file that holds a trigger, a view or anything else that is not ours is left alone and not used.',
    'watch.db holds, for each tenant apart, the last whole answer of service health, with the posts of its issues, for when there is no new one to be had; the MessageExpiration of the tenant, as it was told last, so that an incident costs no question for it; the set-up of connectors as it was told last and whole, for a day: outbound connectors, accepted domains and rules that route or hold, without comments and recipients of validations, and not at all where an address stands in a name (status and check ask again after 15 minutes; connectors always asks); and what each look of status saw, in numbers only: when, the verdict, on which signals it rests, how many deliveries were held and failed. From the looks follow what is usual for the hour and when an alert opens and closes. Looks of queue are kept for a day: how many were held, of which age, and of the last few which deliveries, each as a digest with the time of its receipt (16 bytes; at most a million of a tenant). No address, subject or row is in it. Looks of status are kept for 90 days, at most 50,000 of a tenant.',
    'Profiles stand in profiles.json, in MAILCHECK_HOME, else $XDG_CONFIG_HOME/mailcheck, else ~/.config/mailcheck (Windows: %APPDATA%\\mailcheck): tenant, app, way of signing in, cloud, own domains, probe recipient, quota. It is data, holds no secret, is never looked for in the working directory, and is refused when others can write to it.',
    'sign-in/PROFILE.json beside the ledger (mode 600 in a folder of mode 700) is what login keeps: of a person’s sign-in, after asking, what gets new tokens without asking again; access tokens only with --keep-token. While it is good a kept token is used, and while signing in fails to its end, with a remark; after a permission was granted run login again, or it shows an hour later. A file that others can read, or that is torn, is not used. mailcheck logout overwrites and removes it.',
    'A file that holds a secret, a password or a private key (--secret-file, --certificate-password-file, --certificate) is read at each sign-in and copied nowhere. It is refused where others can change it, or can read it and that is for you to change: chmod 600. What root owns while you are another user, and what lies on a read-only mount, may be read by others too: so Docker (mode 0444), Kubernetes (0644) and systemd (0440) hand out secrets, and whoever runs the container decides about that. With podman, and as root without a read-only mount, ask for the mode: --secret NAME,mode=0400.',
    'Where the ledger cannot be had, as on a full disk, in a folder where others can write, or on Node.js before 22.13 without the package libsql, a note says so; the run counts for itself alone, and remembers nothing. --no-history does that by your wish. Keep the folder on a disk of the machine itself: on a network drive locks do not hold.',
  ],
};
