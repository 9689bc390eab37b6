/**
 * Writes src/content/words.ts: lower-case words that are one token each, bare and after a space, in four BPE vocabularies.
 *
 * Usage: node packages/replay-engine/scripts/write-words.ts
 */
import { writeFileSync } from 'node:fs'
import cl100k from 'gpt-tokenizer/encoding/cl100k_base'
import o200k from 'gpt-tokenizer/encoding/o200k_base'
import p50k from 'gpt-tokenizer/encoding/p50k_base'
import r50k from 'gpt-tokenizer/encoding/r50k_base'

const vocabularies = [o200k, cl100k, p50k, r50k]
/** Text tokens of o200k_base; special ones come after. */
const vocabularySize = 199_997
const lineLength = 110

/** Nothing that would embarrass whoever shows a prompt on a screen. */
const leftOut =
  /fuck|shit|^(sexual|porn|rape|nude|anus|cock|asses|whore|kill|killer|hell|terror|bomb|slave|racial|adult|lust)$/

const words: string[] = []
for (let token = 0; token < vocabularySize; token += 1) {
  const text = o200k.decode([token])
  if (!/^ [a-z]{4,10}$/.test(text) || leftOut.test(text)) continue
  const word = text.slice(1)
  const isOne = (vocabulary: typeof o200k) =>
    vocabulary.encode(word).length === 1 && vocabulary.encode(text).length === 1
  if (vocabularies.every(isOne)) words.push(word)
}

const lines: string[] = []
let line = ''
for (const word of words) {
  if (line.length + 1 + word.length > lineLength) {
    lines.push(line)
    line = word
  } else {
    line = line === '' ? word : `${line} ${word}`
  }
}
lines.push(line)

writeFileSync(
  new URL('../src/content/words.ts', import.meta.url),
  `/**
 * ${words.length} words, each one token both bare and after a space in o200k, cl100k, p50k and r50k, the most frequent first.
 *
 * Written by scripts/write-words.ts.
 */
export const WORDS: readonly string[] = \`
${lines.join('\n')}
\`
  .trim()
  .split(/\\s+/)
`,
)
