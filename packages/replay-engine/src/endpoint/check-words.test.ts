import o200k from 'gpt-tokenizer/encoding/o200k_base'
import r50k from 'gpt-tokenizer/encoding/r50k_base'
import { describe, expect, test } from 'vitest'
import { WORDS } from '../content/words.ts'
import { cutVocabulary, joinedWords, spacedPieces } from '../stand-ins/small-tokenizers.fixture.ts'
import { checkWords } from './check-words.ts'

type TokenIds = (text: string) => readonly number[]

const vocabularies: Readonly<Record<string, TokenIds>> = {
  'all of o200k': (text) => o200k.encode(text),
  'all of r50k': (text) => r50k.encode(text),
  'o200k cut to 32,000 tokens': cutVocabulary(32_000),
  'o200k cut to 8,000 tokens': cutVocabulary(8_000),
  'pieces that own their space': spacedPieces(60_000, 20_000),
  'pieces of which few are bare': spacedPieces(30_000, 2_000),
  'words and nothing else': wordIds(),
}

describe.each(Object.entries(vocabularies))('%s', (_, idsOf) => {
  const truly = WORDS.filter((word) => isOne(`that ${word}`, 'that', idsOf))
  const bare = truly.filter((word) => isOne(`that\n${word}`, 'that\n', idsOf))

  test('exactly the words that are one token, told from a few texts', async () => {
    const { asked, tokenize } = server(idsOf)
    const found = await checkWords(WORDS, tokenize)
    expect([...found.words].sort()).toEqual([...truly].sort())
    expect([...found.headWords].sort()).toEqual([...bare].sort())
    expect(found.check).toEqual({ listed: WORDS.length, usable: truly.length, notAsked: 0 })
    expect(found.notes).toEqual([])
    expect(asked.length).toBeLessThan(12)
  })

  test.each([
    ['opens every text with a token of its own', (ids: readonly number[]) => [7_000_000, ...ids]],
    ['ends every text with one', (ids: readonly number[]) => [...ids, 7_000_000]],
  ])('the same on a server that %s', async (_, change) => {
    const { tokenize } = server((text) => change(idsOf(text)))
    const found = await checkWords(WORDS, tokenize)
    expect([...found.words].sort()).toEqual([...truly].sort())
    expect([...found.headWords].sort()).toEqual([...bare].sort())
  })

  test('a server that refuses long texts is asked for shorter ones', async () => {
    const { asked, tokenize } = server(idsOf, { mostTokens: 500 })
    const found = await checkWords(WORDS, tokenize)
    expect([...found.words].sort()).toEqual([...truly].sort())
    expect([...found.headWords].sort()).toEqual([...bare].sort())
    expect(found.check?.notAsked).toBe(0)
    expect(asked.length).toBeLessThan(150)
  })

  test('and so is one that cuts them short', async () => {
    const { tokenize } = server((text) => idsOf(text).slice(0, 500))
    const found = await checkWords(WORDS, tokenize)
    expect([...found.words].sort()).toEqual([...truly].sort())
    expect([...found.headWords].sort()).toEqual([...bare].sort())
    expect(found.notes).toEqual([])
  })

  test('lengths alone: nothing that was not asked for is taken for more than one token, or for one', async () => {
    const { tokenize } = server(idsOf, { lengthsAlone: true })
    const { words, headWords, check, notes } = await checkWords(WORDS, tokenize)
    expect(words.filter((word) => !truly.includes(word))).toEqual([])
    expect(headWords.filter((word) => !bare.includes(word))).toEqual([])
    expect(words.length).toBeGreaterThan(200)
    expect(check!.usable + check!.notAsked).toBeGreaterThanOrEqual(truly.length)
    if (truly.length === WORDS.length) expect(check!.notAsked).toBe(0)
    if (check!.notAsked > 0) expect(notes[0]).toContain(`${check!.notAsked} could not be asked for`)
    else expect(words).toHaveLength(truly.length)
  })
})

test('a word that a vocabulary joins to the one before it is left out, and what is left is seen to hold', async () => {
  const found = await checkWords(WORDS, server(joinedWords(wordIds(), 10_007)).tokenize)
  expect(found.words.length).toBeGreaterThan(2_000)
  expect(found.words.length).toBeLessThan(WORDS.length)
  expect(found.notes).toEqual([])
})

test('a vocabulary that joins too many words for all to be found: it is said', async () => {
  const found = await checkWords(WORDS, server(joinedWords(wordIds(), 401)).tokenize)
  expect(found.words.length).toBeGreaterThan(1_000)
  expect(found.notes).toEqual([expect.stringContaining('behind one another')])
})

test('a server that stops answering: what it said stands, and the rest is not known', async () => {
  const idsOf = vocabularies['o200k cut to 32,000 tokens']!
  let texts = 0
  const { tokenize } = server(idsOf, { mostTokens: 500 })
  const found = await checkWords(WORDS, async (text) => (++texts > 20 ? undefined : tokenize(text)))
  expect(found.check!.usable).toBeGreaterThan(64)
  expect(found.check!.notAsked).toBeGreaterThan(64)
  expect(found.words).toHaveLength(found.check!.usable)
  expect(found.notes[0]).toContain(`${found.check!.notAsked} could not be asked for and are not`)
  expect(found.notes).toHaveLength(3)
})

test('a vocabulary of letters: it is said that prompts are not exact', async () => {
  const letters: TokenIds = (text) => [...text].map((letter) => letter.charCodeAt(0))
  const { words, notes } = await checkWords(WORDS, server(letters).tokenize)
  expect(words.length).toBeGreaterThan(1_000)
  expect(notes[0]).toMatch(/^Only 0 of 2322 words are one token/)
})

test('no /tokenize: the words are taken on trust, and it is said', async () => {
  const found = await checkWords(WORDS, undefined)
  expect(found).toMatchObject({ words: WORDS, headWords: WORDS, notes: [expect.stringContaining('no /tokenize')] })
  expect(found).not.toHaveProperty('check')
})

function server(idsOf: TokenIds, options: { readonly mostTokens?: number; readonly lengthsAlone?: boolean } = {}) {
  const { mostTokens = Number.POSITIVE_INFINITY, lengthsAlone = false } = options
  const asked: string[] = []
  const tokenize = async (text: string) => {
    asked.push(text)
    const ids = idsOf(text)
    if (ids.length > mostTokens) return undefined
    return lengthsAlone ? { count: ids.length } : { count: ids.length, ids }
  }
  return { asked, tokenize }
}

function isOne(text: string, opening: string, idsOf: TokenIds): boolean {
  return idsOf(text).length === idsOf(opening).length + 1
}

function wordIds(): TokenIds {
  const idOf = new Map<string, number>()
  return (text) =>
    (text.match(/\S+/g) ?? []).map((word) => {
      const id = idOf.get(word) ?? idOf.size
      idOf.set(word, id)
      return id
    })
}
