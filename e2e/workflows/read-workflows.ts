import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parse } from 'yaml'
import { root } from '../sources.ts'

export interface Workflow {
  /** File name. */
  readonly file: string
  readonly text: string
  readonly on: Readonly<Record<string, Trigger | null>>
  readonly permissions?: unknown
  readonly concurrency?: unknown
  readonly jobs: Readonly<Record<string, WorkflowJob>>
}

export interface Trigger {
  readonly types?: readonly string[]
  readonly branches?: readonly string[]
  readonly inputs?: Readonly<Record<string, { readonly default?: unknown }>>
}

export interface WorkflowJob {
  readonly needs?: string | readonly string[]
  readonly if?: string
  readonly 'runs-on'?: string | readonly string[]
  readonly uses?: string
  readonly with?: Readonly<Record<string, unknown>>
  readonly secrets?: unknown
  readonly concurrency?: { readonly group: string; readonly 'cancel-in-progress'?: unknown }
  readonly permissions?: Readonly<Record<string, string>>
  readonly 'timeout-minutes'?: unknown
  readonly defaults?: { readonly run?: { readonly shell?: string } }
  readonly strategy?: { readonly matrix?: Readonly<Record<string, string>> }
  readonly steps?: readonly Step[]
}

export interface Step {
  readonly id?: string
  readonly name?: string
  readonly if?: string
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, string>>
}

/** The workflow files as they lie in the repository, by file name. */
export function readWorkflows(): ReadonlyMap<string, Workflow> {
  const files = globSync('.github/workflows/*.{yml,yaml}', { cwd: root }).sort()
  return new Map(
    files.map((path) => {
      const text = readFileSync(join(root, path), 'utf8')
      const file = basename(path)
      return [file, { ...(parse(text) as Omit<Workflow, 'file' | 'text'>), file, text }]
    }),
  )
}

/** What a job waits for. */
export function needsOf({ needs = [] }: WorkflowJob): readonly string[] {
  return typeof needs === 'string' ? [needs] : needs
}
