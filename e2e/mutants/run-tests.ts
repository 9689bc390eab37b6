import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

export interface TestRun {
  readonly passed: number
  /** Full names of the tests that failed, or what else went wrong. */
  readonly failed: readonly string[]
  /** It had to be killed. */
  readonly hung: boolean
}

const Report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
})

/** Longest time for the tests of a mutant, and for those of all; each test has its own, shorter deadline. */
const deadlineMs = (files: number) => Math.max(120_000, files * 20_000)

/** Runs test files in a copy of the tree. */
export async function runTests(
  tree: string,
  { tests, named }: { readonly tests: readonly string[]; readonly named?: string },
): Promise<TestRun> {
  const report = join(tree, 'report.json')
  rmSync(report, { force: true })
  const vitest = join(tree, 'node_modules/vitest/vitest.mjs')
  const flags = ['--config', 'e2e/mutants/vitest.config.ts', '--reporter', 'json', '--outputFile', report]
  const child = spawn(process.execPath, [vitest, 'run', ...flags, ...(named ? ['-t', named] : []), ...tests], {
    cwd: tree,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that nothing that a test has started outlives it.
    detached: true,
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text))
  let hung = false
  const kill = () => void (child.pid !== undefined && process.kill(-child.pid, 'SIGKILL'))
  const timer = setTimeout(() => {
    hung = true
    kill()
  }, deadlineMs(tests.length))
  process.once('exit', kill)
  const [code] = (await once(child, 'close')) as [number | null]
  process.off('exit', kill)
  clearTimeout(timer)
  return hung ? { passed: 0, failed: [], hung } : { ...readReport(report, code, said), hung }
}

function readReport(path: string, code: number | null, said: string): Pick<TestRun, 'passed' | 'failed'> {
  try {
    const { testResults } = Report.parse(JSON.parse(readFileSync(path, 'utf8')))
    const all = testResults.flatMap(({ assertionResults }) => assertionResults)
    const failed = all.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName)
    const broken = testResults.filter(({ assertionResults, message }) => assertionResults.length === 0 && message)
    return {
      passed: all.filter(({ status }) => status === 'passed').length,
      failed: [...failed, ...broken.map(({ message }) => `cannot be loaded: ${message}`)],
    }
  } catch {
    return { passed: 0, failed: [`the tests ended with code ${code} and without a report: ${said.slice(-500)}`] }
  }
}
