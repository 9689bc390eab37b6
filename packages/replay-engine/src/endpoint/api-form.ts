import type { Message } from '../content/prompt-message.ts'

/** The routes of an OpenAI-compatible server that a run can use. */
export const APIS = ['chat', 'completions', 'responses'] as const
export type Api = (typeof APIS)[number]

/** How one of them is asked. */
export interface ApiForm {
  /** Behind `/v1`. */
  readonly path: string
  /** The field that says how many tokens to generate at most. */
  readonly lengthField: string
  /** Fields that are always the same. */
  readonly always: Readonly<Record<string, unknown>>
  /** Whether it takes `stream_options`; usage comes with the last event where it does not. */
  readonly hasStreamOptions: boolean
  /** The field that holds the conversation; `prompt` is one text without roles. */
  readonly field: 'messages' | 'prompt' | 'input'
}

export const API_FORMS: Readonly<Record<Api, ApiForm>> = {
  chat: {
    path: '/chat/completions',
    lengthField: 'max_tokens',
    always: {},
    hasStreamOptions: true,
    field: 'messages',
  },
  completions: {
    path: '/completions',
    lengthField: 'max_tokens',
    always: {},
    hasStreamOptions: true,
    field: 'prompt',
  },
  responses: {
    path: '/responses',
    lengthField: 'max_output_tokens',
    // What is kept by the server is nobody's to read.
    always: { store: false },
    hasStreamOptions: false,
    field: 'input',
  },
}

/** A conversation as a field of a request. Without roles its contents are one text. */
export function conversationField({ field }: ApiForm, messages: readonly Message[]): Record<string, unknown> {
  if (field === 'prompt') return { prompt: messages.map(({ content }) => content).join(' ') }
  return { [field]: messages.map(({ role, content }) => ({ role, content })) }
}
