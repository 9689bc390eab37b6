import { expect, test } from 'vitest'
import { synthCorpus } from '../synth/synth-corpus.ts'
import { toAgenticMooncake } from './to-agentic-mooncake.ts'

test('no id of one trace is that of another, since Dynamo would take them for equal blocks', () => {
  const corpus = synthCorpus({ seed: 3, traces: 4, scale: 0.05, turnScale: 0.2, subagentShare: 1 })
  const rows = [...toAgenticMooncake(corpus).lines].slice(1).map((line) => JSON.parse(line))
  const playOf = new Map<number, string>()
  const strays = rows.flatMap(({ play_id, hash_ids }: { play_id: string; hash_ids: number[] }) =>
    hash_ids.filter((id) => (playOf.get(id) ?? playOf.set(id, play_id).get(id)) !== play_id),
  )
  expect([new Set(playOf.values()).size, strays]).toEqual([4, []])
})
