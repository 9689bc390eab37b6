import { type Corpus, synthCorpus } from '@reprise/trace'
import { blocksOf } from '@reprise/trace/blocks'
import { havePublicTraces, isWhole, publicTraces } from '@reprise/trace/public-traces'
import { describe, expect, test } from 'vitest'
import { type Segment, Segmenter } from './segments.ts'
import { NO_OVERHEAD, type TemplateOverhead, tokensBefore } from './template-overhead.ts'
import { wordRanges } from './word-ranges.ts'

const synthetic = synthCorpus({ seed: 3, traces: 20 })
/** Of the recorded ones; `lost`: blocks of a prompt that a template of so many tokens moves. */
const recorded = isWhole
  ? { turns: 25_028, growing: 22_898, reusing: 24_582, lost: { marked: 3, headed: 3, thinking: 4 } }
  : { turns: 3_123, growing: 2_862, reusing: 3_078, lost: { marked: 2, headed: 2, thinking: 3 } }

describe('every turn of a corpus is a conversation of the right length that keeps what it does not change', () => {
  test('synthetic', () => {
    expect(check(synthetic).growing).toBeGreaterThan(100)
  })

  test.skipIf(!havePublicTraces)('recorded', async () => {
    const { turns, growing } = recorded
    expect(check(await publicTraces())).toEqual({ turns, growing })
  })
})

interface Template extends TemplateOverhead {
  /** Of what stands behind a message, so many tokens are its own end. */
  readonly tailTokens: number
}

const none: Template = { ...NO_OVERHEAD, tailTokens: 0 }
/** Three tokens before each message, two behind it, and to open a reply what stands before one. */
const marked: Template = {
  beforeUser: 3,
  beforeSystem: 3,
  systemToUser: 5,
  userToAssistant: 5,
  assistantToUser: 5,
  behindLast: 5,
  tailTokens: 2,
}
/** Four before, one behind, one at the head of the prompt. */
const headed: Template = { ...marked, beforeUser: 5, beforeSystem: 5, tailTokens: 1 }
/** The same, and two more to open a reply than stand before one. */
const thinking: Template = { ...headed, behindLast: 7 }

describe('on a chat template every prompt is exact, and shares what it keeps', () => {
  test.each([
    ['no template', none],
    ['marked', marked],
    ['headed', headed],
    ['thinking', thinking],
  ])('synthetic, %s', (_, overhead) => {
    const { turns, exact, reusing, whole } = checkTemplate(synthetic, overhead)
    expect(exact).toBe(turns)
    expect(whole / reusing).toBeGreaterThan(0.95)
  })

  test.skipIf(!havePublicTraces).each([
    ['no template', none, 0],
    ['marked', marked, recorded.lost.marked],
    ['headed', headed, recorded.lost.headed],
    ['thinking', thinking, recorded.lost.thinking],
  ])('recorded, %s', async (_, overhead, lostBlocks) => {
    const { turns, reusing } = recorded
    const whole = reusing - lostBlocks
    expect(checkTemplate(await publicTraces(), overhead)).toEqual({
      turns,
      exact: turns,
      reusing,
      whole,
      lostBlocks,
    })
  })
})

function check(corpus: Corpus): { turns: number; growing: number } {
  const { blockSize, traces } = corpus
  const segmenter = new Segmenter({ blockSize })
  const found = { turns: 0, growing: 0 }
  for (const session of traces.flatMap((trace) => trace.sessions)) {
    let before: readonly Segment[] = []
    for (const [t, turn] of session.turns.entries()) {
      const segments = segmenter.segmentsOf(session, t)
      const lengths = segments.map(({ blockCount, tailTokens }) => blockCount * blockSize + tailTokens)
      const roles = segments.map(({ role }) => role).join(' ')
      if (lengths.reduce((sum, length) => sum + length) !== turn.inputTokens) expect.fail(`${session.id} ${t}: length`)
      if (Math.min(...lengths) < 16) expect.fail(`${session.id} ${t}: a message of ${Math.min(...lengths)} tokens`)
      if (!/^(system )?user( assistant user)*$/.test(roles)) expect.fail(`${session.id} ${t}: ${roles}`)
      const blocks = endOf(before)
      if (before.length > 0 && turn.sharedBlocks >= blocks) {
        found.growing += 1
        if (boundaries(segments, blocks) !== boundaries(before, blocks)) expect.fail(`${session.id} ${t}: boundaries`)
      }
      found.turns += 1
      before = segments
    }
  }
  return found
}

