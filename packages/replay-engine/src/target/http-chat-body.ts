import type { Message } from '../content/prompt-writer.ts'

/** Request fields beyond OpenAI's that make a server generate exactly as many tokens as were asked for. Some servers refuse them. */
export type LengthField = 'min_tokens' | 'ignore_eos'
export const LENGTH_FIELDS: readonly LengthField[] = ['min_tokens', 'ignore_eos']

export interface ChatBodyOptions {
  readonly model: string
  /** Absent: the server's default. */
  readonly temperature?: number
  /** Ask for usage on every chunk, which tells how many tokens each holds. */
  readonly usagePerChunk?: boolean
  readonly leaveOut?: readonly LengthField[]
}

/**
 * Renders bodies of streamed chat completion requests as ASCII.
 *
 * @param messages contents of ASCII letters and spaces: they are written as they are, with nothing to escape.
 */
export function chatBodyRenderer(
  options: ChatBodyOptions,
): (messages: readonly Message[], outputTokens: number) => Buffer {
  const { model, temperature, usagePerChunk, leaveOut = [] } = options
  const streamOptions = { include_usage: true, ...(usagePerChunk && { continuous_usage_stats: true }) }
  const fixed = {
    model,
    stream: true,
    stream_options: streamOptions,
    ...(temperature !== undefined && { temperature }),
  }
  const head = ascii(JSON.stringify(fixed)).slice(0, -1)
  const ignoreEos = leaveOut.includes('ignore_eos') ? '' : ',"ignore_eos":true'
  const hasMinTokens = !leaveOut.includes('min_tokens')
  return (messages, outputTokens) => {
    const minTokens = hasMinTokens ? `,"min_tokens":${outputTokens}` : ''
    let text = `${head},"max_tokens":${outputTokens}${minTokens}${ignoreEos},"messages":[`
    for (const [i, { role, content }] of messages.entries()) {
      text += `${i > 0 ? ',' : ''}{"role":"${role}","content":"${content}"}`
    }
    return Buffer.from(`${text}]}`, 'latin1')
  }
}

function ascii(json: string): string {
  return json.replace(/[^ -~]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
