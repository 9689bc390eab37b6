import { blocksOf } from '@reprise/trace/blocks'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { corpusOf, on, plainTrace, traceOf } from '../corpus.fixture.ts'
import type { Play } from '../plan/play.ts'
import { rehearse } from './replay.fixture.ts'
import { SeenBlocks, SeenByScope } from './seen-blocks.ts'
import { TreePrompts } from './tree-prompts.ts'

const key = { seed: 1, scope: 's', blockSize: 64 }
const sends = { sends: true }

describe('prompts', () => {
  /** Growth, rewritten tail, compaction to the head, something else altogether, and a retry. */
  const prompts = [
    [1, 2, 3],
    [1, 2, 3, 4],
    [1, 2, 3, 5, 6],
    [1, 7],
    [8, 9],
    [8, 9],
  ]
  const trace = traceOf('a', [
    { id: 'root', turns: prompts.map((blocks) => ({ blocks, inputTokens: blocks.length * 64 + 5 })) },
  ])

  test('hold the blocks of their turn, and the rest of its tokens as a tail', () => {
    const made = new TreePrompts(trace, key, { seen: new SeenBlocks() })
    expect(prompts.map((_, turn) => [...made.next(0, turn, sends).content.blocks])).toEqual(prompts)
    expect(made.next(0, 0, sends).content).toMatchObject({ tailTokens: 5, tailKey: '0.0', ...key })
  })

  test('an infinite cache holds what was sent before: the common head, and older heads that come back', () => {
    const made = new TreePrompts(trace, key, { seen: new SeenBlocks() })
    expect(prompts.map((_, turn) => made.next(0, turn, sends).idealHitTokens / 64)).toEqual([0, 3, 3, 1, 0, 2])
  })

  test('a start inside the session finds nothing in the cache, and leaves its whole prompt there', () => {
    const made = new TreePrompts(trace, key, { seen: new SeenBlocks() })
    expect([2, 3].map((turn) => made.next(0, turn, sends).idealHitTokens / 64)).toEqual([0, 1])
  })

  test('a last block with an id of its own: the same text wherever it comes, found only behind the same blocks', () => {
    const partial = plainTrace('a', 1)
    const [session] = partial.sessions
    const turn = { ...session!.turns[0]!, partialBlock: 7 }
    const sessions = ['root', 'b', 'c'].map((id) => ({ ...session!, id, turns: [turn] }))
    const other = { ...session!, turns: [{ ...turn, ownBlocks: Uint32Array.of(77) }] }
    const made = new TreePrompts({ ...partial, sessions: [...sessions, other] }, key, { seen: new SeenBlocks() })
    const [first, second] = [made.next(0, 0, sends), made.next(1, 0, sends)]
    expect(first.content.tailKey).toBe('block 7')
    expect(second.content).toEqual(first.content)
    expect([first.idealHitTokens, second.idealHitTokens]).toEqual([0, turn.inputTokens])
    expect(made.next(3, 0, sends).idealHitTokens).toBe(0)
  })

  test('a prompt that is not sent leaves nothing', () => {
    const made = new TreePrompts(trace, key, { seen: new SeenBlocks() })
    made.next(0, 0, { sends: false })
    expect(made.next(0, 1, sends).idealHitTokens).toBe(0)
  })

  test('more ids than tokens: those that do not fit are left out, of this prompt only', () => {
    const odd = traceOf('a', [
      {
        id: 'root',
        turns: [
          { blocks: [1, 2, 3], inputTokens: 130 },
          { blocks: [1, 2, 3, 4], inputTokens: 256 },
        ],
      },
    ])
    const made = new TreePrompts(odd, key, { seen: new SeenBlocks() })
    const [first, second] = [made.next(0, 0, sends), made.next(0, 1, sends)]
    expect([...first.content.blocks, first.content.tailTokens]).toEqual([1, 2, 2])
    expect([...second.content.blocks, second.content.tailTokens]).toEqual([1, 2, 3, 4, 0])
    expect(second.idealHitTokens).toBe(128)
  })

  test('id 0 is an id, fewer tokens than a block are all tail, and no ids are no blocks', () => {
    const odd = traceOf('a', [
      {
        id: 'root',
        turns: [
          { blocks: [0, 1], inputTokens: 128 },
          { blocks: [0], inputTokens: 64 },
          { blocks: [], inputTokens: 9 },
        ],
      },
    ])
    const made = new TreePrompts(odd, key, { seen: new SeenBlocks() })
    const all = [0, 1, 2].map((turn) => made.next(0, turn, sends))
    expect(all.map(({ idealHitTokens }) => idealHitTokens)).toEqual([0, 64, 0])
    expect(all.map(({ content }) => content.tailTokens)).toEqual([0, 0, 9])
  })

  test('whatever the turns, blocks are those of the corpus and hits are those of a plain search', () => {
    const anyTurns = fc.array(fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 8 }), {
      minLength: 1,
      maxLength: 12,
    })
    fc.assert(
      fc.property(anyTurns, fc.nat({ max: 5 }), (turns, start) => {
        const sketch = turns.map((blocks) => ({ blocks, inputTokens: blocks.length * 64 }))
        const any = traceOf('a', [{ id: 'root', turns: sketch }])
        const made = new TreePrompts(any, key, { seen: new SeenBlocks() })
        const seen = new Set<number>()
        for (let turn = Math.min(start, turns.length - 1); turn < turns.length; turn += 1) {
          const { content, idealHitTokens } = made.next(0, turn, sends)
          expect(content.blocks).toEqual(blocksOf(any.sessions[0]!, turn))
          const miss = turns[turn]!.findIndex((id) => !seen.has(id))
          expect(idealHitTokens / 64).toBe(miss < 0 ? turns[turn]!.length : miss)
          for (const id of turns[turn]!) seen.add(id)
        }
      }),
    )
  })
})

