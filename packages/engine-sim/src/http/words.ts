/**
 * The words that the embedded model says: every one of two consonant-vowel syllables, and its number.
 *
 * All other words are tokens too, numbered beyond them by a hash, so that equal words have equal ids; two words may have the same one, and
 * it cannot be turned back into its word.
 */
const consonants = 'bdfghjklmnprstvz'
const vowels = 'aeiou'
const syllables = [...consonants].flatMap((consonant) => [...vowels].map((vowel) => consonant + vowel))
const numberOfSyllable = new Map(syllables.map((syllable, index) => [syllable, index]))
const firstForeignId = syllables.length * syllables.length
/** All ids together are about as many as those of the largest vocabularies of real models. */
const foreignIds = 2 ** 19 - firstForeignId - 1

/** Words the model can say; their ids are 0 and up. */
export const saidWords = firstForeignId

const words = syllables.flatMap((head) => syllables.map((tail) => head + tail))

/** The word of an id; undefined for ids of words that the model cannot say. */
export function wordOf(id: number): string | undefined {
  return words[id]
}

export function idOf(word: string): number {
  const head = numberOfSyllable.get(word.slice(0, 2))
  const tail = numberOfSyllable.get(word.slice(2))
  if (head !== undefined && tail !== undefined) return head * syllables.length + tail
  // The first behind them ends a sequence.
  return firstForeignId + 1 + (hashOf(word) % foreignIds)
}

/** FNV-1a over UTF-16 units. */
function hashOf(word: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < word.length; index += 1) {
    hash = Math.imul(hash ^ word.charCodeAt(index), 0x01000193)
  }
  return hash >>> 0
}
