import type { RunHeader } from '@reprise/result-aggregator/run'
import type { Corpus } from '@reprise/trace'
import { Command } from 'commander'
import { loadCorpus } from '../run/load-corpus.ts'
import type { Talk } from '../terminal/io.ts'
import { addReplayOptions, type ReplayOptions } from './replay.ts'

/** The traces that a run replayed, read as it read them; `words`: of its command line, `traces`: where they are now, if not where they were. @throws TraceError */
export async function replayedCorpus(
  { plan }: RunHeader,
  { words, traces }: { readonly words: readonly string[]; readonly traces: string | undefined },
  talk: Talk,
): Promise<Corpus> {
  const command = addReplayOptions(new Command('replay')).exitOverride()
  command.parse(words.slice(1), { from: 'user' })
  const options = { ...command.opts<ReplayOptions>(), seed: plan.seed, preset: plan.preset.name }
  const { corpus } = await loadCorpus({ ...options, ...(traces !== undefined && { traces }) }, sizeOf(plan.load), talk)
  return corpus
}

function sizeOf(load: RunHeader['plan']['load']): { readonly lanes?: number } {
  return load.kind === 'lanes' ? { lanes: load.lanes } : {}
}
