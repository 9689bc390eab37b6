import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ProgramRun, runProgram } from './run-program.ts'

/** Twelve runs of about the same work each. */
const lanes = [8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]
/** Of a process each, with nothing in common: the same number of runs, and about the same work. */
const halves = [
  [19, 16, 15, 12, 11, 8],
  [18, 17, 14, 13, 10, 9],
]
const rounds = 3
const threads = 2
/** Of what two processes that have nothing in common are sooner done: no program in threads can have more of a machine. */
const leastShare = 0.95

/** The same sweep, done in three ways one after the other. */
interface Round {
  readonly alone: ProgramRun
  readonly together: ProgramRun
  readonly apart: ProgramRun
}

/**
 * A sweep by the program itself with one thread, with two, and by two processes side by side, each with a half of it, alternating: how much sooner the
 * two threads are done, how much sooner the two processes, which is what this machine has for two that share nothing, and whether the files are the same.
 */
export async function sweepInThreads(): Promise<[string, string][]> {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-sweep-'))
  try {
    const measured: Round[] = []
    for (let round = 0; round < rounds; round += 1)
      measured.push({
        alone: await sweep(folder, lanes, 1),
        together: await sweep(folder, lanes, threads),
        apart: sideBySide(await Promise.all(halves.map((half, nth) => sweep(folder, half, 1, `half-${nth}`)))),
      })
    const ratio = quotients(measured, 'together')
    const bound = quotients(measured, 'apart')
    const share = ratio.median / bound.median
    const different = differing(folder)
    return [
      [`${lanes.length} runs`, `${told(measured, 'alone')} in one thread`],
      ['', `${told(measured, 'together')} in ${threads} of ${availableParallelism()} cores: ${ratio.told}`],
      ['', `${told(measured, 'apart')} by two processes side by side: ${bound.told}`],
      [
        'both cores',
        `${share.toFixed(2)} of what two processes get of this machine (budget ${leastShare}): ${share >= leastShare ? 'yes' : 'NO'}`,
      ],
      ['their files', different.length === 0 ? 'the same to the byte' : `DIFFERENT: ${different.join(', ')}`],
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function sweep(folder: string, points: readonly number[], jobs: number, out = `jobs-${jobs}`): Promise<ProgramRun> {
  const words = ['simulate', '--lanes', points.join(), '--duration', '8h', '--no-report', '--quiet', '--overwrite']
  return runProgram([...words, '--jobs', String(jobs), '--out', out], folder)
}

function sideBySide(runs: readonly ProgramRun[]): ProgramRun {
  return { wallS: Math.max(...runs.map(({ wallS }) => wallS)), cpuS: runs.reduce((sum, { cpuS }) => sum + cpuS, 0) }
}

function told(measured: readonly Round[], way: keyof Round): string {
  const of = (figure: keyof ProgramRun) => middle(measured.map((round) => round[way][figure])).toFixed(1)
  return `${of('wallS')} s, ${of('cpuS')} s of processors`
}

/** How much sooner than alone, of each round. */
function quotients(measured: readonly Round[], way: keyof Round): { readonly median: number; readonly told: string } {
  const all = measured.map((round) => round.alone.wallS / round[way].wallS)
  const median = middle(all)
  return { median, told: `${median.toFixed(2)} x, ${Math.min(...all).toFixed(2)}-${Math.max(...all).toFixed(2)}` }
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!
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
