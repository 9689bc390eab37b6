import { printable } from '@reprise/safe-text'
import { blamedField, parseJson, parseServerError, TokenizeReply } from '@reprise/wire'
import type { Message } from '../content/prompt-message.ts'
import { conversationField } from './api-form.ts'
import type { EndpointClient, EndpointReply } from './endpoint-client.ts'
import { LENGTH_FIELDS, type LengthField } from './http-body.ts'
import { isHeard, outcomeOfWhole } from './outcome-of-whole.ts'
import { templateFields } from './request-extras.ts'

export interface Tokenized {
  readonly count: number
  /** Absent where only their number is told. */
  readonly ids?: readonly number[]
}
/** Tokens of a conversation, template included; undefined where the server refuses it or does not say. */
export type TokenizeConversation = (messages: readonly Message[]) => Promise<Tokenized | undefined>
/** Tokens of a text by itself. */
export type TokenizeText = (text: string) => Promise<Tokenized | undefined>

/** What both ways of counting must agree on. */
const TRIAL: readonly Message[] = [{ role: 'user', content: 'this is the first request' }]

const EMPTY =
  'The reply to a request for one token held none, as far as the server says. Where whole replies hold none, requests fail as empty-reply.'

export interface TriedRequest {
  readonly leaveOut: readonly LengthField[]
  /** Of the trial; absent where the server reports no usage. */
  readonly inputTokens?: number
  readonly notes: readonly string[]
}

/**
 * Generates one token, to see which fields the server takes and whether it reports usage.
 *
 * @throws EndpointError when it refuses for any other reason, or answers with what would fail in a run.
 */
export async function tryOneToken(client: EndpointClient, model: string): Promise<TriedRequest> {
  const path = `/v1${client.form.path}`
  const leaveOut: LengthField[] = []
  for (;;) {
    const reply = await client.ask('POST', path, oneToken(client, { model, messages: TRIAL, leaveOut }))
    const outcome = outcomeOfWhole(reply)
    const inputTokens = inputTokensOf(reply)
    const refused = refusedField(reply, leaveOut)
    if (refused !== undefined) {
      leaveOut.push(refused)
    } else if (reply.status !== 200) {
      throw client.refusal(`POST ${path}`, reply)
    } else if (!isHeard(outcome)) {
      throw client.unusable(`POST ${path}`, outcome)
    } else {
      const empty = outcome.kind === 'failed' ? [EMPTY] : []
      const unknown = inputTokens === undefined ? ['The server reports no usage: token counts are not checked.'] : []
      const told = modelIn(reply.text)
      const other = told === undefined || told === model ? [] : [otherModel(told, model)]
      const refusals = leaveOut.map((field) => `The server refuses ${field}: replies may end early.`)
      return {
        leaveOut,
        ...(inputTokens !== undefined && { inputTokens }),
        notes: [...other, ...refusals, ...empty, ...unknown],
      }
    }
  }
}

/** Counting by generating one token and reading the usage. */
export function countByUsage(
  client: EndpointClient,
  model: string,
  leaveOut: readonly LengthField[],
): TokenizeConversation {
  return async (messages) => {
    const count = inputTokensOf(
      await client.ask('POST', `/v1${client.form.path}`, oneToken(client, { model, messages, leaveOut })),
    )
    return count === undefined ? undefined : { count }
  }
}

/** Counting by `/tokenize`; undefined where there is none, or it counts a conversation otherwise than the model's own usage does. */
export async function countByTokenize(
  client: EndpointClient,
  model: string,
  trialTokens: number | undefined,
): Promise<{ readonly text: TokenizeText; readonly conversation?: TokenizeConversation } | undefined> {
  const text: TokenizeText = (prompt) => tokenize(client, { model, prompt, add_special_tokens: false })
  const conversation: TokenizeConversation = (messages) =>
    tokenize(client, { model, ...countedField(client, messages) })
  if ((await text(TRIAL[0]!.content)) === undefined) return undefined
  const counted = await conversation(TRIAL)
  return counted && counted.count === (trialTokens ?? counted.count) ? { text, conversation } : { text }
}

/** What `/tokenize` is to count. A text without roles goes through no template, though the server may open it with a token of its own. */
function countedField({ form, extras }: EndpointClient, messages: readonly Message[]): object {
  return form.field === 'prompt' ? conversationField(form, messages) : { ...templateFields(extras), messages }
}

async function tokenize(client: EndpointClient, body: object): Promise<Tokenized | undefined> {
  const { status, json } = await client.ask('POST', '/tokenize', body)
  const reply = TokenizeReply.safeParse(json)
  if (status !== 200 || !reply.success) return undefined
  const { count, tokens } = reply.data
  return { count, ...(tokens?.length === count && { ids: tokens }) }
}

function oneToken(
  { extras, form }: EndpointClient,
  {
    model,
    messages,
    leaveOut,
  }: { readonly model: string; readonly messages: readonly Message[]; readonly leaveOut: readonly LengthField[] },
): object {
  return {
    ...extras.body,
    ...form.always,
    model,
    ...conversationField(form, messages),
    stream: true,
    ...(form.hasStreamOptions && { stream_options: { include_usage: true } }),
    [form.lengthField]: 1,
    ...(!leaveOut.includes('min_tokens') && { min_tokens: 1 }),
    ...(!leaveOut.includes('ignore_eos') && { ignore_eos: true }),
  }
}

function refusedField({ status, json }: EndpointReply, known: readonly LengthField[]): LengthField | undefined {
  const error = status === 400 || status === 422 ? parseServerError(json) : undefined
  const field = error && blamedField(error, LENGTH_FIELDS)
  return LENGTH_FIELDS.find((candidate) => candidate === field && !known.includes(candidate))
}

/** The model that a reply says it is of; undefined where it does not say. */
function modelIn(text: string): string | undefined {
  const told: unknown = parseJson(/"model"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(text)?.[1] ?? '')
  return typeof told === 'string' && told !== '' ? told : undefined
}

function otherModel(told: string, model: string): string {
  return `The server answers as the model ${printable(told, 100)} where ${printable(model, 100)} was asked for: see that it is the one to be measured.`
}

function inputTokensOf(reply: EndpointReply): number | undefined {
  const outcome = outcomeOfWhole(reply)
  return isHeard(outcome) ? outcome.usage?.inputTokens : undefined
}
