import type { Corpus, Dependency, Session, Trace, Turn } from '@reprise/trace'

/** A turn as a test writes it. Blocks are whole prompts: the fixture finds what is shared. */
export interface TurnSketch {
  /** Default: 64 tokens for each block and 10 more. */
  readonly inputTokens?: number
  /** Default 10. */
  readonly outputTokens?: number
  /** Default: those of the turn before and one new. */
  readonly blocks?: readonly number[]
  /** Delay after the turn before ended; default 0. */
  readonly thinkMs?: number
  /** When it was recorded; default 0. */
  readonly startMs?: number
  /** Server time as recorded; default: none. */
  readonly apiMs?: number
  /** Beside the turn before. */
  readonly needs?: readonly Dependency[]
}

export interface SessionSketch {
  readonly id: string
  readonly parent?: number
  /** Of the head of every prompt; default 0. */
  readonly systemTokens?: number
  readonly turns: readonly TurnSketch[]
}

/** A trace of one session with so many turns, each due `thinkMs` after the one before. */
export function plainTrace(id: string, turns: number, thinkMs = 0): Trace {
  return traceOf(id, [{ id: 'root', turns: Array.from({ length: turns }, () => ({ thinkMs })) }])
}

/** `startMs`: when it began, since the start of the recording. */
export function traceOf(id: string, sessions: readonly SessionSketch[], startMs?: number): Trace {
  return { id, models: ['m'], ...(startMs !== undefined && { startMs }), sessions: sessions.map(sessionOf) }
}

/** Block size 64. The digest is that of nothing in particular: the fixture's corpora are told apart by `digest`. */
export function corpusOf(
  traces: readonly Trace[],
  { digest = 'fixture', blockScope = 'local' }: Partial<Pick<Corpus, 'digest' | 'blockScope'>> = {},
): Corpus {
  return {
    schema: 'corpus/1',
    digest,
    blockSize: 64,
    blockScope,
    origin: { format: 'weka', subagentTimes: 'none' },
    traces,
  }
}

/** `on(0, 3)`: after the end of turn 3 of session 0. */
export function on(
  session: number,
  turn: number,
  { trigger = 'completion', delayMs = 0, relation = 'sequence' }: Partial<Omit<Dependency, 'on'>> = {},
): Dependency {
  return { on: { session, turn }, trigger, delayMs, relation }
}

function sessionOf(sketch: SessionSketch, index: number): Session {
  const turns: Turn[] = []
  let previous: readonly number[] = []
  for (const [t, turn] of sketch.turns.entries()) {
    const blocks = turn.blocks ?? [...previous, 1_000 * (index + 1) + t]
    const sharedBlocks = t === 0 ? 0 : commonPrefix(previous, blocks)
    const sequence = t === 0 ? [] : [on(index, t - 1, { delayMs: turn.thinkMs ?? 0 })]
    turns.push({
      inputTokens: turn.inputTokens ?? blocks.length * 64 + 10,
      outputTokens: turn.outputTokens ?? 10,
      sharedBlocks,
      ownBlocks: Uint32Array.from(blocks.slice(sharedBlocks)),
      startMs: turn.startMs ?? 0,
      ...(turn.apiMs !== undefined && { apiMs: turn.apiMs }),
      model: 'm',
      inputKinds: [],
      outputKinds: [],
      needs: [...sequence, ...(turn.needs ?? [])],
    })
    previous = blocks
  }
  const { id, parent } = sketch
  return { id, ...(parent !== undefined && { parent }), toolTokens: 0, systemTokens: sketch.systemTokens ?? 0, turns }
}

function commonPrefix(a: readonly number[], b: readonly number[]): number {
  let length = 0
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1
  return length
}
