import type { Corpus } from '../corpus.ts'
import { corpusDigest } from '../corpus-digest.ts'
import { TraceError } from '../problem.ts'
import { agentShapes } from './agent-shapes.ts'
import { valueAt } from './distribution.ts'
import { drawTraces, type TracePlan } from './draw-traces.ts'
import type { Knobs } from './session-tree.ts'
import type { Shapes } from './shapes.ts'
import { stretchTo } from './stretch.ts'
import type { TraceModel } from './trace-model.ts'

export interface SynthOptions extends Partial<Knobs> {
  readonly seed: number
  readonly traces: number
  /** Share of traces with subagents. Default 0.44, or the model's. Source: the cc-traces-weka-062126 data set. */
  readonly subagentShare?: number
  /** How deep subagents nest: 0, none; 1, those of the root; and so on. Default: 1, and 2 in every third trace; or the model's. */
  readonly depth?: number
  /** Default 64, or the model's. */
  readonly blockSize?: number
  /** What to be like. Default: recorded agentic coding sessions. */
  readonly model?: TraceModel
}

const modelName = 'synthetic'
const neutral: Knobs = {
  ...{ scale: 1, turnScale: 1, thinkScale: 1, growthScale: 1, compactionScale: 1, fanOutScale: 1 },
}

/**
 * A made-up corpus with the shapes of recorded agentic coding sessions, or of the model's. The same options always give the same corpus.
 *
 * Numbers of turns are drawn one from each of `traces` equal slices of their distribution, so that a small corpus too has short
 * and long sessions. Of the traces with subagents, every third has one that nobody waits for, and every third one with a
 * subagent of its own. With a model these shares are its own; prompts are drawn turn by turn, and their lengths then stretched so that
 * their distribution is the model's.
 *
 * @throws TraceError when an option is out of range.
 */
export function synthCorpus(options: SynthOptions): Corpus {
  const { seed, traces: count, model } = options
  const knobs = knobsOf(options)
  const plan = planOf(options)
  requireWhole('traces', count, 1)
  requireWhole('blockSize', plan.blockSize, 1)
  if (!(plan.subagentShare >= 0 && plan.subagentShare <= 1))
    throw new TraceError('subagentShare: give a share from 0 to 1')
  if (options.depth !== undefined) requireWhole('depth', options.depth, 0)
  const lengthOf = model && stretchOf(model, { seed, count, plan })
  const traces = drawTraces({
    ...{ seed, count, plan, knobs },
    // Drawn at a scale, a length is stretched as it would be at scale 1.
    lengthOf: (agent, drawn) =>
      lengthOf ? Math.max(1, Math.round(knobs.scale * lengthOf[agent](drawn / knobs.scale))) : drawn,
  })
  const subagentTimes = traces.some((trace) => trace.sessions.length > 1) ? 'completion-relative' : 'none'
  const corpus = {
    schema: 'corpus/1',
    blockSize: plan.blockSize,
    blockScope: plan.shapes.sharedStart ? 'global' : 'local',
    origin: { format: 'weka', subagentTimes },
    traces,
  } as const
  return { ...corpus, digest: corpusDigest(corpus) }
}

/** Too few traces would be stretched to what only many are like. */
const fewestToStretchBy = 200

/** What makes drawn lengths those of the model, for each kind of agent: by what the generator draws for it when nothing is changed. */
function stretchOf(model: TraceModel, { seed, count, plan }: { seed: number; count: number; plan: TracePlan }) {
  const enough = Math.max(count, fewestToStretchBy)
  const drawn = drawTraces({
    seed,
    count: enough,
    plan: withoutStart(plan),
    knobs: neutral,
    lengthOf: (_, tokens) => tokens,
  })
  const lengthsOf = (isOf: (session: number) => boolean) =>
    drawn.flatMap(({ sessions }) =>
      sessions.filter((_, index) => isOf(index)).flatMap(({ turns }) => turns.map(({ inputTokens }) => inputTokens)),
    )
  const stretch = (wanted: TraceModel['root']['inputTokens'], lengths: readonly number[]) =>
    wanted ? stretchTo(wanted, lengths) : (tokens: number) => tokens
  return {
    root: stretch(
      model.root.inputTokens,
      lengthsOf((index) => index === 0),
    ),
    subagent: stretch(
      model.subagent.inputTokens,
      lengthsOf((index) => index > 0),
    ),
  }
}

function withoutStart({ shapes: { sharedStart: _, ...shapes }, ...plan }: TracePlan): TracePlan {
  return { ...plan, shapes }
}

function planOf({ subagentShare, depth, blockSize, model }: SynthOptions): TracePlan {
  const family = model?.family
  // Of so many traces with subagents, those of one in three.
  const third = (position: number, which: number) => position % 3 === which
  return {
    shapes: model ?? (agentShapes as Shapes),
    blockSize: blockSize ?? model?.blockSize ?? 64,
    model: modelName,
    isEven: model !== undefined,
    subagentShare: subagentShare ?? family?.share ?? 0.44,
    depthOf: (position, of) =>
      depth ?? (family ? Math.round(valueAt(family.depths, (position + 0.5) / of)) : third(position, 1) ? 2 : 1),
    hasBackground: (position, of) => (family ? position < Math.round(family.backgroundShare * of) : third(position, 0)),
  }
}

function knobsOf(options: SynthOptions): Knobs {
  const given = Object.fromEntries(
    Object.keys(neutral).map((name) => [name, options[name as keyof Knobs] ?? neutral[name as keyof Knobs]]),
  ) as unknown as Knobs
  for (const name of ['scale', 'turnScale', 'growthScale', 'fanOutScale'] as const) requireAbove0(name, given[name])
  for (const name of ['thinkScale', 'compactionScale'] as const) requireAtLeast0(name, given[name])
  return given
}

/** @throws TraceError */
export function requireWhole(name: string, value: number, min: number): void {
  if (!Number.isSafeInteger(value) || value < min)
    throw new TraceError(`${name}: give a whole number of at least ${min}`)
}

function requireAbove0(name: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) throw new TraceError(`${name}: give a number above 0`)
}

function requireAtLeast0(name: string, value: number): void {
  if (!(value >= 0 && Number.isFinite(value))) throw new TraceError(`${name}: give a number of at least 0`)
}
