import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { readCorpus, surveyCorpus } from '@reprise/trace'
import { bin, runCli, serveCli } from '../run-cli.ts'
import { type Totals, totalsOf } from './peer-traces.ts'

export interface CapturedAgents {
  readonly shard: string
  /** As we read it, and the share of the prompts that a cache without limit would have held. */
  readonly own: Totals & { readonly cachedShare: number }
  remove(): void
}

/** The shipped agents, captured in front of the engine model. */
export async function capturedAgents(): Promise<CapturedAgents> {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-peer-capture-'))
  const served = await serveCli()
  try {
    const words = ['capture', '--upstream', served.url, '--port', '0', '--out', join(folder, 'capture'), '--json']
    const capture = spawn(process.execPath, [bin, ...words], { stdio: ['ignore', 'pipe', 'ignore'] })
    const [line] = (await once(createInterface({ input: capture.stdout }), 'line')) as [string]
    const { code, stderr } = await runCli(['agent', '--url', JSON.parse(line).url])
    capture.kill('SIGINT')
    await once(capture, 'exit')
    if (code !== 0) throw new Error(stderr)
  } finally {
    await served.stop()
  }
  const shard = join(folder, 'capture/capture.000000.jsonl.gz')
  const { corpus } = await readCorpus(shard)
  return {
    shard,
    own: { ...(await totalsOf(shard)), cachedShare: surveyCorpus(corpus).ceilings.all!.prefixRate },
    remove: () => rmSync(folder, { recursive: true }),
  }
}
