import { type Command, Option } from 'commander'
import { UsageError } from '../terminal/exit-codes.ts'

/** How recorded traces are read where their files leave it open. Absent: `auto`. */
export interface ReadingOptions {
  /** What the times of subagents stand for. Source: docs/decisions/0003-subagent-times.md */
  readonly subagentTimes?: 'auto' | 'start-absolute' | 'start-relative' | 'completion-relative'
  readonly splitAgents?: 'auto' | 'always' | 'never'
  /** What turns wait for. */
  readonly edges?: 'auto' | 'dispatch' | 'completion' | 'frontier'
}

/** What a command that takes traces says of them. */
export const tracesWords =
  'traces (WEKA, Mooncake, Dynamo, Azure, BurstGPT): a file, a folder, a pattern (.json, .jsonl, .csv, also .gz), - for stdin, or hf:OWNER/DATASET[@REVISION][/PATH]'

/** Adds them to a command that takes traces. */
export function addReadingOptions(command: Command, about = ''): Command {
  return command
    .addOption(
      new Option(
        '--subagent-times <reading>',
        `${about}what the times of recorded subagents stand for; default: auto, by what the traces show`,
      ).choices(['auto', 'start-absolute', 'start-relative', 'completion-relative']),
    )
    .addOption(
      new Option(
        '--split-agents <when>',
        `${about}whether agents that were recorded as one list are told apart by their blocks; default: auto, where the blocks show several`,
      ).choices(['auto', 'always', 'never']),
    )
    .addOption(
      new Option(
        '--edges <rule>',
        `${about}what requests wait for; default: auto, what the files say; else inferred from the times by that rule`,
      ).choices(['auto', 'dispatch', 'completion', 'frontier']),
    )
}

const flags: Record<keyof ReadingOptions, string> = {
  subagentTimes: '--subagent-times',
  splitAgents: '--split-agents',
  edges: '--edges',
}

/** Those of the options that are given. */
export function readingOptionsOf(options: ReadingOptions): ReadingOptions {
  const given = namesOfGiven(options).map((name) => [name, options[name]])
  return Object.fromEntries(given)
}

/** The words that give another command the same. */
export function readingWords(options: ReadingOptions): string[] {
  return namesOfGiven(options).flatMap((name) => [flags[name], String(options[name])])
}

/** @throws UsageError where one is given without traces. */
export function refuseReadingAlone(options: ReadingOptions & { readonly traces?: string }): void {
  const [given] = namesOfGiven(options)
  if (given === undefined || options.traces !== undefined) return
  throw new UsageError(`${flags[given]} is about recorded traces: name them with --traces, or leave it out.`)
}

function namesOfGiven(options: ReadingOptions): (keyof ReadingOptions)[] {
  return (Object.keys(flags) as (keyof ReadingOptions)[]).filter((name) => options[name] !== undefined)
}
