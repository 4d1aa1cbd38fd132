/** What the prose of a notice says about the outcome, in the words that mail servers use. Lists are data. */
import { indexPhrases } from '../phrase-index.js';

export type Outcome = 'delayed' | 'expired' | 'failed';

interface Words {
  /** As in the rules: case, accents and punctuation do not count, whole words do, a last `*` lets a word go on. */
  readonly spaced: readonly string[];
  /** In scripts that put no blanks between words. */
  readonly unspaced: readonly string[];
}

/** The server goes on trying. */
const DELAYED: Words = {
  spaced: [
    'warning message only',
    'warning only',
    'will be retried',
    'not yet been delivered',
    'has been delayed',
    'have been delayed',
    'is delayed for',
    'still being retried',
    'temporary failure report',
    'only a temporary',
    'delivery attempts will continue',
    'do not need to re-send',
    'do not need to resend',
    'no need to resend',
    'will keep trying',
    'will continue to try',
    'transient non-fatal errors',
    'delivery is delayed',
    'delivery has been delayed',
    "hasn't been delivered yet",
    'has not been delivered yet',
    'delivery incomplete',
    'delivery status notification (delay)',
    'delayed mail',
    'wird weiterhin versucht',
    'noch nicht zugestellt',
    'pas encore été remis',
    "n'a pas encore été",
    'aún no se ha entregado',
    'non è ancora stato recapitato',
    'ainda não foi entregue',
    'is nog niet bezorgd',
    'пока не доставлено',
  ],
  unspaced: ['配信が遅延', '配信が遅れて', 'まだ配信されていません', '传递已延迟', '尚未送达'],
};

/** The retries ran out. */
const EXPIRED: Words = {
  spaced: [
    'retry timeout exceeded',
    'retry time not reached for any host after a long failure period',
    'in the queue too long',
    'multiple retries, giving up',
    'failing for a long time',
    'was not delivered within',
    'not be delivered within',
    'was aborted after',
    'message expired',
    'message has expired',
    'delivery time expired',
    'maximum time in queue',
    'queue lifetime',
    'too long in queue',
    'cannot send message for',
    'message could not be delivered for',
    'could not deliver for the last',
    'could not be sent for',
    'delivery expired',
    'exceeded the maximum retry',
    'retry limit exceeded',
    'will be deleted from queue',
    'giving up after',
    'gave up after',
    'tried to deliver your message for',
    'keeps failing for',
  ],
  unspaced: [],
};

/** Final, and the notice says so. */
const FAILED: Words = {
  spaced: [
    'permanent error',
    'permanent fatal error',
    'permanent failure',
    'failed permanently',
    'permanently failed',
    "i've given up",
    'no further delivery attempts',
    'will not be retried',
    'will not be delivered',
  ],
  unspaced: [],
};

/** Subjects of notices that mail did not arrive, in the languages of Exchange and others. */
const FAILURE_SUBJECT: Words = {
  spaced: [
    'undeliver*',
    'undelivered',
    'delivery status notification',
    'delivery notification',
    'delivery failure',
    'delivery failed',
    'delivery has failed',
    'delivery problem',
    'delivery error',
    'delivery report',
    'failed delivery',
    'failure delivery',
    'failure notice',
    'mail failure',
    'mail failed',
    'mail error',
    'mail system error',
    'mail delivery system',
    'returned mail',
    'returned to sender',
    'returning message to sender',
    'message delivery has failed',
    'could not be delivered',
    'not delivered',
    'nondeliverable*',
    'non-delivery',
    'non delivery',
    'delivery incomplete',
    'delayed mail',
    'delayed:',
    'delivery delayed',
    'message delayed',
    'bounce notification',
    'warning: could not send',
    'was rejected',
    'unzustellbar',
    'nicht zustellbar',
    'verzögert:',
    'zustellung fehlgeschlagen',
    'non remis',
    'échec de la remise',
    'retardé',
    'no se puede entregar',
    'no entregado',
    'devuelto',
    'non recapitabile',
    'mancato recapito',
    'onbestelbaar',
    'não é possível entregar',
    'não entregue',
    'falha na entrega',
    'niedostarcz*',
    'nie można dostarczyć',
    'kan ikke leveres',
    'kan inte levereras',
    'olevererbart',
    'ei voi toimittaa',
    'nelze doručit',
    'teslim edilemedi',
    'недоставлен*',
    'не доставлено',
    'не удается доставить',
  ],
  unspaced: [
    '配信不能',
    '配信できません',
    '未配達',
    '配達不能',
    'メールをお届けできません',
    '无法传递',
    '未送达',
    '退信',
    '無法傳遞',
    '배달되지 않음',
  ],
};

