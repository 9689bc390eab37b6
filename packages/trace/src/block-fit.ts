import type { Corpus } from './corpus.ts'
import { idCountOf } from './id-count-of.ts'

/** How the block ids of a corpus and the lengths of its prompts go together, over the turns of all sessions. */
export interface BlockFit {
  readonly turns: number
  /** Turns with some ids, but fewer than their prompt has full blocks. What lies behind the last id is replayed as new. */
  readonly tooFewIds: number
  /** Turns with more ids than their prompt has blocks, a last one that is not full included. The ids beyond are left out. */
  readonly tooManyIds: number
  /** Turns without ids, although their prompt has a full block. */
  readonly noIds: number
  /** Turns whose prompt has no token. One token is sent, and their ids are left out. */
  readonly noInput: number
  /** Share of all input tokens that lie in blocks with an id; absent where there is no input. */
  readonly coveredShare?: number
  /** Where most turns do not fit the declared block size: the one that nearly all of these fit; absent where none is. */
  readonly likelyBlockSize?: number
}

/** Counts the turns whose ids and length do not fit. Each is counted once. */
export function blockFit(corpus: Corpus): BlockFit {
  const counts = { turns: 0, tooFewIds: 0, tooManyIds: 0, noIds: 0, noInput: 0 }
  let inputTokens = 0
  let coveredTokens = 0
  const misfits: Prompt[] = []
  for (const prompt of promptsOf(corpus)) {
    counts.turns += 1
    inputTokens += prompt.inputTokens
    coveredTokens += Math.min(prompt.ids * corpus.blockSize, prompt.inputTokens)
    const problem = problemOf(prompt, corpus.blockSize)
    if (problem === undefined) continue
    counts[problem] += 1
    if (problem === 'tooFewIds' || problem === 'tooManyIds') misfits.push(prompt)
  }
  const likelyBlockSize = 2 * misfits.length > counts.turns ? sizeThatFits(misfits) : undefined
  return {
    ...counts,
    ...(inputTokens > 0 && { coveredShare: coveredTokens / inputTokens }),
    ...(likelyBlockSize !== undefined && { likelyBlockSize }),
  }
}

interface Prompt {
  readonly inputTokens: number
  readonly ids: number
}

function* promptsOf({ traces }: Corpus): Generator<Prompt> {
  for (const { sessions } of traces) {
    for (const session of sessions) {
      for (const [turn, { inputTokens }] of session.turns.entries())
        yield { inputTokens, ids: idCountOf(session, turn) }
    }
  }
}

/** Some recorders hash a last block that is not full, and some do not. */
function problemOf({ inputTokens, ids }: Prompt, blockSize: number) {
  if (inputTokens === 0) return 'noInput'
  if (ids > Math.ceil(inputTokens / blockSize)) return 'tooManyIds'
  if (ids >= Math.floor(inputTokens / blockSize)) return undefined
  return ids === 0 ? 'noIds' : 'tooFewIds'
}

const usualSizes = [8, 16, 32, 64, 128, 256, 512, 1024, 2048]
/** Ids of another size fit all but a few turns, and ids that have nothing to do with lengths fit none. */
const mostShare = 0.9

function sizeThatFits(prompts: readonly Prompt[]): number | undefined {
  const fitting = usualSizes.map((size) => prompts.filter((prompt) => problemOf(prompt, size) === undefined).length)
  const most = Math.max(...fitting)
  return most > 0 && most >= mostShare * prompts.length ? usualSizes[fitting.indexOf(most)] : undefined
}
