import { NO_OVERHEAD } from '../content/template-overhead.ts'
import type { MeasuredTemplate } from './measure-template.ts'
import type { TokenizeConversation } from './probe-counts.ts'

/** Words of the two texts that are counted. */
const LENGTHS = [8, 21] as const

/** What a server adds to a text that goes through no chat template: a token that opens it, as a rule, or nothing. */
export async function measurePrompt(
  tokenize: TokenizeConversation | undefined,
  words: readonly string[],
): Promise<MeasuredTemplate> {
  const [brief, long] = await Promise.all(LENGTHS.map((length) => addedTo(length, tokenize, words)))
  if (brief === undefined || long === undefined) return { ...plain, notes: [unmeasured] }
  const overhead = { ...NO_OVERHEAD, beforeUser: Math.max(0, brief) }
  return { ...plain, overhead, notes: brief === long && brief >= 0 ? [] : [inexact(brief, long)] }
}

const plain: Omit<MeasuredTemplate, 'notes'> = { overhead: NO_OVERHEAD, systemRole: true }

const unmeasured = 'What the server adds to a prompt could not be measured: prompts are longer than planned by as much.'

function inexact(brief: number, long: number): string {
  return `The server adds ${brief} tokens to a prompt of ${LENGTHS[0]} words and ${long} to one of ${LENGTHS[1]}. Prompts are not exact.`
}

async function addedTo(
  length: number,
  tokenize: TokenizeConversation | undefined,
  words: readonly string[],
): Promise<number | undefined> {
  const content = Array.from({ length }, (_, i) => words[i % words.length]).join(' ')
  const counted = await tokenize?.([{ role: 'user', content }])
  return counted && counted.count - length
}
