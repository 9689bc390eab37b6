import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PromptHasher } from './prompt-hasher.ts'
import { ownVocabulary } from './vocabulary.ts'
import { idOf } from './words.ts'

const blockSize = 4

function digestOf(texts: readonly string[], salt?: string) {
  const hasher = new PromptHasher(salt === undefined ? { blockSize } : { blockSize, salt })
  for (const text of texts) hasher.text(text)
  return hasher.digest()
}

const words = fc.array(
  fc.string({ minLength: 1, maxLength: 6 }).filter((word) => !/\s/.test(word)),
  { maxLength: 40 },
)

test('a token is a run of characters that are not white space', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'é', '\u{1f600}', ' ', '\n', '\t', '\u00a0', '\u3000', '\ufeff') }),
      (text) => {
        expect(digestOf([text]).promptTokens).toBe(text.split(/\s+/).filter((word) => word !== '').length)
      },
    ),
  )
})

test('a full block has a key, and how the words are spaced or cut into pieces does not matter', () => {
  fc.assert(
    fc.property(words, fc.nat(), (list, cut) => {
      const whole = digestOf([list.join(' ')])
      expect(whole.blockKeys).toHaveLength(Math.floor(list.length / blockSize))
      expect(digestOf([list.join('\n  ')])).toEqual(whole)
      const at = cut % (list.length + 1)
      expect(digestOf([list.slice(0, at).join(' '), list.slice(at).join(' ')])).toEqual(whole)
    }),
  )
})

test('keys are equal up to the first differing token and different from its block on', () => {
  fc.assert(
    fc.property(
      words.filter((list) => list.length > 0),
      fc.nat(),
      fc.string({ minLength: 1 }),
      (list, pick, other) => {
        const at = pick % list.length
        const changed = other.replace(/\s/g, '')
        fc.pre(changed !== '' && changed !== list[at])
        const before = digestOf([list.join(' ')])
        const after = digestOf([list.with(at, changed).join(' ')])
        const equal = before.blockKeys.filter((key, block) => key === after.blockKeys[block]).length
        expect(equal).toBe(Math.floor(at / blockSize))
        expect(after.contentHash).not.toBe(before.contentHash)
      },
    ),
  )
})

test('no two blocks of a long, repetitive prompt share a key', () => {
  const { blockKeys } = digestOf(['word '.repeat(400_000)])
  expect(new Set(blockKeys).size).toBe(100_000)
  expect(blockKeys.every((key) => Number.isSafeInteger(key) && key > 0)).toBe(true)
})

describe('what else makes prompts the same or different', () => {
  test('letters moved over a word boundary make another prompt', () => {
    expect(digestOf(['ab c']).contentHash).not.toBe(digestOf(['a bc']).contentHash)
  })

  test('a salt changes every key and not the content', () => {
    const text = ['a b c d e f g h']
    const [bare, salted] = [digestOf(text), digestOf(text, 'salt')]
    expect(salted.contentHash).toBe(bare.contentHash)
    expect(salted.blockKeys.some((key) => bare.blockKeys.includes(key))).toBe(false)
    expect(digestOf(text, 'salt')).toEqual(salted)
    expect(digestOf(text, 'other').blockKeys).not.toEqual(salted.blockKeys)
  })

  test('ids of words that the model can say are those words', () => {
    const byId = new PromptHasher({ blockSize })
    for (const word of ['baba', 'zuzu', 'kemi', 'ladi']) ownVocabulary.readId(idOf(word), byId)
    expect(byId.digest()).toEqual(digestOf(['baba zuzu kemi ladi']))
  })

  test('template tokens of different names differ, and are no words', () => {
    const keyOf = (name: string) => {
      const hasher = new PromptHasher({ blockSize })
      hasher.template(name, 4)
      return hasher.digest().blockKeys[0]
    }
    expect(keyOf('user')).toBe(keyOf('user'))
    expect(keyOf('user')).not.toBe(keyOf('system'))
  })
})
