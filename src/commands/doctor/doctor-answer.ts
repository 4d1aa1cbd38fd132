import type { DoctorVerdict } from '#mailflow/doctor/conclude-doctor.js';
import type { DoctorCheck } from '#mailflow/doctor/doctor-check.js';

export interface DoctorAnswer {
  readonly verdict: DoctorVerdict;
  readonly checks: readonly DoctorCheck[];
  /** Questions to Graph and Exchange. */
  readonly requests: number;
  /** Whether somebody wants to read each check, also where all is well. */
  readonly isWhole: boolean;
}