/** Prose that tells of a mail that did not arrive. */
const FAILURE_PROSE: Words = {
  spaced: [
    'could not be delivered',
    "couldn't be delivered",
    'cannot be delivered',
    'was not delivered',
    "wasn't delivered",
    'not been delivered',
    'unable to deliver',
    'not able to deliver',
    "wasn't able to deliver",
    'undeliverable',
    'delivery failed',
    'delivery has failed',
    'delivery to the following',
    'did not reach the following',
    'failed to deliver',
    'error delivering your',
    'error while trying to deliver',
    'error has occurred while attempting to deliver',
    'following addresses had',
    'following address(es) failed',
    'following recipients',
    'following recipient(s)',
    'rejected by a remote mail server',
    'your message was rejected',
    'message you sent was rejected',
    'not a member of this mailing list',
    'not allowed to post to this mailing list',
    'nicht zugestellt werden',
    "n'a pas pu être remis",
    'no se pudo entregar',
    'impossibile recapitare',
    'não pôde ser entregue',
    'не может быть доставлено',
  ],
  unspaced: ['送信できませんでした', '配信できません', '无法送达'],
};

const isDelayed = finderOf(DELAYED);
const isExpired = finderOf(EXPIRED);
const isFailed = finderOf(FAILED);
export const isFailureSubject = finderOf(FAILURE_SUBJECT);
export const isFailureProse = finderOf(FAILURE_PROSE);

/** Null when the prose does not say whether it is final. A notice of delay tells what will happen later, so it goes first. */
export function outcomeIn(text: string): Outcome | null {
  if (isDelayed(text)) return 'delayed';
  if (isExpired(text)) return 'expired';
  return isFailed(text) ? 'failed' : null;
}

/** Built when it is first asked: most runs judge no mail. */
function finderOf(words: Words): (text: string) => boolean {
  let find: ReturnType<typeof indexPhrases> | null = null;
  return (text) => {
    find ??= indexPhrases(words.spaced);
    return find.read(text, [0, text.length]) > 0 || words.unspaced.some((phrase) => text.includes(phrase));
  };
}

/** What Exchange puts before the subject of the mail that a notice is about. */
const BEFORE_SUBJECT = new RegExp(
  `^\\s{0,9}(?:(?:re|aw|sv|fw|fwd|wg|tr)\\s?: ?){0,3}(${[
    'undeliverable',
    'undelivered',
    'delayed',
    'delivery delayed',
    'delivered',
    'relayed',
    'expanded',
    'unzustellbar',
    'verzögert',
    'non remis',
    'retardé',
    'no se puede entregar',
    'no entregado',
    'retrasado',
    'non recapitabile',
    'ritardato',
    'onbestelbaar',
    'vertraagd',
    'não é possível entregar',
    'não entregue',
    'atrasado',
    'niedostarczalne',
    'opóźnione',
    'olevererbart',
    'kan inte levereras',
    'kan ikke leveres',
    'ei voi toimittaa',
    'nelze doručit',
    'teslim edilemedi',
    'не удается доставить',
    'недоставлено',
    '配信不能',
    '配達不能',
    '无法传递',
    '未送达',
    '無法傳遞',
    '배달되지 않음',
  ].join('|')})\\s?[:：]`,
  'i',
);

/** A notice's own words in its subject. What the sender wrote there is no evidence. */
export function ownSubject(subject: string): string {
  return BEFORE_SUBJECT.exec(subject.slice(0, 200))?.[1] ?? subject;
}

/** Beginnings of subjects that mail programs give to automatic answers. */
const AUTO_REPLY_SUBJECT = new RegExp(
  `^(?:(?:re|aw|sv|fw|fwd): ?)?\\W{0,3}(?:${[
    'automatic reply',
    'auto[- ]?reply',
    'auto[- ]?respon',
    'autom?atisk svar',
    'autosvar',
    'out of (?:the )?office',
    'away from (?:the|my) (?:office|mail)',
    'i am (?:away|out of)',
    'on vacation',
    'vacation',
    'automatische antwort',
    'abwesenheit',
    'réponse automatique',
    'absence du bureau',
    'respuesta automática',
    'fuera de (?:la )?oficina',
    'risposta automatica',
    'fuori (?:sede|ufficio)',
    'automatisch antwoord',
    'afwezig',
    'resposta automática',
    'automaattinen vastaus',
    'autosvar',
    'odpowiedź automatyczna',
    'automatická odpověď',
    'automatikus válasz',
    'otomatik yanıt',
    'автоматический ответ',
    'автоответ',
    '自動応答',
    '自動返信',
    '自动答复',
    '自動回覆',
    '자동 회신',
  ].join('|')})`,
  'i',
);

export function isAutoReplySubject(subject: string): boolean {
  return AUTO_REPLY_SUBJECT.test(subject.slice(0, 200));
}
