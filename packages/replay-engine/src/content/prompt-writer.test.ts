import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PromptContent } from '../target/target.ts'
import { plainMessages } from './plain-prompt.fixture.ts'
import { PromptWriter } from './prompt-writer.ts'
import { Segmenter } from './segments.ts'
import { sketchedSession, turnSketches } from './sketched-session.fixture.ts'
import { NO_OVERHEAD, type TemplateOverhead } from './template-overhead.ts'
import { WORDS } from './words.ts'

const template: TemplateOverhead = { base: 7, baseWithSystem: 9, user: 5, assistant: 4 }
const writers = new Map<string, PromptWriter>()

test('blocks are words with single spaces, and equal ids are equal words wherever they stand', () => {
  const [message] = writer().messagesOf(prompt({ blocks: [7, 8, 7] }), user(3))
  const words = message!.content.split(' ')
  expect(words).toHaveLength(192)
  expect(words.every((word) => WORDS.includes(word))).toBe(true)
  expect(words.slice(0, 64)).toEqual(words.slice(128))
  expect(words.slice(0, 64)).not.toEqual(words.slice(64, 128))
})

test('the bytes of a block are these, whatever writes them', () => {
  const [message] = writer().messagesOf(prompt({ blocks: [7] }), user(1))
  expect(message!.content.split(' ').slice(0, 10).join(' ')).toBe(
    'drop draw expl beta also killer rates cakes dogs acid',
  )
})

test('any session, any template, any words: what is written is what the plain way of writing gives', () => {
  const overhead = fc.record({ base: fc.nat(200), baseWithSystem: fc.nat(90), user: fc.nat(70), assistant: fc.nat(15) })
  const words = fc.oneof(
    fc.constant(WORDS),
    fc.array(fc.stringMatching(/^[a-z]{1,15}$/), { minLength: 1, maxLength: 30 }),
  )
  const blockSizes = fc.constantFrom(1, 3, 16, 64, 100)
  fc.assert(
    fc.property(
      blockSizes.chain((blockSize) => fc.tuple(fc.constant(blockSize), turnSketches(blockSize))),
      overhead,
      words,
      fc.nat(300),
      ([blockSize, turns], overhead, words, systemTokens) => {
        const session = sketchedSession(turns, { blockSize, systemTokens })
        const segmenter = new Segmenter({ blockSize })
        const options = { words, overhead, blockSize }
        const writer = new PromptWriter(options)
        for (const t of session.turns.keys()) {
          const segments = segmenter.segmentsOf(session, t)
          const content = contentOf(session, t, blockSize)
          const written = writer.messagesOf(content, segments).map(({ role, content }) => ({ role, content }))
          expect(written).toEqual(plainMessages(content, segments, options))
        }
      },
    ),
    { numRuns: 60 },
  )
})

test.each([
  ['another seed', { seed: 2 }],
  ['another scope', { scope: 'lane 1' }],
])('%s is other content', (_, change) => {
  const differing = texts(prompt({ blocks: [1, 2, 3] }), 3).map((word, i) => {
    return word !== texts(prompt({ blocks: [1, 2, 3], ...change }), 3)[i]
  })
  expect(differing.filter(Boolean).length).toBeGreaterThan(180)
})

test('a tail is keyed by its own key and is no block', () => {
  const tail = (tailKey: string) => texts(prompt({ blocks: [], tailTokens: 64, tailKey }), 0, 64)
  expect(tail('a')).toEqual(tail('a'))
  expect(tail('a')).not.toEqual(tail('b'))
  expect(tail('0')).not.toEqual(texts(prompt({ blocks: [0] }), 1))
})

test.each([1, 2, 4, 5, 16, 63, 512])(
  'blocks of %i: two thousand of them are told apart as well as can be',
  (blockSize) => {
    const words = writer(NO_OVERHEAD, blockSize)
      .messagesOf(prompt({ blocks: Array.from({ length: 2_000 }, (_, i) => i), blockSize }), user(2_000))[0]!
      .content.split(' ')
    const blocks = new Set<string>()
    for (let i = 0; i < words.length; i += blockSize) blocks.add(words.slice(i, i + blockSize).join(' '))
    expect(words).toHaveLength(2_000 * blockSize)
    expect(blocks.size).toBeGreaterThan(blockSize === 1 ? 1_000 : 1_990)
  },
)

