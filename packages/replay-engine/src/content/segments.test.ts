import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Segment, Segmenter } from './segments.ts'
import { sketchedSession, type TurnSketch, turnSketches } from './sketched-session.fixture.ts'
import { NO_OVERHEAD, type TemplateOverhead } from './template-overhead.ts'

const all = Number.POSITIVE_INFINITY

describe('Segmenter', () => {
  test('a first turn is the system message, in whole blocks, and the user', () => {
    expect(cut([{ keep: 0, add: 5, tail: 10, reply: 0 }], { systemTokens: 100 })).toEqual(['S0+2 U2+3~10'])
  })

  test('growth: the reply takes the new blocks it would fill, the user the rest', () => {
    const turns = [
      { keep: 0, add: 4, tail: 10, reply: 70 },
      { keep: all, add: 5, tail: 20, reply: 1000 },
      { keep: all, add: 3, tail: 20, reply: 0 },
      { keep: all, add: 1, tail: 0, reply: 0 },
    ]
    expect(cut(turns, { systemTokens: 64 })).toEqual([
      'S0+1 U1+3~10',
      'S0+1 U1+3 A4+2 U6+3~20',
      'S0+1 U1+3 A4+2 U6+3 A9+3 U12+0~20',
      'S0+1 U1+3 A4+2 U6+3 A9+3 U12+1',
    ])
  })

  test('compaction to the system message goes on with the user', () => {
    const turns = [
      { keep: 0, add: 9, tail: 0, reply: 500 },
      { keep: 2, add: 3, tail: 5, reply: 0 },
    ]
    expect(cut(turns, { systemTokens: 128 })).toEqual(['S0+2 U2+7', 'S0+2 U2+3~5'])
  })

  test('a fresh start has no system message', () => {
    const turns = [
      { keep: 0, add: 9, tail: 0, reply: 500 },
      { keep: 0, add: 3, tail: 5, reply: 0 },
    ]
    expect(cut(turns, { systemTokens: 128 })).toEqual(['S0+2 U2+7', 'U0+3~5'])
  })

  test('a cut inside the reply goes on with the reply', () => {
    const turns = [
      { keep: 0, add: 2, tail: 0, reply: 256 },
      { keep: all, add: 6, tail: 0, reply: 64 },
      { keep: 4, add: 3, tail: 0, reply: 0 },
    ]
    expect(cut(turns)).toEqual(['U0+2', 'U0+2 A2+4 U6+2', 'U0+2 A2+3 U5+2'])
  })

  test('the same prompt again is the same messages', () => {
    const turns = [
      { keep: 0, add: 2, tail: 30, reply: 256 },
      { keep: all, add: 0, tail: 30, reply: 256 },
    ]
    expect(cut(turns)).toEqual(['U0+2~30', 'U0+2~30'])
  })

  test('a tail too short for a message of its own makes the user keep a block', () => {
    const turns = [
      { keep: 0, add: 2, tail: 0, reply: 256 },
      { keep: all, add: 3, tail: 15, reply: 0 },
    ]
    expect(cut(turns)).toEqual(['U0+2', 'U0+2 A2+2 U4+1~15'])
    expect(cut(turns.map((turn) => ({ ...turn, tail: 16 })))).toEqual(['U0+2~16', 'U0+2 A2+3 U5+0~16'])
  })

  test('a later turn that adds nothing finds the user at its end', () => {
    const turns = [
      { keep: 0, add: 2, tail: 0, reply: 192 },
      { keep: all, add: 5, tail: 20, reply: 0 },
      { keep: 4, add: 0, tail: 3, reply: 0 },
    ]
    // Without the third turn the reply would have had three blocks.
    expect(cut(turns.slice(0, 2))[1]).toBe('U0+2 A2+3 U5+2~20')
    expect(cut(turns)).toEqual(['U0+2', 'U0+2 A2+1 U3+4~20', 'U0+2 A2+1 U3+1~3'])
  })

  test('a chat template that adds much makes short messages longer', () => {
    const turns = [
      { keep: 0, add: 2, tail: 0, reply: 128 },
      { keep: all, add: 4, tail: 30, reply: 0 },
    ]
    expect(cut(turns, { userToAssistant: 29 })[1]).toBe('U0+2 A2+2 U4+2~30')
    expect(cut(turns, { userToAssistant: 30 })[1]).toBe('U0+2 A2+2 U4+2~30')
    expect(cut([turns[0]!, { ...turns[1]!, add: 2 }], { userToAssistant: 29 })[1]).toBe('U0+2 A2+2 U4+0~30')
    expect(cut([turns[0]!, { ...turns[1]!, add: 2 }], { userToAssistant: 30 })[1]).toBe('U0+2 A2+1 U3+1~30')
  })

  test('a filler too short for what ends a prompt leaves its message short for good, where a reply goes on', () => {
    const turns = [
      { keep: 0, add: 2, tail: 3, reply: 64 },
      { keep: all, add: 3, tail: 20, reply: 64 },
      { keep: all, add: 3, tail: 20, reply: 0 },
      { keep: 2, add: 1, tail: 20, reply: 0 },
    ]
    const added = { userToAssistant: 5, behindLast: 5 }
    expect(cut(turns, added)).toEqual(['U0+2~3', 'U0+2-2 A2+1 U3+2~20', 'U0+2-2 A2+1 U3+2 A5+1 U6+2~20', 'U0+3~20'])
    // With no reply it is the user who goes on; and what stands before a reply must be as long as what is left out.
    expect(cut([{ ...turns[0]!, reply: 0 }, turns[1]!], added)[1]).toBe('U0+5~20')
    expect(cut(turns.slice(0, 2), { ...added, userToAssistant: 1 })[1]).toBe('U0+2 A2+1 U3+2~20')
  })

  test('an empty prompt is one empty message of the user', () => {
    expect(cut([{ keep: 0, add: 0, tail: 0, reply: 0 }])).toEqual(['U0+0'])
  })

  test('there is no turn beyond the last', () => {
    const session = sketchedSession([{ keep: 0, add: 1, tail: 0, reply: 0 }])
    expect(() => new Segmenter({ blockSize: 64 }).segmentsOf(session, 1)).toThrow(RangeError)
  })

  const anyBlockSize = fc.constantFrom(4, 16, 64, 512)

  test.each([4, 16, 64, 512])(
    'any session, blocks of %i: the messages of a turn are a conversation of the right length',
    (blockSize) => {
      fc.assert(
        fc.property(turnSketches(blockSize), fc.nat(6 * blockSize), (turns, systemTokens) => {
          const session = sketchedSession(turns, { blockSize, systemTokens })
          const segmenter = new Segmenter({ blockSize })
          for (const [t, turn] of session.turns.entries()) {
            const segments = segmenter.segmentsOf(session, t)
            expect(tokensOf(segments, blockSize)).toBe(turn.inputTokens)
            expect(segments.map((s) => s.role).join(' ')).toMatch(/^(system )?user( assistant user)*$/)
            expect(segments.slice(0, -1).every((s) => s.tailTokens === 0 && s.blockCount > 0)).toBe(true)
            expect(segments.every((s, i) => i === 0 || s.blockStart === endOf(segments[i - 1]!))).toBe(true)
          }
        }),
      )
    },
  )

  test('any session: no message is too short, except where the whole prompt is', () => {
    fc.assert(
      fc.property(turnSketches(), (turns) => {
        const session = sketchedSession(turns)
        const segmenter = new Segmenter({ blockSize: 64 })
        for (const [t, turn] of session.turns.entries()) {
          const shortest = Math.min(...segmenter.segmentsOf(session, t).map((s) => tokensOf([s], 64)))
          expect(shortest).toBeGreaterThanOrEqual(Math.min(16, turn.inputTokens))
        }
      }),
    )
  })

  test('any session: what only grows keeps its message boundaries', () => {
    fc.assert(
      fc.property(turnSketches(), fc.nat(300), (turns, systemTokens) => {
        const session = sketchedSession(turns, { systemTokens })
        const segmenter = new Segmenter({ blockSize: 64 })
        for (let t = 1; t < session.turns.length; t += 1) {
          const before = segmenter.segmentsOf(session, t - 1)
          const blocks = Math.max(...before.map(endOf))
          if (session.turns[t]!.sharedBlocks < blocks) continue
          expect(boundaries(segmenter.segmentsOf(session, t), blocks)).toEqual(boundaries(before, blocks))
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('any session: what a turn is cut into does not depend on which turn was asked for first', () => {
    fc.assert(
      fc.property(turnSketches(), anyBlockSize, (turns, blockSize) => {
        const session = sketchedSession(turns, { blockSize })
        const last = session.turns.length - 1
        const forwards = new Segmenter({ blockSize })
        for (let t = 0; t < last; t += 1) forwards.segmentsOf(session, t)
        expect(forwards.segmentsOf(session, last)).toEqual(new Segmenter({ blockSize }).segmentsOf(session, last))
      }),
    )
  })
})

function cut(
  turns: readonly TurnSketch[],
  { systemTokens = 0, ...added }: { systemTokens?: number } & Partial<TemplateOverhead> = {},
): string[] {
  const session = sketchedSession(turns, { systemTokens })
  const segmenter = new Segmenter({ blockSize: 64, overhead: { ...NO_OVERHEAD, ...added } })
  return turns.map((_, t) => segmenter.segmentsOf(session, t).map(brief).join(' '))
}

/** `U2+3~10`: the user's, three blocks from block 2 on, and ten tokens; `U2+3-2` gives up two. */
function brief({ role, blockStart, blockCount, tailTokens, shortBy }: Segment): string {
  const end = tailTokens > 0 ? `~${tailTokens}` : shortBy === undefined ? '' : `-${shortBy}`
  return `${role.charAt(0).toUpperCase()}${blockStart}+${blockCount}${end}`
}

function tokensOf(segments: readonly Segment[], blockSize: number): number {
  return segments.reduce((sum, { blockCount, tailTokens }) => sum + blockCount * blockSize + tailTokens, 0)
}

function endOf({ blockStart, blockCount }: Segment): number {
  return blockStart + blockCount
}

function boundaries(segments: readonly Segment[], blocks: number): string[] {
  return segments.filter((s) => s.blockStart < blocks).map((s) => `${s.role} ${s.blockStart}`)
}
