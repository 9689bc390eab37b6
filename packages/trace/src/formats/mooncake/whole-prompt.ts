import type { RecordedRow } from './parse.ts'

interface Prompt {
  readonly inputTokens: number
  readonly ids: Uint32Array
}

/**
 * Gives the whole prompt of each row, called in the order of a session's rows.
 *
 * A delta row holds only what is new: its prompt is the one before, the reply to that, and the delta. The full blocks of the prompt
 * before stay; those behind are new ones, since a reply has no ids and shifts all that follows against the blocks.
 */
export function wholePrompt(blockSize: number, freshId: () => number): (session: string, row: RecordedRow) => Prompt {
  const before = new Map<string, Prompt & { readonly outputTokens: number }>()
  return (session, row) => {
    const { outputTokens } = row
    const previous = before.get(session)
    const prompt = row.isDelta && previous ? grown(previous, row) : { inputTokens: row.inputTokens, ids: row.ids }
    before.set(session, { ...prompt, outputTokens })
    return prompt
  }

  function grown(previous: Prompt & { readonly outputTokens: number }, row: RecordedRow): Prompt {
    const inputTokens = previous.inputTokens + previous.outputTokens + row.inputTokens
    const kept = previous.ids.subarray(0, Math.floor(previous.inputTokens / blockSize))
    const ids = new Uint32Array(Math.ceil(inputTokens / blockSize))
    ids.set(kept)
    for (let i = kept.length; i < ids.length; i += 1) ids[i] = freshId()
    return { inputTokens, ids }
  }
}
