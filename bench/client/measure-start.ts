import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { firstLine, root, startNode, stop } from './processes.ts'

export interface Start {
  /** From starting the command to handing its first planned request to the transport. */
  readonly firstRequestMs: number
  /** Highest memory of the process by then; absent where the system does not say. */
  readonly peakRssMiB?: number
}

const bin = join(root, 'packages/cli/bin/reprise.mjs')

/** The real command against the repository's own server, from its start to its first planned request. `of`: the flags of its load. */
export async function measureStart(
  traces: string | undefined,
  of: readonly string[] = ['--lanes', '4', '--start', '0'],
): Promise<Start> {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-start-'))
  const server = startNode('server', [bin, 'serve', '--port', '0', '--json'])
  try {
    const { url } = await firstLine<{ url: string }>(server)
    const out = join(folder, 'run')
    const load = [...of, '--duration', '5', '--seed', '1', '--quiet', '--out', out]
    const startedMs = Date.now()
    const client = startNode('client', [bin, 'replay', '--url', url, ...load, ...(traces ? ['--traces', traces] : [])])
    const records = join(out, 'records.jsonl')
    while (client.exitCode === null && !(existsSync(records) && readFileSync(records, 'utf8').includes('\n'))) {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    const peakRssMiB = peakOf(client.pid!)
    await stop(client)
    const sent = [...readFileSync(records, 'utf8').matchAll(/"sentMs":([\d.]+)/g)].map((match) => Number(match[1]))
    const { startedAt } = JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')) as { startedAt: string }
    if (sent.length === 0) throw new Error('the run sent nothing')
    const firstRequestMs = Date.parse(startedAt) - startedMs + Math.min(...sent)
    return { firstRequestMs, ...(peakRssMiB !== undefined && { peakRssMiB }) }
  } finally {
    await stop(server)
    rmSync(folder, { recursive: true, force: true })
  }
}

function peakOf(pid: number): number | undefined {
  try {
    const kib = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kib === undefined ? undefined : Number(kib) / 1024
  } catch {
    return undefined
  }
}
