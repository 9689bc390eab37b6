import type { Place } from '@reprise/config-file'
import type { Expression } from '../expression/expression.ts'
import type { Template } from '../expression/template.ts'
import type { AcceptanceCurve } from './golden-acceptance.ts'

/** How a server for one model, precision, hardware and framework is started: the content of a file in `benchmarks/`, inheritance resolved. */
export interface Recipe {
  /** Path from the root of the repository. */
  readonly file: string
  /** For people: what it serves and on what. */
  readonly title: string
  /** The vendor's own recipe, release notes, the pull request it comes from. */
  readonly links: readonly string[]
  /** Results that were measured with it; without any, its commands have never met the hardware. */
  readonly measured: readonly string[]
  /** The image whose flags these are. A job's own image wins; where they differ, `recipe check` says so. */
  readonly image?: string
  /** The base recipes that it extends, all levels, the most basic first. */
  readonly bases: readonly string[]
  /** What nobody has been able to say yet. One that nothing would settle holds up a launch; the recipe still explains itself. */
  readonly unknown: readonly RecipeUnknown[]
  /** The engine that it starts, which names metrics and manners. */
  readonly engine: 'vllm' | 'sglang' | 'sim' | 'other'
  /** Lowest versions that it works with, by name: `vllm: 0.19.1`, `rocm: 7.0`. */
  readonly minimumVersions: Readonly<Record<string, string>>
  readonly server: RecipeServer
  /** What workers of the role have over the server. Absent: the recipe is for none. */
  readonly prefill?: RecipeWorker
  readonly decode?: RecipeWorker
  readonly router?: RecipeRouter
  /** Absent: it says nothing of drafted tokens. */
  readonly speculation?: RecipeSpeculation
  /** Absent: no evaluation is configured. */
  readonly evaluation?: RecipeCommand & { readonly deadlineS: number }
  /** How the replay of this recipe's jobs differs from the preset; for simulated servers, whose jobs must be short. */
  readonly replay: RecipeReplay
}

/** What a process does; the words of `planned-process.ts`. */
export type RecipeRole = 'server' | 'prefill' | 'decode' | 'router'

export interface RecipeWorker extends Omit<RecipeCommand, 'command'> {
  readonly morePorts: readonly string[]
}

export interface RecipeRouter
  extends RecipeCommand,
    Pick<RecipeServer, 'healthPath' | 'metricsPath' | 'fatalPatterns' | 'morePorts'> {
  /** As rows name it. */
  readonly name: string
  /** How it is told of the workers of a role: some words once, and some for each of them. */
  readonly workers: readonly {
    readonly of: Exclude<RecipeRole, 'router'>
    readonly first: readonly Template[]
    readonly each: readonly Template[]
  }[]
}

export interface RecipeServer extends RecipeCommand {
  /** Names of further ports that each copy gets. */
  readonly morePorts: readonly string[]
  /** Path that answers 200 once the server takes requests. */
  readonly healthPath: string
  /** Path of Prometheus metrics; absent: none. */
  readonly metricsPath?: string
  /** Lines that mean it will never be ready, as regular expressions; those of the engine's base recipe included. */
  readonly fatalPatterns: readonly string[]
  /** Longest time of each phase, seconds. */
  readonly deadlinesS: Readonly<Record<'start' | 'load' | 'ready' | 'warm', number>>
}

export interface RecipeUnknown {
  readonly what: string
  /** What would show it on the hardware, with the command as it is. Absent: the command cannot be written before somebody knows. */
  readonly settledBy?: string
}

export interface RecipeSpeculation {
  readonly curve: AcceptanceCurve
  readonly draftTokens: number
  /** Tokens that a verification yields on average; pinned so that throughput does not depend on the prompts' text. */
  readonly acceptanceLength: number
}

/** A command with expressions in it: `${job.tp}`, `${port}`. Nothing of it ever reaches a shell. */
export interface RecipeCommand {
  readonly command: readonly Template[]
  /** In order. A value of `true` is a flag alone, `false` leaves it out. */
  readonly flags: readonly RecipeFlag[]
  readonly env: Readonly<Record<string, Template>>
  /** Added where a job is what they are for. */
  readonly when: readonly RecipeVariant[]
  /** Where each flag and variable is written, by name, and of `command`, `image` and `engine`. For messages only. */
  readonly places?: Places
}

export type Places = Readonly<Record<string, Place>>

export interface RecipeFlag {
  /** With its dashes. */
  readonly name: string
  readonly value: Template | number | boolean
}

/** For jobs that match, and for which the condition holds; one of the two is there. */
export interface RecipeVariant {
  /** `JobField` -> wanted value, or one of several. */
  readonly match: Readonly<Record<string, string | number | boolean | readonly (string | number | boolean)[]>>
  readonly condition?: { readonly text: string; readonly expression: Expression }
  readonly flags: readonly RecipeFlag[]
  readonly env: Readonly<Record<string, Template>>
  readonly places?: Places
}

/** Options of `reprise replay`. */
export interface RecipeReplay {
  readonly preset?: string
  readonly timeScale?: number
  readonly quiesceMs?: number
  readonly maxContextTokens?: number
}

/** What keeps the recipe's command from being written. */
export function unwritten({ unknown }: Pick<Recipe, 'unknown'>): readonly string[] {
  return unknown.flatMap(({ what, settledBy }) => (settledBy === undefined ? [what] : []))
}
