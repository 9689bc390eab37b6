import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'

/** Twelve runs of about the same work each. */
const lanes = [8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]
const rounds = 3
const threads = 2
const leastRatio = 1.6

const program = new URL('../../packages/cli/bin/reprise.mjs', import.meta.url).pathname

/** A sweep by the program itself with one thread and with two, alternating: how much sooner it is done, and whether its files are the same. */
export function sweepInThreads(): [string, string][] {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-sweep-'))
  try {
    const ratios: number[] = []
    const walls: [number, number][] = []
    for (let round = 0; round < rounds; round += 1) {
      const [alone, together] = [sweep(folder, 1), sweep(folder, threads)]
      walls.push([alone, together])
      ratios.push(alone / together)
    }
    const at = ratios.indexOf(ratios.toSorted((a, b) => a - b)[rounds >> 1]!)
    const [alone, together] = walls[at]!
    const spread = `${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}`
    const different = differing(folder)
    return [
      [
        `${lanes.length} runs`,
        `${alone.toFixed(1)} s in one thread, ${together.toFixed(1)} s in ${threads} of ${availableParallelism()} cores: ${ratios[at]!.toFixed(2)} x, ${spread} (budget ${leastRatio}): ${ratios[at]! >= leastRatio ? 'yes' : 'NO'}`,
      ],
      ['their files', different.length === 0 ? 'the same to the byte' : `DIFFERENT: ${different.join(', ')}`],
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Seconds of the wall. */
function sweep(folder: string, jobs: number): number {
  const words = ['simulate', '--lanes', lanes.join(), '--duration', '8h', '--no-report', '--quiet', '--overwrite']
  const startMs = performance.now()
  const cwd = folder
  const { status, stderr } = spawnSync(
    process.execPath,
    [program, ...words, '--jobs', String(jobs), '--out', `jobs-${jobs}`],
    { cwd, encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(`a sweep of ${jobs} ended with ${status}: ${stderr}`)
  return (performance.now() - startMs) / 1_000
}

/** Files of the runs that are not the same; the command, which names threads and folder, is left out. */
function differing(folder: string): string[] {
  const [one, other] = [1, threads].map((jobs) => join(folder, `jobs-${jobs}`)) as [string, string]
  return lanes
    .flatMap((each) => readdirSync(join(one, `lanes-${each}`)).map((name) => join(`lanes-${each}`, name)))
    .filter((name) => !/(manifest\.json|command\.txt|run\.json)$/.test(name))
    .filter((name) => textOf(join(one, name)) !== textOf(join(other, name)))
}

function textOf(path: string): string {
  return readFileSync(path, 'utf8').replaceAll(/--jobs \d+ --out jobs-\d+/g, '')
}
