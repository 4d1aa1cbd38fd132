import { RULE_EXAMPLE } from '#mailflow/bounce/parse-rules.js';
import { listRules } from '#mailflow/bounce/rule-listing.js';
import { RULES } from '#mailflow/bounce/rules.js';

export function rulesPage(): readonly string[] {
  const example: unknown = JSON.parse(RULE_EXAMPLE);
  return [
    "explain, trace and NDR judging use one book of rules. A rule looks at words, at codes, or at both, and says reason, party and advice. Words beat codes, what is definite beats what is broad, Microsoft's own codes count as words; among equals the first wins. The outermost reply says whether it is final, the innermost quoted one that knows a cause says why.",
    'Your own rules go before these: mailcheck explain --rules FILE. The file is a JSON array:',
    JSON.stringify(example, null, 2)
      .split('\n')
      .map((line) => `  ${line}`)
      .join('\n'),
    `  match     one way to be meant or an array of them; in one, all given must fit
  phrases   any of these; case, marks and accents do not count, words are whole;
            "a + b" asks for both, a last * lets the word go on
  enhanced  "5.7.1", a range "5.7.606-649", a family "4.3.x"; "x.4.316" is both
            4.4.316 and 5.4.316
  replyCodes   "550" or "4xx"
  reason, party   one of the words below (mailcheck help glossary)
  retry     after-fix, later or never: what helps once the failure is final`,
    `The ${RULES.length} rules, in order of precedence; under each whether it is final when no code says so, and what it looks at:`,
    listRules(RULES),
  ];
}
