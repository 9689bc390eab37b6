import { eventOf } from '../stand-in-server.ts'
import type { FaultStep } from './fault.ts'

export const head: FaultStep = { do: 'head' }
export const end: FaultStep = { do: 'end' }
/** Time for the client to read what was written before the next thing happens. */
export const moment: FaultStep = { do: 'wait', ms: 20 }
export const done = 'data: [DONE]\n\n'
/** Tokens whose chunks are alike but for the text, as most are: a client may read those in a shorter way. */
export const some = ['a', 'b', 'c', 'd', 'e'].map((text) => say(text))
export const usage = { prompt_tokens: 100, completion_tokens: 4, total_tokens: 104 }

export function write(text: string): FaultStep {
  return { do: 'write', text }
}

export function say(content: string, finishReason: string | null = null): FaultStep {
  return delta({ content }, finishReason)
}

export function delta(content: object, finishReason: string | null = null): FaultStep {
  return write(eventOf(choice(content, finishReason)))
}

export function choice(content: object, finishReason: string | null = null): readonly object[] {
  return [{ index: 0, delta: content, finish_reason: finishReason }]
}

/** Two tokens, then usage and the end, with other line ends. */
export function whole(lineEnds: (text: string) => string, bytesPerWrite?: number): FaultStep[] {
  const events = [
    eventOf(choice({ content: 'a' })),
    eventOf(choice({ content: 'b' }, 'length')),
    eventOf([], usage),
    done,
  ]
  return events.map((text) => ({ do: 'write', text: lineEnds(text), ...(bytesPerWrite && { bytesPerWrite }) }))
}

export function crlf(text: string): string {
  return text.replaceAll('\n', '\r\n')
}

/** A chunk after each of these numbers of tokens, with the usage so far on each. */
export function counted(tokens: readonly number[]): FaultStep[] {
  return tokens.map((soFar) =>
    write(eventOf(choice({ content: 'a' }, 'length'), { ...usage, completion_tokens: soFar })),
  )
}

export function refuse(status: number, body: object, headers: Readonly<Record<string, string>> = {}): FaultStep[] {
  const json = { 'content-type': 'application/json', ...headers }
  return [{ do: 'head', status, headers: json }, write(JSON.stringify(body)), end]
}

/** A reply in one piece. */
export function full(body: object, contentType = 'application/json'): FaultStep[] {
  return [{ do: 'head', headers: { 'content-type': contentType } }, write(JSON.stringify(body)), end]
}

/** A reply in one piece with this message. */
export function message(content: object, finishReason: string | null = 'length'): object {
  return { choices: [{ index: 0, message: { role: 'assistant', ...content }, finish_reason: finishReason }], usage }
}

/** A whole stream that says one token and then this usage. */
export function counting(...usages: readonly object[]): FaultStep[] {
  return [head, say('a', 'length'), ...usages.map((each) => write(eventOf([], each))), write(done), end]
}

/** A stream that breaks into tokens with this. */
export function saying(text: string): FaultStep[] {
  return [head, ...some, write(text), write(done), end]
}
