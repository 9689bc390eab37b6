import type { Message } from '../content/prompt-message.ts'
import type { Role } from '../content/role.ts'
import { NO_OVERHEAD, type TemplateOverhead, tokensBefore } from '../content/template-overhead.ts'
import type { TokenizeConversation } from './probe-counts.ts'
import { readLayout } from './read-layout.ts'

export interface MeasuredTemplate {
  readonly overhead: TemplateOverhead
  /** False: the template takes no system message. */
  readonly systemRole: boolean
  readonly notes: readonly string[]
}

/**
 * What the server's chat template adds, from conversations of a known number of words; verified on longer ones.
 *
 * Where the server tells token ids they show the place of each token. Where it only counts them, their sum is right, and what stands
 * behind the last message is taken to be what a message of the user's adds: its end, and a head like its own.
 */
export async function measureTemplate(
  tokenize: TokenizeConversation | undefined,
  words: readonly string[],
): Promise<MeasuredTemplate> {
  if (!tokenize) return unmeasured
  const asking = { tokenize, words }
  const [brief, long] = [await ask(briefTurns, asking), await ask(longTurns, asking)]
  if (!brief || !long) return unmeasured
  const [briefAfter, longAfter] = [
    await ask([system, ...briefTurns], asking),
    await ask([system, ...longTurns], asking),
  ]
  const afterSystem = briefAfter && longAfter ? [briefAfter, longAfter] : []
  const asked = [brief, long, ...afterSystem]
  const placed = fromLayouts(long.layout, longAfter?.layout)
  const isPlaced = placed !== undefined && asked.every((one) => isLaidOut(one, placed))
  const overhead = isPlaced ? placed : fromCounts(brief.added, long.added, briefAfter?.added)
  const inexact = asked.flatMap((one) => inexactness(one, overhead))
  return {
    overhead,
    systemRole: afterSystem.length > 0,
    notes: [
      ...inexact.slice(0, 1),
      ...(isPlaced || asked.every(({ added }) => added === 0) ? [] : [unplaced]),
      ...(afterSystem.length > 0 ? [] : [noSystem]),
    ],
  }
}

type Sketch = readonly [role: Role, words: number]

const briefTurns: readonly Sketch[] = [['user', 8]]
const longTurns: readonly Sketch[] = [
  ['user', 3],
  ['assistant', 14],
  ['user', 1],
  ['assistant', 2],
  ['user', 21],
]
const system: Sketch = ['system', 4]

const unmeasured: MeasuredTemplate = {
  overhead: NO_OVERHEAD,
  systemRole: true,
  notes: ['What the chat template adds could not be measured: prompts are longer than planned by as much.'],
}
const noSystem = "The chat template takes no system message: its words stand at the head of the user's."
const unplaced =
  'Where the chat template puts its tokens could not be seen: prompts may share a block less than planned on every turn.'

interface Asked {
  readonly turns: readonly Sketch[]
  /** Tokens beyond the words. */
  readonly added: number
  readonly layout?: readonly number[]
}

async function ask(
  turns: readonly Sketch[],
  { tokenize, words }: { readonly tokenize: TokenizeConversation; readonly words: readonly string[] },
): Promise<Asked | undefined> {
  const one = await tokenize(conversation(turns, words, 0))
  if (!one) return undefined
  const lengths = turns.map(([, length]) => length)
  const asked = { turns, added: one.count - sum(lengths) }
  const other = one.ids && (await tokenize(conversation(turns, words, 1)))
  const layout = one.ids && other?.ids && readLayout(one.ids, other.ids, lengths)
  return layout ? { ...asked, layout } : asked
}

/** Every word of it is another for another `shift`. */
function conversation(turns: readonly Sketch[], words: readonly string[], shift: number): Message[] {
  let at = shift
  return turns.map(([role, length]) => {
    const content = Array.from({ length }, () => words[at++ % words.length]).join(' ')
    return { role, content }
  })
}

function fromLayouts(
  long: readonly number[] | undefined,
  longAfter: readonly number[] | undefined,
): TemplateOverhead | undefined {
  if (!long) return undefined
  const [beforeUser = 0, userToAssistant = 0, assistantToUser = 0] = long
  const [beforeSystem = beforeUser, systemToUser = assistantToUser] = longAfter ?? []
  return { beforeUser, beforeSystem, systemToUser, userToAssistant, assistantToUser, behindLast: long.at(-1) ?? 0 }
}

function isLaidOut({ turns, layout }: Asked, overhead: TemplateOverhead): boolean {
  const expected = [...betweenTurns(turns, overhead), overhead.behindLast]
  return layout !== undefined && expected.every((tokens, i) => tokens === layout[i])
}

/** User and assistant come in turn, so that only the sum of what stands between them shows: it is shared out evenly. */
function fromCounts(brief: number, long: number, briefAfter: number | undefined): TemplateOverhead {
  const pair = Math.max(0, Math.round((long - brief) / 2))
  const half = Math.ceil(pair / 2)
  const behindLast = Math.max(0, Math.min(brief, half))
  const after = briefAfter === undefined ? brief : briefAfter - behindLast
  const systemToUser = Math.max(0, Math.min(after, half))
  return {
    beforeUser: brief - behindLast,
    beforeSystem: after - systemToUser,
    systemToUser,
    userToAssistant: pair - half,
    assistantToUser: half,
    behindLast,
  }
}

function inexactness({ turns, added }: Asked, overhead: TemplateOverhead): string[] {
  const expected = sum(betweenTurns(turns, overhead)) + overhead.behindLast
  if (added === expected) return []
  return [
    `The chat template does not add up: ${expected} tokens of its own expected around ${turns.length} messages, ${added} found. Prompts are not exact.`,
  ]
}

function betweenTurns(turns: readonly Sketch[], overhead: TemplateOverhead): number[] {
  return turns.map(([role], i) => tokensBefore(overhead, role, turns[i - 1]?.[0]))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
