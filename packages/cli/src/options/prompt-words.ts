import { CONTENTS, type Content, wordsOfContent, wordsOfText } from '@reprise/replay-engine/endpoint'
import { printable } from '@reprise/safe-text'
import { InvalidArgumentError } from 'commander'
import { UsageError } from '../terminal/exit-codes.ts'
import { readNamed } from './read-named.ts'

/** With fewer, texts of different blocks would look too much alike. */
const FEWEST_WORDS = 64
const FILE = 'file:'
const limit = {
  maxBytes: 64 * 1024 * 1024,
  cure: 'cut a part of it out: words are counted, and the most frequent taken',
}

/** What prompts are made of, as it is asked for: a list that comes with the tool, or `file:PATH`. */
export function parseContent(text: string): string {
  if (CONTENTS.includes(text as Content) || (text.startsWith(FILE) && text.length > FILE.length)) return text
  throw new InvalidArgumentError(`Write ${CONTENTS.join(', ')}, or ${FILE}PATH.`)
}

/** The words of a content. @throws UsageError where the file cannot be read, or has too few. */
export async function promptWords(content: string): Promise<readonly string[]> {
  if (!content.startsWith(FILE)) return wordsOfContent(content as Content)
  const path = content.slice(FILE.length)
  const words = wordsOfText((await readNamed('--content', path, limit)).toString('utf8'))
  if (words.length >= FEWEST_WORDS) return words
  const found = `${words.length} different words of 2 to 15 plain letters`
  throw new UsageError(`--content ${printable(path, 300)}: it has ${found}; give a text with ${FEWEST_WORDS} or more`)
}
