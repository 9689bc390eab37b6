import OpenAI from 'openai'

export function clientOf(url: string): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 })
}

/** What the official client reads of a stream of 20 tokens. */
export async function readStream(url: string, messages: OpenAI.ChatCompletionMessageParam[]) {
  const stream = await clientOf(url).chat.completions.create({
    ...{ model: 'tiny', messages, max_tokens: 20, stream: true, stream_options: { include_usage: true } },
    ...{ ignore_eos: true },
  })
  let text = ''
  const finishes: unknown[] = []
  let usage: OpenAI.CompletionUsage | null | undefined
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? ''
    if (chunk.choices[0]?.finish_reason) finishes.push(chunk.choices[0].finish_reason)
    usage = chunk.usage ?? usage
  }
  return { text, finishes, usage }
}
