import type { TemplateOverhead } from '../content/template-overhead.ts'
import { WORDS } from '../content/words.ts'
import { checkWords, type WordCheck } from './check-words.ts'
import { type EndpointAccess, EndpointClient } from './endpoint-client.ts'
import { type FoundEngine, findEngine } from './find-engine.ts'
import { findModel } from './find-model.ts'
import type { LengthField } from './http-body.ts'
import { type LocalTokenizer, localText, objectionToTokenizer } from './local-tokenizer.ts'
import { measurePrompt } from './measure-prompt.ts'
import { measureTemplate } from './measure-template.ts'
import { countByTokenize, countByUsage, type TokenizeConversation, tryOneToken } from './probe-counts.ts'

export interface ProbeOptions extends EndpointAccess {
  /** Absent: the first that the server has. */
  readonly model?: string
  /** Default: the words that come with the package. */
  readonly words?: readonly string[]
  /** What is asked for words where the server has no `/tokenize`. */
  readonly tokenizer?: LocalTokenizer
  /** For each answer; default 120 s, since a server may still be compiling. */
  readonly timeoutMs?: number
}

/** What a run has to know of an endpoint before it sends its first request. `HttpTarget` takes it as it is. */
export interface ProbedEndpoint {
  readonly model: string
  readonly engine: FoundEngine
  /** Longest prompt plus output; absent where the server does not say. */
  readonly maxModelTokens?: number
  /** Those of the list that are one token each in the server's tokenizer. */
  readonly words: readonly string[]
  /** Those of them that a message may begin with. */
  readonly headWords: readonly string[]
  /** How far the list was checked; absent where it could not be. */
  readonly wordCheck?: WordCheck
  /** Name of the tokenizer that it was checked by; absent where the server itself said it. */
  readonly tokenizer?: string
  readonly overhead: TemplateOverhead
  readonly systemRole: boolean
  /** Request fields that the server refuses; it may then end replies early. */
  readonly leaveOut: readonly LengthField[]
  readonly countedBy: 'tokenize' | 'usage' | 'nothing'
  /** What keeps prompts from being exact, or replies from being as long as planned; sentences for the reader of the result. */
  readonly notes: readonly string[]
}

/**
 * Asks an endpoint for its models, which fields it takes, which words are one token, and what its chat template adds.
 *
 * A dozen requests to `/tokenize`, and one to generate a token; where the server has no `/tokenize`, half a dozen such, and the words are
 * those of the tokenizer that was given.
 *
 * @throws EndpointError when the server does not answer, is no OpenAI-compatible one, or does not know the model.
 */
export async function probeEndpoint(options: ProbeOptions): Promise<ProbedEndpoint> {
  const { words = WORDS, tokenizer } = options
  const client = new EndpointClient(options)
  try {
    const { model, maxModelTokens, ownedBy } = await findModel(client, options.model)
    const tried = await tryOneToken(client, model)
    const byTokenize = await countByTokenize(client, model, tried.inputTokens)
    const countedBy = byTokenize ? 'tokenize' : tried.inputTokens === undefined ? 'nothing' : 'usage'
    const count: TokenizeConversation = byTokenize?.conversation ?? countByUsage(client, model, tried.leaveOut)
    const local = byTokenize ? undefined : tokenizer
    const checked = await checkWords(words, byTokenize?.text ?? (local && localText(local)))
    const known = countedBy === 'nothing' ? undefined : count
    const measure = client.form.field === 'prompt' ? measurePrompt : measureTemplate
    const template = await measure(known, checked.headWords)
    const objection =
      local && (await objectionToTokenizer(local, { count: known, ...checked, ...template, maxModelTokens }))
    return {
      model,
      engine: await findEngine(client, ownedBy),
      ...(maxModelTokens !== undefined && { maxModelTokens }),
      words: checked.words,
      headWords: checked.headWords,
      ...(checked.check && { wordCheck: checked.check }),
      ...(local && { tokenizer: local.name }),
      overhead: template.overhead,
      systemRole: template.systemRole,
      leaveOut: tried.leaveOut,
      countedBy,
      notes: [...tried.notes, ...checked.notes, ...template.notes, ...(objection === undefined ? [] : [objection])],
    }
  } finally {
    client.close()
  }
}
