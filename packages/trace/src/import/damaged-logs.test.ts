import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { Losses } from '../convert/losses.ts'
import { corpusOfRequests } from './corpus-of-requests.ts'
import { logKinds } from './detect-log.ts'
import { PromptChains } from './prompt-chains.ts'

const fixtures = resolve(import.meta.dirname, '../../fixtures/logs')

/** The records of a kind's fixtures, by file. */
function recordsOf(name: string): { file: string; record: unknown }[] {
  const files = globSync('**/*.{json,jsonl}', { cwd: resolve(fixtures, name) }).filter(
    (file) => !/\.meta\.json$/.test(file),
  )
  return files.sort().flatMap((file) => {
    const text = readFileSync(resolve(fixtures, name, file), 'utf8')
    const texts = file.endsWith('.json') ? [text] : text.trim().split('\n')
    return texts.map((each) => ({ file, record: JSON.parse(each) }))
  })
}

const others = [null, 'x', -1, 1e15, {}]

/** Copies of a value in which one place, however deep, is something else: at each place two of the others, which come in turn. */
function* damaged(value: unknown, turn = { count: 0 }): Generator<unknown> {
  for (let more = 0; more < 2; more += 1) yield others[turn.count++ % others.length]
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value))
    for (const changed of damaged(inner, turn))
      yield Array.isArray(value) ? value.with(Number(key), changed) : { ...value, [key]: changed }
}

test.each(logKinds.map((kind) => [kind.name, kind] as const))(
  '%s: whatever one place of a log holds, the rest is read, and lengths and times are such',
  (name, kind) => {
    const records = recordsOf(name)
    let changes = 0
    for (const [index, { record, file }] of records.entries())
      for (const changed of damaged(record)) {
        changes += 1
        const losses = new Losses()
        const chains = new PromptChains(64, (text) => new Uint32Array(text.length >> 2))
        const reader = kind.reader(chains, losses)
        for (const each of records.with(index, { file, record: changed })) reader.add(each.record, { file: each.file })
        const options = { chains, blockSize: 64, tokenize: (text: string) => new Uint32Array(text.length >> 2) }
        const { traces } = corpusOfRequests(reader.requests(), { ...options, tokenizer: 'any', losses })
        const turns = traces.flatMap(({ sessions }) => sessions.flatMap((session) => session.turns))
        const odd = turns.filter(
          ({ inputTokens, outputTokens, startMs, apiMs = 0 }) =>
            !Number.isSafeInteger(inputTokens + outputTokens) ||
            inputTokens < 0 ||
            outputTokens < 0 ||
            !(startMs >= 0 && apiMs >= 0),
        )
        if (odd.length > 0) expect.fail(`${JSON.stringify(changed)}: ${JSON.stringify(odd)}`)
      }
    expect(changes).toBeGreaterThan(80)
  },
)
