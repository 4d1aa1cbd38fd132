/** Properties draw by this seed, so that a run can be repeated as it was; by one of their own when none is given. */
import { configureGlobal } from 'fast-check';

const given = process.env['MAILCHECK_TEST_SEED'];
if (given !== undefined) configureGlobal({ seed: Number(given) });
