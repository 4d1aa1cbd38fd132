/** What `main` gives the frame: streams, the clock, and a way to open ports. Tests give a small one. */
import type { TimeZone } from '#mailflow/time-zone.js';
import type { KeyedHash } from '#render/redact.js';
import type { Page } from '#render/writer.js';
import type { NamedProfile } from '#settings/profile.js';
import type { FlagValues } from '#settings/with-profile.js';

import type { CommandEntry } from './arguments.js';
import type { CommonOptions } from './common-options.js';
import type { Ports } from './ports.js';
import type { Topic } from './topic.js';

/** Somewhere text goes. When its reader has gone away it is closed, and writing does nothing. */
export interface TextSink {
  readonly write: (text: string) => Promise<void>;
  readonly isClosed: () => boolean;
}

/** A file that appears under its name only when it is whole. */
export interface FileSink extends TextSink {
  readonly commit: () => Promise<void>;
  readonly discard: () => Promise<void>;
}

/** `owner` for whatever may name a person. */
export type Readers = 'owner' | 'everyone';

/** Files that later steps and the page of the run are made of; each gets its text added when it is whole. */
export interface StepFiles {
  readonly summary: FileSink | null;
  readonly outputs: FileSink | null;
}

export interface OpenPorts {
  readonly ports: Ports;
  /** The scenario when answers come from a simulated tenant, else null. */
  readonly drill: string | null;
  readonly close: () => Promise<void>;
}

export interface AskedProfile {
  readonly name: string | null;
  readonly tenant: string | null;
}

export interface FoundProfile {
  readonly named: NamedProfile;
  readonly flagValues: FlagValues;
}

export interface World {
  readonly entries: readonly CommandEntry[];
  readonly topics: () => Promise<readonly Topic[]>;
  readonly now: () => Date;
  readonly localTimeZone: TimeZone;
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  /** Width of help and of errors. */
  readonly widthColumns: number;
  readonly page: (options: CommonOptions) => Promise<Page>;
  /**
   * The profile of this name, else of the environment, else the default, with what it says where flags say nothing; null for
   * none. `tenant` is the one that flags name. Rejects with a Failure for one that there is not.
   */
  readonly profile: (asked: AskedProfile) => Promise<FoundProfile | null>;
  /** `command` as `trace show`. */
  readonly openPorts: (options: CommonOptions, command: string) => Promise<OpenPorts>;
  /** Null where no person watches; else the names of what the environment sets. */
  readonly watchedVariables: () => readonly string[] | null;
  /** Fails at once when the path cannot be written. */
  readonly createFile: (path: string, readers: Readers) => Promise<FileSink>;
  /** What a build server wants to know of this step; none where there is no such server. */
  readonly stepFiles: () => Promise<StepFiles>;
  /** For pseudonyms; keyed anew in each run. */
  readonly keyedHash: () => Promise<KeyedHash>;
}
