import cl100k from 'gpt-tokenizer/encoding/cl100k_base'
import o200k from 'gpt-tokenizer/encoding/o200k_base'
import r50k from 'gpt-tokenizer/encoding/r50k_base'
import type { ChatTemplate, StandInOptions, TemplatePart } from './stand-in-server.ts'

const special = (name: string): TemplatePart => ({ special: name })

/** Role and line ends as text between special tokens, and the opening of the reply. Of the kind Qwen and others have. */
const markedTurns: ChatTemplate = (messages) => [
  ...messages.flatMap(({ role, content }) => [special('start'), `${role}\n${content}`, special('end'), '\n']),
  special('start'),
  'assistant\n',
]

/** A token at the head, headers of two special tokens, contents trimmed, and a system prompt of its own where none is given. */
const headedTurns: ChatTemplate = (messages) => {
  const system = { role: 'system', content: 'You are a careful assistant. Cutting knowledge date: December 2023.' }
  const all = messages[0]?.role === 'system' ? messages : [system, ...messages]
  const head = (role: string) => [special('header'), role, special('header end'), '\n\n']
  return [
    special('begin'),
    ...all.flatMap(({ role, content }) => [...head(role), content.trim(), special('turn end')]),
    ...head('assistant'),
  ]
}

/** No special tokens at all: every seam between template and content is the tokenizer's to cut. */
const plainTurns: ChatTemplate = (messages) => [
  ...messages.map(({ role, content }) => `### ${role === 'user' ? 'Instruction' : role}:\n${content}\n\n`),
  '### Response:\n',
]

/** Real byte-pair encodings under templates that add four tokens a message or more. */
export const servers: Readonly<Record<string, Required<Pick<StandInOptions, 'countTokens' | 'template'>>>> = {
  'o200k, marked turns': { countTokens: (text) => o200k.countTokens(text), template: markedTurns },
  'cl100k, headed turns, default system prompt': {
    countTokens: (text) => cl100k.countTokens(text),
    template: headedTurns,
  },
  'r50k, turns in plain text': { countTokens: (text) => r50k.countTokens(text), template: plainTurns },
}