function endOf(segments: readonly Segment[]): number {
  const last = segments.at(-1)
  return last ? last.blockStart + last.blockCount : 0
}

function boundaries(segments: readonly Segment[], blocks: number): string {
  const started = segments.filter(({ blockStart }) => blockStart < blocks)
  return started.map(({ role, blockStart }) => `${role} ${blockStart}`).join()
}

/** A run of tokens that is equal to another where both are of the same content and begin at the same place in it. */
interface Run {
  readonly content: string | number
  readonly from: number
  readonly tokens: number
}

/** `reusing`: turns that keep blocks of the turn before; `whole`: those of them whose prompt shares them all. */
function checkTemplate(corpus: Corpus, overhead: Template) {
  const { blockSize, traces } = corpus
  const segmenter = new Segmenter({ blockSize, overhead })
  const found = { turns: 0, exact: 0, reusing: 0, whole: 0, lostBlocks: 0 }
  for (const session of traces.flatMap((trace) => trace.sessions)) {
    let before: readonly Run[] = []
    let blocksBefore = 0
    for (const [t, { inputTokens, sharedBlocks }] of session.turns.entries()) {
      const runs = runsOf(segmenter.segmentsOf(session, t), {
        overhead,
        blockSize,
        blocks: blocksOf(session, t),
        turn: t,
      })
      const blocks = endOf(segmenter.segmentsOf(session, t))
      const kept = Math.min(blocksBefore, sharedBlocks, blocks)
      found.turns += 1
      found.exact += runs.reduce((sum, { tokens }) => sum + tokens, 0) === inputTokens ? 1 : 0
      if (kept > 0) {
        const lost = kept - Math.floor(commonTokens(before, runs) / blockSize)
        found.reusing += 1
        found.whole += lost <= 0 ? 1 : 0
        found.lostBlocks += Math.max(0, lost)
      }
      before = runs
      blocksBefore = blocks
    }
  }
  return found
}

function runsOf(
  segments: readonly Segment[],
  prompt: {
    readonly overhead: Template
    readonly blockSize: number
    readonly blocks: Uint32Array
    readonly turn: number
  },
): Run[] {
  const { overhead, blockSize, blocks, turn } = prompt
  const runs: Run[] = []
  for (const [i, { from, to }] of wordRanges(segments, prompt).entries()) {
    const { role, blockStart, blockCount } = segments[i]!
    const previous = segments[i - 1]?.role
    const tailTokens = previous === undefined ? 0 : overhead.tailTokens
    const headTokens = tokensBefore(overhead, role, previous) - tailTokens
    runs.push({ content: 'tail', from: 0, tokens: tailTokens }, { content: role, from: 0, tokens: headTokens })
    for (let at = 0; at < blockCount; at += 1) {
      const first = Math.max(from - at * blockSize, 0)
      const last = Math.min(to - at * blockSize, blockSize)
      if (last > first) runs.push({ content: blocks[blockStart + at]!, from: first, tokens: last - first })
    }
    const filler = Math.max(from, blockCount * blockSize)
    if (to > filler) runs.push({ content: `filler ${turn}`, from: filler, tokens: to - filler })
  }
  const openingTokens = overhead.behindLast - overhead.tailTokens
  runs.push({ content: 'tail', from: 0, tokens: overhead.tailTokens })
  return [...runs, { content: 'assistant', from: 0, tokens: openingTokens }]
}

function commonTokens(one: readonly Run[], other: readonly Run[]): number {
  let tokens = 0
  for (const [i, run] of one.entries()) {
    const its = other[i]
    if (its?.content !== run.content || its.from !== run.from) break
    tokens += Math.min(run.tokens, its.tokens)
    if (its.tokens !== run.tokens) break
  }
  return tokens
}
