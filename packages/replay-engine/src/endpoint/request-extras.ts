import { standsInHeader } from './request-head.ts'

/** What a user adds to every request, those that are asked before a run included. */
export interface RequestExtras {
  /** Names in lower case. Values may be secret: they stand in no file and no message. */
  readonly headers?: Readonly<Record<string, string>>
  /** Fields of the body, as JSON has them. */
  readonly body?: Readonly<Record<string, unknown>>
}

/** Those of the body that decide what is asked for, and how long the answer is: a run sets them, or the plan would be another. */
const OWN_FIELDS = new Set([
  'model',
  'messages',
  'prompt',
  'input',
  'instructions',
  'stream',
  'stream_options',
  'max_tokens',
  'max_completion_tokens',
  'max_output_tokens',
  'min_tokens',
  'ignore_eos',
  'n',
  'best_of',
  'stop',
  'stop_token_ids',
  'echo',
  'prompt_logprobs',
  'truncate_prompt_tokens',
  'previous_response_id',
  'return_token_ids',
])

const OWN_HEADERS = new Set([
  'host',
  'connection',
  'content-length',
  'content-type',
  'content-encoding',
  'accept',
  'accept-encoding',
  'transfer-encoding',
  'expect',
  'upgrade',
  'trailer',
  'te',
  'x-request-id',
])

/** Of those fields the ones that change what a chat template makes of a conversation: counting has to know them too. */
const TEMPLATE_FIELDS = ['chat_template', 'chat_template_kwargs', 'add_special_tokens', 'documents', 'tools'] as const

/** Why a field cannot be added; undefined where it can. */
export function objectionToField(name: string): string | undefined {
  return OWN_FIELDS.has(name)
    ? `${name} is set by the run: its plan says what is asked for, and how long replies are`
    : undefined
}

/** Why a header cannot be added; undefined where it can. Nothing of its value is repeated. */
export function objectionToHeader(name: string, value: string): string | undefined {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return 'it is no name that an HTTP header can have'
  if (OWN_HEADERS.has(name.toLowerCase())) return `${name} is set by the run`
  return standsInHeader(value) ? undefined : 'its value holds a line end, or a character that no HTTP header can hold'
}

/** The fields that counting a conversation's tokens takes as well. */
export function templateFields({ body = {} }: RequestExtras): Record<string, unknown> {
  return Object.fromEntries(TEMPLATE_FIELDS.flatMap((name) => (Object.hasOwn(body, name) ? [[name, body[name]]] : [])))
}
