import { mixed } from '../content/content-key.ts'
import type { Anchor } from './find-anchor.ts'
import type { TokenizeText } from './probe-counts.ts'
import { bothHalves, type Sifted } from './sift-words.ts'

const MOST_ROUNDS = 3

interface Asking {
  readonly tokenize: TokenizeText
  readonly anchor: Anchor
  /** Those of the words. */
  readonly ids: ReadonlyMap<string, number>
}

/**
 * The words that are still one token each when they follow one another at random, as in a prompt: a vocabulary may join two.
 *
 * `sure` once a text of all that are left is as it should be. It is not where the server refuses, or where too many are joined.
 */
export async function verifyWords(
  words: readonly string[],
  asking: Asking,
): Promise<{ readonly words: readonly string[]; readonly sure: boolean }> {
  let left = words
  for (let round = 1; round <= MOST_ROUNDS; round += 1) {
    const { ones, unasked } = await separateOnes(shuffled(left, round), asking)
    if (ones.length === left.length) return { words: left, sure: true }
    const kept = new Set([...ones, ...unasked])
    left = left.filter((word) => kept.has(word))
    if (unasked.length > 0) break
  }
  return { words: left, sure: false }
}

async function separateOnes(words: readonly string[], asking: Asking): Promise<Sifted> {
  if (words.length === 0) return { ones: [], unasked: [] }
  const answer = await holdsTogether(words, asking)
  if (answer === true) return { ones: words, unasked: [] }
  if (words.length === 1) return { ones: [], unasked: answer === undefined ? words : [] }
  const found = await bothHalves(words, (half) => separateOnes(half, asking))
  if (answer === undefined || found.ones.length < words.length) return found
  // Each half is as it should be and the whole is not: it is the seam between them, or the server cuts long texts short.
  const seam = words.length >> 1
  if ((await holdsTogether(words.slice(seam - 1, seam + 1), asking)) === true) return found
  return { ...found, ones: found.ones.filter((word) => word !== words[seam]) }
}

/** Undefined where the server does not say. */
async function holdsTogether(
  words: readonly string[],
  { tokenize, anchor, ids }: Asking,
): Promise<boolean | undefined> {
  const answer = (await tokenize([anchor.word, anchor.word, ...words].join(' ')))?.ids
  return answer && holds(answer, [anchor.id, ...words.map((word) => ids.get(word)!)])
}

/** Whether the ids are in the answer, behind whatever opens a text. */
function holds(answer: readonly number[], expected: readonly number[]): boolean {
  const starts = answer.slice(0, 4).keys()
  return [...starts].some((start) => expected.every((id, i) => answer[start + i] === id))
}

function shuffled(words: readonly string[], round: number): string[] {
  const keyed = words.map((word, i) => ({ word, key: mixed(i * MOST_ROUNDS + round) }))
  return keyed.sort((one, other) => one.key - other.key).map(({ word }) => word)
}
