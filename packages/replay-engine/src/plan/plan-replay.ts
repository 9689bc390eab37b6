import { printable } from '@reprise/safe-text'
import type { Corpus, Trace, Turn } from '@reprise/trace'
import { arrivalsOf, type Load } from './load.ts'
import type { Plan } from './plan.ts'
import { PlanError } from './plan-error.ts'
import { type LoadOverrides, type LoadSize, planLoad } from './plan-load.ts'
import { planTree } from './plan-tree.ts'
import type { PlannedTree } from './planned-tree.ts'
import { defaultPreset, type PresetName } from './presets.ts'

export interface PlanOptions extends LoadSize {
  /** Integer from 0 to 2^53 - 1. */
  readonly seed: number
  /** Default: `defaultPreset`. */
  readonly preset?: PresetName
  readonly overrides?: LoadOverrides
}

/**
 * The plan of replaying a corpus: same corpus digest and options, byte-identical plan.
 *
 * Traces whose first turn does not fit the context are left out and listed.
 *
 * @throws PlanError on options out of range, when no trace is left to play, or when warm-up would use up every play.
 */
export function planReplay(corpus: Corpus, options: PlanOptions): Plan {
  const { seed, preset: name = defaultPreset, overrides = {}, ...size } = options
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new PlanError(`seed ${seed}: give an integer from 0 to ${Number.MAX_SAFE_INTEGER}`)
  const { load, preset } = planLoad({ ...size, preset: name, overrides })
  if (load.sharedSystem !== undefined && corpus.blockScope === 'global')
    throw new PlanError(
      'a shared system prompt: the block ids of these traces are global, and say themselves which prompts begin alike; leave it out',
    )
  const originMs = originOf(corpus, load)
  const planned = corpus.traces.map((trace, index) => ({ trace, tree: planTree(trace, index, { load, originMs }) }))
  const { fit = [], tooLong = [] } = Object.groupBy(planned, ({ tree }) => (fits(tree, load) ? 'fit' : 'tooLong'))
  const trees = fit.map(({ tree }) => tree)
  const leftOut = tooLong.map(({ trace }) => leftOutTrace(trace, load))
  checkPlayable(trees, leftOut, load)
  const plan: Plan = {
    schema: 'plan/1',
    corpusDigest: corpus.digest,
    seed,
    blockSize: corpus.blockSize,
    blockScope: corpus.blockScope,
    preset,
    load,
    leftOut,
    trees,
    firstPlays: [],
  }
  if (arrivalsOf(plan).slots === 0)
    throw new PlanError('no session arrives before the window ends; give a higher rate or a longer window')
  return { ...plan, firstPlays: firstPlaysOf(plan) }
}

/** A trace is left out where its first turn is too long, or any of its turns where the load plays traces as a whole. */
function fits({ traceId, sessions }: PlannedTree, load: Load): boolean {
  const first = firstTurn(traceId, sessions[0]?.turns)
  if (!playsWholeTraces(load)) return !first.overContext
  return !sessions.some(({ turns }) => turns.some(({ overContext }) => overContext))
}

function playsWholeTraces(load: Load): boolean {
  return load.kind === 'lanes' && load.wholeTraces === true
}

function leftOutTrace({ id, sessions }: Trace, load: Load): Plan['leftOut'][number] {
  const first: Turn = firstTurn(id, sessions[0]?.turns)
  const length = ({ inputTokens, outputTokens }: Turn) => inputTokens + outputTokens
  const decisive = playsWholeTraces(load)
    ? sessions.flatMap(({ turns }) => turns).reduce((one, other) => (length(other) > length(one) ? other : one))
    : first
  return { traceId: id, inputTokens: decisive.inputTokens, outputTokens: decisive.outputTokens }
}

function firstTurn<T>(traceId: string, turns: readonly T[] | undefined): T {
  const first = turns?.[0]
  if (!first)
    throw new PlanError(`trace ${printable(traceId)}: its root session has no turn; remove the trace from the corpus`)
  return first
}

function checkPlayable(trees: readonly PlannedTree[], leftOut: Plan['leftOut'], load: Load): void {
  if (trees.length === 0) throw new PlanError(nothingToPlay(leftOut, load))
  if (load.kind !== 'lanes' || load.until.kind !== 'passes' || load.warmup.kind !== 'plays') return
  const plays = trees.length * load.until.passes
  const warmingUp = load.lanes * load.warmup.perLane
  if (warmingUp >= plays)
    throw new PlanError(
      `warm-up takes ${warmingUp} plays (${load.warmup.perLane} for each of ${load.lanes} lanes) and there are only ${plays}; give more traces, more passes or fewer lanes`,
    )
}

function nothingToPlay(leftOut: Plan['leftOut'], load: Load): string {
  if (leftOut.length === 0) return 'the corpus has no traces; give it at least one'
  const smallest = Math.min(...leftOut.map(({ inputTokens, outputTokens }) => inputTokens + Math.max(1, outputTokens)))
  return `no trace fits a context of ${load.maxContextTokens} tokens: the shortest ${playsWholeTraces(load) ? 'longest' : 'first'} turn needs ${smallest}; raise the context limit or give shorter traces`
}

/** Where the times of a schedule count from: its first request, or the beginning of the recording. */
function originOf({ traces }: Corpus, load: Load): number {
  if (load.kind !== 'schedule' || !load.autoOffset) return 0
  return traces.reduce((least, { startMs = 0, sessions }) => {
    const first = sessions.reduce((ms, { turns }) => Math.min(ms, turns[0]?.startMs ?? ms), Number.POSITIVE_INFINITY)
    return Math.min(least, startMs + first)
  }, Number.POSITIVE_INFINITY)
}

function firstPlaysOf(plan: Plan): Plan['firstPlays'] {
  const { kind, slots, playOf } = arrivalsOf(plan)
  if (kind === 'open') return []
  return Array.from({ length: slots }, (_, lane) => playOf(lane, 0))
    .filter((play) => play !== undefined)
    .map(({ lane, tree, startTurn, residualThinkMs, snapshot }) => ({
      lane,
      traceId: tree.traceId,
      startTurn,
      ...(snapshot && { startMs: snapshot.atMs }),
      ...(residualThinkMs !== undefined && { residualThinkMs }),
    }))
}
