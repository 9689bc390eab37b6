import { isObject, type JsonObject, objectAt, textAt } from './json-fields.ts'

/** Kinds of parts of a content list that are thinking, and not the answer. */
const THINKING = /think|reason/i

/** What a text without a kind counts as. */
const PLAIN: JsonObject = { type: 'text' }

/**
 * The answer in a message or delta whose `content` is no plain text: a list of parts, an object, or spoken.
 *
 * Source: OpenAI's content parts and `audio`; Mistral's list of text and thinking.
 */
export function answerInParts(part: JsonObject): string {
  const audio = objectAt(part, 'audio')
  return (
    textInParts(part.content, isAnswer) || (audio ? (textAt(audio, 'transcript') ?? textAt(audio, 'data') ?? '') : '')
  )
}

/**
 * The reasoning in a message or delta that has none as plain text.
 *
 * Source: OpenRouter's `reasoning_details`, LiteLLM's `thinking_blocks`, Ollama's `thinking`, Mistral's thinking parts of a content.
 */
export function reasoningInParts(part: JsonObject): string {
  return (
    textInParts(part.reasoning_content) ||
    textInParts(part.reasoning) ||
    textIn(part.reasoning_details) ||
    textIn(part.thinking) ||
    textIn(part.thinking_blocks) ||
    textIn(part.reasoning_text) ||
    textInParts(part.content, isThinking)
  )
}

/** Name and arguments of a call: of a function, whose arguments some servers give as an object, or of a custom tool. */
export function callText(call: JsonObject | undefined): string {
  if (!call) return ''
  const passed = textAt(call, 'arguments') ?? textAt(call, 'input')
  const given = passed ?? (isObject(call.arguments) ? JSON.stringify(call.arguments) : '')
  return (textAt(call, 'name') ?? '') + given
}

/** The text in what is not plain text. */
function textInParts(value: unknown, isWanted?: (part: JsonObject) => boolean): string {
  return typeof value === 'object' ? textIn(value, isWanted) : ''
}

/** The text in a value of any of the shapes that servers give to text: plain, a part, or a list of either. */
function textIn(value: unknown, isWanted: (part: JsonObject) => boolean = () => true): string {
  if (typeof value === 'string') return isWanted(PLAIN) ? value : ''
  if (Array.isArray(value)) return value.map((each: unknown) => textIn(each, isWanted)).join('')
  if (!isObject(value) || !isWanted(value)) return ''
  for (const field of ['text', 'thinking', 'summary', 'refusal', 'content', 'data']) {
    const text = textIn(value[field])
    if (text !== '') return text
  }
  return ''
}

function isThinking({ type }: JsonObject): boolean {
  return typeof type === 'string' && THINKING.test(type)
}

function isAnswer(part: JsonObject): boolean {
  return !isThinking(part)
}
