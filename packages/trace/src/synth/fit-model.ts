import { blockCountOf } from '../blocks-of.ts'
import type { Corpus, Dependency, Trace } from '../corpus.ts'
import { TraceError } from '../problem.ts'
import { turnsInTime } from '../recording/turns-in-time.ts'
import { agentShapes } from './agent-shapes.ts'
import type { Distribution } from './distribution.ts'
import { fitAgent } from './fit-agent.ts'
import { quantileTable } from './quantile-table.ts'
import type { TraceModel } from './trace-model.ts'

/**
 * The model of a corpus: made from it, `synthCorpus` gives one with the same distributions. What a corpus does not have (think times of
 * traces of one turn, say) is as in recorded coding sessions, and only turned to by whoever asks for longer ones.
 *
 * @throws TraceError where no root session has a turn.
 */
export function fitModel(corpus: Corpus): TraceModel {
  const roots = corpus.traces.map(({ sessions }) => sessions[0]!)
  const children = corpus.traces.flatMap(({ sessions }) => sessions.slice(1))
  const requests = [...roots, ...children].reduce((sum, { turns }) => sum + turns.length, 0)
  if (requests === 0) throw new TraceError('no requests to fit a model to; name traces that have some')
  const { blockSize } = corpus
  const sharedStart = corpus.blockScope === 'global' ? sharedStartOf(corpus) : undefined
  const root = fitAgent(roots, agentShapes.root)
  return {
    schema: 'trace-model/1',
    fittedTo: { traces: corpus.traces.length, requests },
    blockSize,
    root,
    subagent: children.length > 0 ? fitAgent(children, root) : { ...root, ...recordedSubagent },
    family: familyOf(corpus.traces),
    ...(sharedStart && { sharedStart }),
  }
}

/** What differs between subagents and their parents where there are none to look at. */
const { turns, toolTokens, systemTokens, firstTokens } = agentShapes.subagent
const recordedSubagent = { turns, toolTokens, systemTokens, firstTokens }

const oneLevel: Distribution = [
  [0, 1],
  [1, 1],
]

function familyOf(traces: readonly Trace[]): TraceModel['family'] {
  const families = traces.filter(({ sessions }) => sessions.length > 1)
  const launches = families.map(launchesOf)
  const needs = families.flatMap(({ sessions }) =>
    sessions.flatMap(({ turns: own }) => own.flatMap((turn) => turn.needs)),
  )
  const groups = launches.reduce((sum, sizes) => sum + sizes.length, 0)
  const recorded = agentShapes.family
  return {
    launchMs: quantileTable(delaysOf(needs, 'spawn')) ?? recorded.launchMs,
    resumeMs: quantileTable(delaysOf(needs, 'join')) ?? recorded.resumeMs,
    groupSizes: quantileTable(launches.flat()) ?? recorded.groupSizes,
    turnsPerGroup: families.length === 0 ? recorded.turnsPerGroup : turnsPerGroup(traces, groups / families.length),
    share: families.length / traces.length,
    backgroundShare: families.length === 0 ? 0 : families.filter(hasBackground).length / families.length,
    depths: quantileTable(families.map(depthOf)) ?? oneLevel,
  }
}

/** So that a root starts `groups` on average: one, and one more for every so many turns. */
function turnsPerGroup(traces: readonly Trace[], groups: number): number {
  const turnsOf = traces.map(({ sessions }) => sessions[0]!.turns.length)
  const meanAt = (turnsEach: number) =>
    turnsOf.reduce((sum, own) => sum + 1 + Math.floor(own / turnsEach), 0) / turnsOf.length
  let [low, high] = [1, 1 + turnsOf.reduce((most, own) => Math.max(most, own), 0)]
  for (let step = 0; step < 40; step += 1) {
    const middle = (low + high) / 2
    if (meanAt(middle) > groups) low = middle
    else high = middle
  }
  return high
}

/** How many subagents of the root were started together, for each time that any were. */
function launchesOf({ sessions }: Trace): number[] {
  const sizes = new Map<number, number>()
  for (const { parent, launch, turns: own } of sessions) {
    if (parent !== 0) continue
    const after = launch?.afterTurn ?? own[0]?.needs[0]?.on.turn ?? 0
    sizes.set(after, (sizes.get(after) ?? 0) + 1)
  }
  return [...sizes.values()]
}

function delaysOf(needs: readonly Dependency[], relation: Dependency['relation']): number[] {
  return needs
    .filter((need) => need.relation === relation && need.trigger === 'completion')
    .map(({ delayMs }) => delayMs)
}

function hasBackground({ sessions }: Trace): boolean {
  return sessions.some(
    ({ parent, turns: own }) => parent !== undefined && own[0]?.needs.some(({ relation }) => relation === 'background'),
  )
}

function depthOf({ sessions }: Trace): number {
  const depths: number[] = []
  for (const { parent } of sessions) depths.push(parent === undefined ? 0 : depths[parent]! + 1)
  return depths.reduce((most, depth) => Math.max(most, depth), 0)
}

/** In the order of their times: how much of a first prompt earlier traces hold. */
function sharedStartOf({ traces }: Corpus): TraceModel['sharedStart'] {
  const seenIn = new Map<number, Trace>()
  const shares: number[] = []
  for (const { trace, session, turn } of turnsInTime(traces)) {
    const { ownBlocks } = trace.sessions[session]!.turns[turn]!
    if (session === 0 && turn === 0) {
      const isForeign = (id: number) => (seenIn.get(id) ?? trace) !== trace
      const own = ownBlocks.findIndex((id) => !isForeign(id))
      const blocks = blockCountOf(trace.sessions[0]!, 0)
      if (blocks > 0) shares.push((own < 0 ? blocks : own) / blocks)
    }
    for (const id of ownBlocks) if (!seenIn.has(id)) seenIn.set(id, trace)
  }
  const keptShare = shares.some((each) => each > 0) ? quantileTable(shares, { digits: 4 }) : undefined
  return keptShare && { keptShare }
}
