import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PromptContent } from '../port/target.ts'
import { plainMessages } from './plain-prompt.fixture.ts'
import { contentOf, overheads, prompt } from './prompt-content.fixture.ts'
import { PromptWriter } from './prompt-writer.ts'
import { Segmenter } from './segments.ts'
import { sketchedSession, turnSketches } from './sketched-session.fixture.ts'
import { NO_OVERHEAD, type TemplateOverhead } from './template-overhead.ts'
import { WORDS } from './words.ts'

const template: TemplateOverhead = {
  beforeUser: 7,
  beforeSystem: 6,
  systemToUser: 5,
  userToAssistant: 4,
  assistantToUser: 3,
  behindLast: 8,
}
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
  const overhead = overheads(200)
  const someWords = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,15}$/), { minLength: 1, maxLength: 30 })
  const words = fc.oneof(fc.constant([...WORDS]), someWords)
  const blockSizes = fc.constantFrom(1, 3, 16, 64, 100)
  fc.assert(
    fc.property(
      blockSizes.chain((blockSize) => fc.tuple(fc.constant(blockSize), turnSketches(blockSize))),
      overhead,
      words,
      fc.integer({ min: 1, max: 3 }),
      fc.nat(300),
      ([blockSize, turns], overhead, words, oneHeadIn, systemTokens) => {
        const session = sketchedSession(turns, { blockSize, systemTokens })
        const segmenter = new Segmenter({ blockSize })
        const headWords = words.filter((_, i) => i % oneHeadIn === 0)
        const options = { words, headWords, overhead, blockSize }
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

test('any session: what a turn only adds to stays as it was, byte for byte, up to its last full block', () => {
  fc.assert(
    fc.property(turnSketches(), (turns) => {
      const session = sketchedSession(turns, { systemTokens: 100 })
      const segmenter = new Segmenter({ blockSize: 64, overhead: template })
      const written = (t: number) =>
        writer(template)
          .messagesOf(contentOf(session, t), segmenter.segmentsOf(session, t))
          .map(({ role, content }) => `<${role}>${content}`)
          .join('')
      for (let t = 1; t < session.turns.length; t += 1) {
        const before = contentOf(session, t - 1)
        if (before.blocks.length === 0 || session.turns[t]!.sharedBlocks < before.blocks.length) continue
        const { blocks, tailTokens: filler } = contentOf(session, t)
        if (blocks.length === before.blocks.length && filler < template.behindLast) continue
        const { blockCount, tailTokens } = segmenter.segmentsOf(session, t - 1).at(-1)!
        const left = Math.max(0, tailTokens - template.behindLast)
        const tail = blockCount === 0 ? /<user>[^<]*$/ : new RegExp(`( [a-z]+){${left}}$`)
        expect(written(t).startsWith(written(t - 1).replace(tail, ''))).toBe(true)
      }
    }),
    { numRuns: 100 },
  )
})

test('what the template adds is taken from the head of each message, and behind the last from its filler', () => {
  const segments = [
    { role: 'system' as const, blockStart: 0, blockCount: 1, tailTokens: 0 },
    { role: 'user' as const, blockStart: 1, blockCount: 1, tailTokens: 0 },
    { role: 'assistant' as const, blockStart: 2, blockCount: 1, tailTokens: 0 },
    { role: 'user' as const, blockStart: 3, blockCount: 1, tailTokens: 30 },
  ]
  const words = (overhead: TemplateOverhead) =>
    writer(overhead)
      .messagesOf(prompt({ blocks: [1, 2, 3, 4], tailTokens: 30 }), segments)
      .map(({ content }) => content.split(' '))
  const { beforeSystem, systemToUser, userToAssistant, assistantToUser, behindLast } = template
  const dropped = [beforeSystem, systemToUser, userToAssistant, assistantToUser]
  const whole = words(NO_OVERHEAD).map((all, i) => all.slice(dropped[i]))
  expect(words(template)).toEqual(whole.with(3, whole[3]!.slice(0, -behindLast)))
})

test('a filler that is too short is gone, and the last words of the last block with it', () => {
  expect(texts(prompt({ blocks: [1], tailTokens: 3 }), 1, 3, template)).toEqual(
    texts(prompt({ blocks: [1] }), 1).slice(template.beforeUser, 3 - template.behindLast),
  )
})

test('a message begins with a head word, and is else what it would be', () => {
  const headWords = ['drop', 'draw']
  const one = new PromptWriter({ words: WORDS, headWords, overhead: NO_OVERHEAD, blockSize: 64 })
  const written = (id: number) => one.messagesOf(prompt({ blocks: [id] }), user(1))[0]!.content.split(' ')
  for (const id of [7, 8, 9, 10]) {
    const [head, ...rest] = written(id)
    expect(headWords).toContain(head)
    expect(rest).toEqual(texts(prompt({ blocks: [id] }), 1).slice(1))
  }
  expect(written(7)).toEqual(texts(prompt({ blocks: [7] }), 1))
})

test('a prompt shorter than its template is one word', () => {
  expect(texts(prompt({ blocks: [], tailTokens: 3 }), 0, 3, template)).toHaveLength(1)
  expect(texts(prompt({ blocks: [] }), 0, 0, template)).toHaveLength(1)
})

test('a word list that is empty, or could break a body, is refused', () => {
  const make = (words: string[]) => new PromptWriter({ words, overhead: NO_OVERHEAD, blockSize: 64 })
  expect(() => make([])).toThrow(RangeError)
  expect(() => new PromptWriter({ words: ['a'], headWords: [], overhead: NO_OVERHEAD, blockSize: 64 })).toThrow(
    RangeError,
  )
  expect(() => make(['fine', 'a"b'])).toThrow(RangeError)
  expect(() => make(['fine', 'b'.repeat(16)])).toThrow(RangeError)
})

function writer(overhead: TemplateOverhead = NO_OVERHEAD, blockSize = 64): PromptWriter {
  const key = JSON.stringify([overhead, blockSize])
  const found = writers.get(key) ?? new PromptWriter({ words: WORDS, overhead, blockSize })
  writers.set(key, found)
  return found
}

function user(blockCount: number, tailTokens = 0) {
  return [{ role: 'user' as const, blockStart: 0, blockCount, tailTokens }]
}

function texts(from: PromptContent, blocks: number, tail = 0, overhead = NO_OVERHEAD): string[] {
  return writer(overhead).messagesOf(from, user(blocks, tail))[0]!.content.split(' ')
}
