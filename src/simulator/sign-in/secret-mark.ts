/**
 * Stands in every secret that the simulated tenant gives out or takes, as the secrets of large services have a form by
 * which scanners know them: one search tells whether any of them lies where none belongs. Letters and digits alone, so that
 * no escaping changes it.
 */
export const SECRET_MARK = 'Zq7xW4vKj2TnR9';
