import type { Place } from '@reprise/config-file'

/** How a server for one model, precision, hardware and framework is started: the content of a file in `benchmarks/`, inheritance resolved. */
export interface Recipe {
  /** Path from the root of the repository. */
  readonly file: string
  /** For people: what it serves and on what. */
  readonly title: string
  /** The vendor's own recipe, release notes, the pull request it comes from. */
  readonly links: readonly string[]
  /** The image whose flags these are. A job's own image wins; where they differ, `recipe check` says so. */
  readonly image?: string
  /** The base recipes that it extends, all levels, the most basic first. */
  readonly bases: readonly string[]
  /** What nobody has been able to say yet. A recipe with any cannot be launched; it still explains itself. */
  readonly unknown: readonly string[]
  /** The engine that it starts, which names metrics and manners. */
  readonly engine: 'vllm' | 'sglang' | 'sim' | 'other'
  /** Lowest versions that it works with, by name: `vllm: 0.19.1`, `rocm: 7.0`. */
  readonly minimumVersions: Readonly<Record<string, string>>
  readonly server: RecipeServer
  /** Tokens that a step of a speculative decoder yields on average; pinned so that throughput does not depend on the prompts' text. */
  readonly acceptanceLength?: number
  /** Absent: no evaluation is configured. */
  readonly evaluation?: RecipeCommand & { readonly deadlineS: number }
  /** How the replay of this recipe's jobs differs from the preset; for simulated servers, whose jobs must be short. */
  readonly replay: RecipeReplay
}

export interface RecipeServer extends RecipeCommand {
  /** Path that answers 200 once the server takes requests. */
  readonly healthPath: string
  /** Path of Prometheus metrics; absent: none. */
  readonly metricsPath?: string
  /** Lines that mean it will never be ready, as regular expressions; those of the engine's base recipe included. */
  readonly fatalPatterns: readonly string[]
  /** Longest time of each phase, seconds. */
  readonly deadlinesS: Readonly<Record<'start' | 'load' | 'ready' | 'warm', number>>
}

/** A command with expressions in it: `${job.tp}`, `${port}`. Nothing of it ever reaches a shell. */
export interface RecipeCommand {
  readonly command: readonly string[]
  /** In order. A value of `true` is a flag alone, `false` leaves it out. */
  readonly flags: readonly RecipeFlag[]
  readonly env: Readonly<Record<string, string>>
  /** Added where the job's row has all of these values. */
  readonly when: readonly RecipeVariant[]
  /** Where each flag and variable is written, by name, and of `command`, `image` and `engine`. For messages only. */
  readonly places?: Places
}

export type Places = Readonly<Record<string, Place>>

export interface RecipeFlag {
  /** With its dashes. */
  readonly name: string
  readonly value: string | number | boolean
}

export interface RecipeVariant {
  /** `JobField` -> wanted value, or one of several. */
  readonly match: Readonly<Record<string, string | number | boolean | readonly (string | number | boolean)[]>>
  readonly flags: readonly RecipeFlag[]
  readonly env: Readonly<Record<string, string>>
  readonly places?: Places
}

/** Options of `reprise replay`. */
export interface RecipeReplay {
  readonly preset?: string
  readonly timeScale?: number
  readonly quiesceMs?: number
  readonly maxContextTokens?: number
}
