import { presetOf } from '@reprise/replay-engine/presets'
import { printable } from '@reprise/safe-text'
import { UsageError } from '../terminal/exit-codes.ts'
import type { RunWords } from './capacity-folder.ts'
import type { SizeRange } from './size-ladder.ts'

/** What a search is told of its runs. */
export interface RunOptions {
  readonly url?: readonly string[]
  readonly traces?: string
  readonly preset: string
  readonly duration?: number
  readonly lanes?: { readonly from: number; readonly to: number }
  readonly rate?: { readonly from: number; readonly to: number }
  readonly seed: number
}

/** The command that makes each run, without size, seed and folder. `rest`: what is handed on as it was typed. @throws UsageError for what a search decides itself. */
export function runWords({ url, traces, preset, duration, seed }: RunOptions, rest: readonly string[]): RunWords {
  const stray = rest.find((word) => own.test(word))
  if (stray !== undefined)
    throw new UsageError(
      `${printable(stray, 60)} is not for a search, which says itself how large each run is: leave it out.`,
    )
  const words = [
    ...(url === undefined ? ['simulate'] : ['replay', ...url.flatMap((each) => ['--url', each])]),
    ...(traces === undefined ? [] : ['--traces', traces]),
    ...['--preset', preset],
    ...(duration === undefined ? [] : ['--duration', `${duration}ms`]),
    ...rest,
  ]
  return { words, seed }
}

const own = /^--(?:ramp|shard|start-at|profile-after|resume|job)(?:=|$)/

/** The sizes to look among. @throws UsageError where the preset has none, or not those. */
export function rangeOf({ preset, lanes, rate }: RunOptions): SizeRange {
  const kind = presetOf(preset)?.load.kind
  if (kind === 'schedule')
    throw new UsageError(`--preset ${preset} is as large as its recording: name a preset with lanes or a rate.`)
  const isRate = kind === 'rate'
  if (isRate ? lanes : rate)
    throw new UsageError(
      `${isRate ? '--lanes' : '--rate'} is not of --preset ${printable(preset, 60)}: say ${isRate ? '--rate' : '--lanes'}.`,
    )
  return isRate
    ? { unit: 'sessions/s', ...(rate ?? { from: LEAST_RATE, to: 100 }) }
    : { unit: 'lanes', ...(lanes ?? { from: 1, to: 1024 }) }
}

export const LEAST_RATE = 0.01

/** Where a search begins, where the range has it. */
const STARTS = { lanes: 8, 'sessions/s': 1 } as const

export function startOf(ladder: readonly number[], { unit }: SizeRange): number {
  return ladder.findLast((size) => size <= STARTS[unit]) ?? ladder[0]!
}