describe('scopes', () => {
  test('a local scope is one play of one tree, its subagents included', async () => {
    const shared = { blocks: [1, 2], inputTokens: 128 }
    const trace = traceOf('a', [
      { id: 'root', turns: [shared] },
      { id: 'child', parent: 0, turns: [{ ...shared, needs: [on(0, 0)] }] },
    ])
    const overrides = { until: { kind: 'passes', passes: 2 } } as const
    const { records, requests } = await rehearse({ corpus: corpusOf([trace]), overrides })
    expect(records.map(({ play, idealHitTokens }) => [play, idealHitTokens])).toEqual([
      [0, 0],
      [0, 128],
      [1, 0],
      [1, 128],
    ])
    expect(requests.map(({ prompt }) => prompt.scope)).toEqual(['1/a#0', '1/a#0', '1/a#1', '1/a#1'])
  })

  test('warm-up counts as sent', async () => {
    const { records } = await rehearse({
      corpus: corpusOf([plainTrace('a', 4)]),
      overrides: { start: { min: 0.5, max: 0.5 } },
    })
    expect(records.map(({ phase, idealHitTokens }) => [phase, idealHitTokens / 64])).toEqual([
      ['warmup', 0],
      ['profiling', 3],
    ])
  })

  test('a global scope is all plays of a pass', async () => {
    const same = (id: string) => traceOf(id, [{ id: 'root', turns: [{ blocks: [1, 2], inputTokens: 128 }] }])
    const { records } = await rehearse({
      corpus: corpusOf([same('a'), same('b')], { blockScope: 'global' }),
      overrides: { until: { kind: 'passes', passes: 2 } },
    })
    expect(records.map(({ idealHitTokens }) => idealHitTokens)).toEqual([0, 128, 0, 128])
  })

  test('a pass is kept as long as any lane may still play in it', () => {
    const seen = new SeenByScope({ blockScope: 'global', kind: 'closed', slots: 2 })
    const of = (lane: number, pass: number) => seen.ofPlay({ lane, pass } as Play).seen
    const first = of(0, 0)
    const second = of(0, 1)
    expect(of(1, 0)).toBe(first)
    expect(of(1, 1)).toBe(second)
    of(0, 2)
    expect(of(1, 1)).toBe(second)
  })
})