test('any session, any template: words and template together are the planned tokens', () => {
  const overhead = fc.record({
    base: fc.nat(40),
    baseWithSystem: fc.nat(20),
    user: fc.nat(15),
    assistant: fc.nat(15),
  })
  fc.assert(
    fc.property(turnSketches(), overhead, fc.nat(300), (turns, overhead, systemTokens) => {
      const session = sketchedSession(turns, { systemTokens })
      const segmenter = new Segmenter({ blockSize: 64, overheadTokens: 15 })
      const writer = new PromptWriter({ words: WORDS, overhead, blockSize: 64 })
      for (const [t, { inputTokens }] of session.turns.entries()) {
        const segments = segmenter.segmentsOf(session, t)
        const messages = writer.messagesOf(contentOf(session, t), segments)
        const opening = messages[0]!.role === 'system' ? overhead.baseWithSystem : overhead.base
        const tokens = messages.reduce(
          (sum, { role, content }) => sum + content.split(' ').length + (role === 'system' ? 0 : overhead[role]),
          opening,
        )
        // A prompt of a block or more holds any of these openings.
        if (inputTokens >= 64) expect(tokens).toBe(inputTokens)
      }
    }),
    { numRuns: 60 },
  )
})

test('any session: what a turn only adds to stays as it was, byte for byte, up to its last full block', () => {
  fc.assert(
    fc.property(turnSketches(), (turns) => {
      const session = sketchedSession(turns, { systemTokens: 100 })
      const segmenter = new Segmenter({ blockSize: 64 })
      const rendered = (t: number) =>
        writer(template)
          .messagesOf(contentOf(session, t), segmenter.segmentsOf(session, t))
          .map(({ role, content }) => `<${role}>${content}`)
          .join('')
      for (let t = 1; t < session.turns.length; t += 1) {
        const before = contentOf(session, t - 1)
        if (before.blocks.length === 0 || session.turns[t]!.sharedBlocks < before.blocks.length) continue
        const { blockCount, tailTokens } = segmenter.segmentsOf(session, t - 1).at(-1)!
        const tail = blockCount === 0 ? /<user>[^<]*$/ : new RegExp(`( [a-z]+){${tailTokens}}$`)
        expect(rendered(t).startsWith(rendered(t - 1).replace(tail, ''))).toBe(true)
      }
    }),
    { numRuns: 100 },
  )
})

test('what the template adds is taken from the head of each message', () => {
  const segments = [
    { role: 'system' as const, blockStart: 0, blockCount: 1, tailTokens: 0 },
    { role: 'user' as const, blockStart: 1, blockCount: 1, tailTokens: 0 },
    { role: 'assistant' as const, blockStart: 2, blockCount: 1, tailTokens: 0 },
    { role: 'user' as const, blockStart: 3, blockCount: 0, tailTokens: 30 },
  ]
  const words = (overhead: TemplateOverhead) =>
    writer(overhead)
      .messagesOf(prompt({ blocks: [1, 2, 3], tailTokens: 30 }), segments)
      .map(({ content }) => content.split(' '))
  const dropped = [template.baseWithSystem, template.user, template.assistant, template.user]
  expect(words(template)).toEqual(words(NO_OVERHEAD).map((all, i) => all.slice(dropped[i])))
})

test('a prompt shorter than its template is one word', () => {
  expect(texts(prompt({ blocks: [], tailTokens: 3 }), 0, 3, template)).toHaveLength(1)
  expect(texts(prompt({ blocks: [] }), 0, 0, template)).toHaveLength(1)
})

test('a word list that is empty, or could break a body, is refused', () => {
  const make = (words: string[]) => new PromptWriter({ words, overhead: NO_OVERHEAD, blockSize: 64 })
  expect(() => make([])).toThrow(RangeError)
  expect(() => make(['fine', 'a"b'])).toThrow(RangeError)
  expect(() => make(['fine', 'b'.repeat(16)])).toThrow(RangeError)
})

function writer(overhead: TemplateOverhead = NO_OVERHEAD, blockSize = 64): PromptWriter {
  const key = JSON.stringify([overhead, blockSize])
  const found = writers.get(key) ?? new PromptWriter({ words: WORDS, overhead, blockSize })
  writers.set(key, found)
  return found
}

function prompt(
  change: Partial<Omit<PromptContent, 'blocks'>> & { readonly blocks: readonly number[] },
): PromptContent {
  const rest = { seed: 1, scope: 'lane 0', blockSize: 64, tailTokens: 0, tailKey: 'tail' }
  return { ...rest, ...change, blocks: Uint32Array.from(change.blocks) }
}

function user(blockCount: number, tailTokens = 0) {
  return [{ role: 'user' as const, blockStart: 0, blockCount, tailTokens }]
}

function texts(from: PromptContent, blocks: number, tail = 0, overhead = NO_OVERHEAD): string[] {
  return writer(overhead).messagesOf(from, user(blocks, tail))[0]!.content.split(' ')
}

/** Ids count up over the session, so those of a turn follow from what it keeps. */
function contentOf(session: ReturnType<typeof sketchedSession>, turn: number, blockSize = 64): PromptContent {
  let ids: number[] = []
  for (const { sharedBlocks, ownBlocks } of session.turns.slice(0, turn + 1)) {
    ids = [...ids.slice(0, sharedBlocks), ...ownBlocks]
  }
  const tailTokens = session.turns[turn]!.inputTokens - ids.length * blockSize
  return prompt({ blocks: ids, blockSize, tailTokens, tailKey: `turn ${turn}` })
}
