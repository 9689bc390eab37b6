import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contentOf, overheads } from './prompt-content.fixture.ts'
import { PromptWriter } from './prompt-writer.ts'
import type { Role } from './role.ts'
import { type Segment, Segmenter } from './segments.ts'
import { sketchedSession, turnSketches } from './sketched-session.fixture.ts'
import { type TemplateOverhead, tokensBefore } from './template-overhead.ts'
import { WORDS } from './words.ts'

test('any session, any template: words and template together are the planned tokens', () => {
  fc.assert(
    fc.property(turnSketches(), overheads(15), fc.nat(300), (turns, overhead, systemTokens) => {
      const session = sketchedSession(turns, { systemTokens })
      const segmenter = new Segmenter({ blockSize: 64, overhead })
      const writer = new PromptWriter({ words: WORDS, overhead, blockSize: 64 })
      for (const [t, { inputTokens }] of session.turns.entries()) {
        const messages = writer.messagesOf(contentOf(session, t), segmenter.segmentsOf(session, t))
        // A prompt of a block or more holds any of these templates.
        if (inputTokens >= 64) expect(rendered(messages, overhead)).toHaveLength(inputTokens)
      }
    }),
    { numRuns: 60 },
  )
})

test('any session, any template: a turn has in common with the one before what it keeps, all of it where fillers hold the end', () => {
  const found = { whole: 0, cut: 0 }
  fc.assert(
    fc.property(turnSketches(), overheads(9), fc.nat(300), (turns, overhead, systemTokens) => {
      const prompts = promptsOf(sketchedSession(turns, { systemTokens }), overhead)
      for (const [t, now] of prompts.entries()) {
        const before = prompts[t - 1]
        const kept = keptBlocks(before, now)
        // A prompt of a block or two may be its template and little else.
        if (!before || kept === 0 || Math.min(now.blocks, before.blocks) < 2) continue
        const common = Math.floor(commonLength(before.tokens, now.tokens) / 64)
        const isShort = before.segments.some((segment) => segment.shortBy && endOf(segment) === kept)
        expect(common).toBeGreaterThanOrEqual(Math.min(isShort ? kept - 1 : kept, before.whole, now.whole))
        expect(common).toBeLessThanOrEqual(kept)
        found[common === kept ? 'whole' : 'cut'] += 1
      }
    }),
    { numRuns: 100 },
  )
  expect(Math.min(found.whole, found.cut)).toBeGreaterThan(20)
})

test('any session: where a reply is opened as one in the middle is, a turn that goes on with it has all of the one before', () => {
  const found = { held: 0, short: 0 }
  const template = fc.record({ tailTokens: fc.nat(6), headTokens: fc.nat(8) })
  fc.assert(
    fc.property(turnSketches(), template, fc.nat(300), (turns, { tailTokens, headTokens }, systemTokens) => {
      const added = tailTokens + headTokens
      const prompts = promptsOf(sketchedSession(turns, { systemTokens }), {
        beforeUser: headTokens,
        beforeSystem: headTokens,
        systemToUser: added,
        userToAssistant: added,
        assistantToUser: added,
        behindLast: added,
      })
      for (const [t, now] of prompts.entries()) {
        const before = prompts[t - 1]
        const kept = keptBlocks(before, now)
        const goesOn = now.segments.some(({ role, blockStart }) => role === 'assistant' && blockStart === kept)
        if (!before || kept < 2 || kept < before.blocks || !goesOn) continue
        expect(Math.floor(commonLength(before.tokens, now.tokens) / 64)).toBe(kept)
        found[before.whole === before.blocks ? 'held' : 'short'] += 1
      }
    }),
    { numRuns: 100 },
  )
  expect(Math.min(found.held, found.short)).toBeGreaterThan(10)
})

/** The prompts of a session on a template, and how many blocks of each are there to the last word. */
function promptsOf(session: ReturnType<typeof sketchedSession>, overhead: TemplateOverhead) {
  const segmenter = new Segmenter({ blockSize: 64, overhead })
  const writer = new PromptWriter({ words: WORDS, overhead, blockSize: 64 })
  return session.turns.map(({ sharedBlocks }, t) => {
    const content = contentOf(session, t)
    const segments = segmenter.segmentsOf(session, t)
    const tokens = rendered(writer.messagesOf(content, segments), overhead)
    const blocks = content.blocks.length
    const whole = content.tailTokens < overhead.behindLast ? blocks - 1 : blocks
    return { segments, tokens, sharedBlocks, blocks, whole }
  })
}

type Prompt = ReturnType<typeof promptsOf>[number]

function keptBlocks(before: Prompt | undefined, now: Prompt): number {
  return Math.min(now.sharedBlocks, now.blocks, before?.blocks ?? 0)
}

function endOf({ blockStart, blockCount }: Segment): number {
  return blockStart + blockCount
}

/** The tokens of a conversation: its words, and those of a template that opens a reply as one in the middle, as far as it has as many tokens. */
function rendered(messages: readonly { role: Role; content: string }[], overhead: TemplateOverhead): string[] {
  const template = (name: string, count: number) => Array.from({ length: count }, (_, i) => `<${name} ${i}>`)
  const tokens = messages.flatMap(({ role, content }, i) => {
    const previous = messages[i - 1]?.role
    return [...template(`${previous} to ${role}`, tokensBefore(overhead, role, previous)), ...content.split(' ')]
  })
  return [...tokens, ...template('user to assistant', overhead.behindLast)]
}

function commonLength(one: readonly string[], other: readonly string[]): number {
  const end = one.findIndex((token, i) => token !== other[i])
  return end < 0 ? one.length : end
}
