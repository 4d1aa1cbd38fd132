import type { Topic } from '#cli/topic.js';

export const files: Topic = {
  name: 'files',
  summary: 'Trace exports and saved mails that --file reads, and their traps',
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
    'explain --file reads saved mails: one mail (.eml), an mbox, or a folder of .eml, .mbox and .mbx files, without its subfolders. In Outlook on the web: open the bounce, then More actions > Download > as EML; an .msg file is not read. One mail is explained with a line for each recipient, many are counted by reason.',
    'A mail is read to 25 MiB, 20 levels, 1,000 parts and 256 KiB of headers; what is beyond is left out and said. The report for machines goes before the prose, and the returned message is never judged.',
  ],
};
