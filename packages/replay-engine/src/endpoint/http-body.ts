import { AsciiPage } from '../content/ascii-page.ts'
import { asciiJson } from '../content/live-reply.ts'
import type { PromptMessage } from '../content/prompt-message.ts'
import { API_FORMS, type Api } from './api-form.ts'
import type { BodyBuffers } from './body-buffers.ts'
import type { RequestExtras } from './request-extras.ts'

/** Request fields beyond OpenAI's that make a server generate exactly as many tokens as were asked for. Some servers refuse them. */
export type LengthField = 'min_tokens' | 'ignore_eos'
export const LENGTH_FIELDS: readonly LengthField[] = ['min_tokens', 'ignore_eos']

export interface BodyOptions {
  /** Default: chat completions. */
  readonly api?: Api
  readonly model: string
  /** Absent: the server's default. */
  readonly temperature?: number
  /** Ask for usage on every chunk, which tells how many tokens each holds. */
  readonly usagePerChunk?: boolean
  /** Ask for the ids of all tokens, which few servers know. */
  readonly returnTokenIds?: boolean
  readonly leaveOut?: readonly LengthField[]
  /** Fields that stand in every body beside these. */
  readonly extras?: RequestExtras
}

/**
 * Renders bodies of streamed completion requests as ASCII.
 *
 * @param largestBytes of a body that is to be expected: room for it is made at once.
 * @param messages their contents are written as they are, with nothing left to escape.
 */
export function bodyRenderer(
  options: BodyOptions,
  buffers: BodyBuffers,
  largestBytes = 0,
): (messages: readonly PromptMessage[], outputTokens: number) => Buffer {
  const { api = 'chat', model, temperature, usagePerChunk, returnTokenIds, leaveOut = [], extras } = options
  const { lengthField, always, hasStreamOptions, field } = API_FORMS[api]
  const streamOptions = { include_usage: true, ...(usagePerChunk && { continuous_usage_stats: true }) }
  const fixed = {
    ...extras?.body,
    ...always,
    model,
    stream: true,
    ...(hasStreamOptions && { stream_options: streamOptions }),
    ...(temperature !== undefined && { temperature }),
    ...(returnTokenIds && { return_token_ids: true }),
  }
  const head = asciiJson(JSON.stringify(fixed)).slice(0, -1)
  const ignoreEos = leaveOut.includes('ignore_eos') ? '' : ',"ignore_eos":true'
  const hasMinTokens = !leaveOut.includes('min_tokens')
  const page = new AsciiPage()
  page.prepare(largestBytes)
  buffers.prepare(largestBytes)
  return (messages, outputTokens) => {
    const minTokens = hasMinTokens ? `,"min_tokens":${outputTokens}` : ''
    page.wipe()
    page.write(`${head},"${lengthField}":${outputTokens}${minTokens}${ignoreEos},"${field}":`)
    if (field === 'prompt') writeText(page, messages)
    else writeMessages(page, messages)
    page.write('}')
    return buffers.copyOf(page.written)
  }
}

function writeMessages(page: AsciiPage, messages: readonly PromptMessage[]): void {
  page.write('[')
  for (const [i, message] of messages.entries()) {
    page.write(`${i > 0 ? ',' : ''}{"role":"${message.role}","content":"`)
    message.writeTo(page)
    page.write('"}')
  }
  page.write(']')
}

function writeText(page: AsciiPage, messages: readonly PromptMessage[]): void {
  page.write('"')
  for (const [i, message] of messages.entries()) {
    if (i > 0 && !message.isReply) page.write(' ')
    message.writeTo(page)
  }
  page.write('"')
}
