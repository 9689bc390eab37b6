import cl100k from 'gpt-tokenizer/encoding/cl100k_base'
import o200k from 'gpt-tokenizer/encoding/o200k_base'
import r50k from 'gpt-tokenizer/encoding/r50k_base'
import { cutVocabulary, spacedPieces } from './small-tokenizers.fixture.ts'
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

/** Turns in brackets, a space around every content, an end behind replies alone, and nothing that opens a reply but its own bracket. */
const bracketedTurns: ChatTemplate = (messages) => {
  const [first, ...rest] = messages
  const system = first?.role === 'system' ? `<<SYS>>\n${first.content}\n<</SYS>>\n\n` : ''
  const turns = first?.role === 'system' ? rest : messages
  return turns.flatMap(({ role, content }, i) => {
    if (role === 'assistant') return [` ${content} `, special('end')]
    return [special('begin'), `[INST] ${i === 0 ? system : ''}${content} [/INST]`]
  })
}

/** Special tokens alone, right at the content, and more to open a reply than stands before one. */
const thinkingTurns: ChatTemplate = (messages) => [
  special('begin'),
  ...messages.flatMap(({ role, content }) =>
    role === 'assistant' ? [special('assistant'), content, special('end')] : [special(role), content],
  ),
  special('assistant'),
  special('think'),
  '\n',
]

/** Real byte-pair encodings, and smaller vocabularies, under templates of several kinds. */
export const servers: Readonly<Record<string, Required<Pick<StandInOptions, 'tokenIds' | 'template'>>>> = {
  'o200k, marked turns': { tokenIds: (text) => o200k.encode(text), template: markedTurns },
  'cl100k, headed turns, default system prompt': {
    tokenIds: (text) => cl100k.encode(text),
    template: headedTurns,
  },
  'o200k cut to 32,000 tokens, marked turns': { tokenIds: cutVocabulary(32_000), template: markedTurns },
  'spaced pieces, turns in brackets': { tokenIds: spacedPieces(60_000, 20_000), template: bracketedTurns },
  'cl100k, an opening that thinks': { tokenIds: (text) => cl100k.encode(text), template: thinkingTurns },
  'r50k, turns in plain text': { tokenIds: (text) => r50k.encode(text), template: plainTurns },
}
