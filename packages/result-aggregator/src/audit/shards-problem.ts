import { isDeepStrictEqual } from 'node:util'
import { isWholeRun } from '@reprise/replay-engine'
import type { RunFile } from '../result/run-header.ts'

/** Why folders are not the shards of one run: which of them, in their order, what of it, and what to do. */
export interface ShardsProblem {
  readonly at: number
  readonly problem: string
  readonly cure: string
}

/** Dates that lie further apart are an error of a clock; instants of one shard would mean nothing beside those of another. */
export const mostApartMs = 1_000

/** What keeps these from being all the shards of one run, by their headers; undefined where nothing does. `partial`: some may have broken off. */
export function shardsProblem(runs: readonly RunFile[], { partial }: { partial: boolean }): ShardsProblem | undefined {
  const [first] = runs
  for (const [at, run] of runs.entries()) {
    const found =
      strayProblem(run) ??
      (first && run !== first ? otherProblem(first, run) : undefined) ??
      endProblem(run, partial) ??
      twiceProblem(runs.slice(0, at), run)
    if (found) return { at, ...found }
  }
  return missingProblem(runs)
}

type Found = Omit<ShardsProblem, 'at'>

function strayProblem({ shard, shards }: RunFile): Found | undefined {
  if (shard) return undefined
  return shards
    ? { problem: `it is merged already, of ${shards.of} shards`, cure: 'Give the folders of the shards.' }
    : { problem: 'it is a whole run, and no shard of one', cure: 'Give folders that replay --shard wrote.' }
}

const measureAgain = 'Give the shards of one run: the same command, with the same --start-at, and another --shard each.'

/** Of what must be the same in all shards the first that is not. */
function otherProblem(one: RunFile, other: RunFile): Found | undefined {
  const parts: readonly (readonly [what: string, of: (run: RunFile) => unknown])[] = [
    ['number of shards', ({ shard }) => shard?.shard.of],
    ['--start-at', ({ shard }) => shard?.startAt],
    ['begin of profiling (--profile-after)', ({ shard }) => shard?.profilingMs],
    ['seed', ({ plan }) => plan.seed],
    ['corpus', ({ plan, corpus }) => [plan.corpusDigest, corpus.facts]],
    ['plan', ({ plan }) => plan],
    ['--slo', ({ slo }) => slo],
    ['version of reprise', ({ toolVersion, replaySemantics, commit }) => [toolVersion, replaySemantics, commit]],
    ['endpoint', ({ target: { url, otherUrls, spread } }) => [url, otherUrls, spread]],
    ['server', ({ identity, target }) => [identity, target.engine]],
    ['way of asking', ({ target: { notes: _, processes: __, words: ___, ...target } }) => target],
  ]
  const differs = parts.find(([, of]) => !isDeepStrictEqual(of(one), of(other)))
  return differs && { problem: `it has another ${differs[0]} than the first one`, cure: measureAgain }
}

function endProblem({ ended }: RunFile, partial: boolean): Found | undefined {
  if (isWholeRun(ended?.reason)) return undefined
  const { reason = 'killed', stoppedBy } = ended ?? {}
  if (reason === 'stopped')
    return {
      problem: `it was given up (${[stoppedBy?.kind, stoppedBy?.failure].filter((word) => word !== undefined).join(', ')})`,
      cure: 'Its own result says what to mend; run all shards again.',
    }
  if (partial) return undefined
  return {
    problem: `it did not reach its end (${reason})`,
    cure: 'Run all shards again, or give --partial for the result of the part that all of them ran.',
  }
}

function twiceProblem(before: readonly RunFile[], { shard }: RunFile): Found | undefined {
  const index = shard?.shard.index
  const twice = before.some((each) => each.shard?.shard.index === index)
  return twice ? { problem: `shard ${index} is there twice`, cure: 'Give each shard once.' } : undefined
}

function missingProblem(runs: readonly RunFile[]): ShardsProblem | undefined {
  const of = runs[0]?.shard?.shard.of ?? 0
  const there = new Set(runs.map(({ shard }) => shard?.shard.index))
  const missing = Array.from({ length: of }, (_, index) => index).filter((index) => !there.has(index))
  if (missing.length === 0) return clocksProblem(runs)
  const names = missing.slice(0, 5).join(', ')
  return {
    at: 0,
    problem: `of the ${of} shards ${missing.length > 5 ? `${names} and ${missing.length - 5} more are` : `${names} ${missing.length > 1 ? 'are' : 'is'}`} missing`,
    cure: 'Give the folders of all shards.',
  }
}

function clocksProblem(runs: readonly RunFile[]): ShardsProblem | undefined {
  const clocks = clocksApart(runs)
  if (!clocks || clocks.apartMs - clocks.uncertainMs <= mostApartMs) return undefined
  return {
    at: clocks.furthest,
    problem: `the date of its machine is ${Math.round(clocks.apartMs)} ms (give or take ${Math.round(clocks.uncertainMs)}) from that of another shard's`,
    cure: 'Set the clocks of the machines (chrony, ntpd), and run all shards again.',
  }
}

/** How far the dates of shards lie apart, how exactly that is known, and which is the furthest from the others; undefined where one is not known. */
export function clocksApart(
  runs: readonly Pick<RunFile, 'shard'>[],
): { readonly apartMs: number; readonly uncertainMs: number; readonly furthest: number } | undefined {
  const clocks = runs.flatMap(({ shard }) => (shard?.clock ? [shard.clock] : []))
  if (clocks.length < runs.length || clocks.length === 0) return undefined
  const ahead = clocks.map(({ aheadMs }) => aheadMs)
  const [least, most] = [Math.min(...ahead), Math.max(...ahead)]
  const middle = ahead.toSorted((a, b) => a - b)[Math.floor(ahead.length / 2)]!
  const uncertain = clocks.map(({ uncertainMs }) => uncertainMs).toSorted((a, b) => b - a)
  return {
    apartMs: most - least,
    uncertainMs: (uncertain[0] ?? 0) + (uncertain[1] ?? 0),
    furthest: ahead.indexOf(most - middle > middle - least ? most : least),
  }
}
