/** Names the file in which the processes of a test run note how much they searched. */
export const TALLY = 'MAILCHECK_TEST_TALLY';
