import type { Message } from '../content/prompt-message.ts'
import type { Role } from '../content/segments.ts'
import { NO_OVERHEAD, type TemplateOverhead } from '../content/template-overhead.ts'
import type { CountConversation } from './probe-counts.ts'

export interface MeasuredTemplate {
  readonly overhead: TemplateOverhead
  /** False: the template takes no system message. */
  readonly systemRole: boolean
  readonly notes: readonly string[]
}

/**
 * What the server's chat template adds, from conversations of a known number of words; verified on two longer ones.
 *
 * User and assistant always come in turn, so only the sum of their overheads shows; it is shared out evenly.
 */
export async function measureTemplate(
  count: CountConversation | undefined,
  words: readonly string[],
): Promise<MeasuredTemplate> {
  const added = async (...messages: readonly Sketch[]) => {
    const tokens = await count?.(conversation(messages, words))
    return tokens === undefined ? undefined : tokens - messages.reduce((sum, [, length]) => sum + length, 0)
  }
  const one = await added(['user', 8])
  const three = await added(['user', 7], ['assistant', 5], ['user', 11])
  if (one === undefined || three === undefined) return unmeasured
  const user = Math.max(0, Math.min(one, Math.ceil((three - one) / 2)))
  const assistant = three - one - user
  const withSystem = await added(['system', 9], ['user', 6])
  const base = one - user
  const overhead = { base, baseWithSystem: withSystem === undefined ? base : withSystem - user, user, assistant }
  const notes = await verify(added, overhead, withSystem !== undefined)
  return { overhead, systemRole: withSystem !== undefined, notes }
}

type Sketch = readonly [role: Role, words: number]

const unmeasured: MeasuredTemplate = {
  overhead: NO_OVERHEAD,
  systemRole: true,
  notes: ['What the chat template adds could not be measured: prompts are longer than planned by as much.'],
}

function conversation(messages: readonly Sketch[], words: readonly string[]): Message[] {
  let at = 0
  return messages.map(([role, length]) => {
    const content = Array.from({ length }, () => words[at++ % words.length]).join(' ')
    return { role, content }
  })
}

async function verify(
  added: (...messages: readonly Sketch[]) => Promise<number | undefined>,
  { base, baseWithSystem, user, assistant }: TemplateOverhead,
  systemRole: boolean,
): Promise<string[]> {
  const turns: readonly Sketch[] = [
    ['user', 3],
    ['assistant', 14],
    ['user', 1],
    ['assistant', 2],
    ['user', 21],
  ]
  const expected = base + 3 * user + 2 * assistant
  const found = await added(...turns)
  const notes = found === expected ? [] : [inexact(found, expected)]
  if (!systemRole)
    return [...notes, "The chat template takes no system message: its words stand at the head of the user's."]
  const expectedAfterSystem = expected - base + baseWithSystem
  const foundAfterSystem = await added(['system', 4], ...turns)
  return foundAfterSystem === expectedAfterSystem ? notes : [...notes, inexact(foundAfterSystem, expectedAfterSystem)]
}

function inexact(found: number | undefined, expected: number): string {
  return `The chat template does not add up: ${expected} tokens of its own expected in a longer conversation, ${found ?? 'no answer'} found. Prompts are not exact.`
}
